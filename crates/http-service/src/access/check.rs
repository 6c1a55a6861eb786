//! Asking a request for the token, before it is routed.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderValue, Method, Request, StatusCode, Uri};
use tokio::time::Instant;

use super::attempts::Attempts;
use super::token::Shown;
use super::{Access, Caller, form};
use crate::names::{TOKEN_COOKIE, TOKEN_QUERY};
use crate::{ApiError, Peer};

/// How long a browser keeps the cookie, in seconds: a year, as the phone on the wall is not asked
/// again every day. A new token in the file ends it.
const COOKIE_AGE: u32 = 365 * 24 * 60 * 60;

/// The rule with its memory of wrong tokens; clones share both.
#[derive(Clone)]
pub(crate) struct Gate(Arc<(Access, Attempts, Vec<String>)>);

impl Gate {
    /// On the paths of `open` nobody is asked.
    pub(crate) fn new(access: Access, open: Vec<String>) -> Self {
        Self(Arc::new((access, Attempts::default(), open)))
    }
}

/// Says who calls, or answers in the route's stead.
pub(crate) fn admit(gate: &Gate, request: &Request<Body>) -> Result<Caller, Box<Response>> {
    let (access, attempts, open) = &*gate.0;
    // A request whose peer is not known is not from here.
    let peer = request.extensions().get::<Peer>();
    let address = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Peer(peer)| peer.ip());
    if address.to_canonical().is_loopback() {
        return Ok(Caller::Loopback);
    }
    let path = request.uri().path();
    if open.iter().any(|open| open == path || (open.ends_with('/') && path.starts_with(open))) {
        return Ok(Caller::Lan);
    }
    let Some(token) = access.token() else {
        return match access {
            Access::TrustLan(_) => Ok(Caller::Lan),
            Access::Loopback | Access::Token(_) => {
                refuse(ApiError::forbidden("Only this machine itself is answered."))
            }
        };
    };
    let handed_over = token_in_query(request);
    let shown = Shown::in_headers(request.headers());
    if handed_over.is_none() && shown == Shown::Nothing {
        return match access {
            Access::TrustLan(_) => Ok(Caller::Lan),
            Access::Loopback | Access::Token(_) => {
                const HOW: &str = "A token is needed: open this address once with ?token=TOKEN.";
                refuse_person(request, "A token is needed.", unauthorized(HOW))
            }
        };
    }
    let now = Instant::now();
    if let Some(wait) = attempts.must_wait(address, now) {
        return refuse(
            ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_attempts",
                "Too many wrong tokens came from your address.",
            )
            .retry_after(wait),
        );
    }
    const WRONG: &str = "The token is wrong.";
    let right = match (&handed_over, &shown) {
        (Some(text), _) | (None, Shown::Bearer(text) | Shown::Cookie(text)) => token.matches(text),
        (None, Shown::Nothing) => false,
    };
    match (right, handed_over, shown) {
        (true, Some(text), _) => Err(Box::new(hand_cookie(request.uri(), &text))),
        (true, None, _) => Ok(Caller::Token),
        (false, None, Shown::Cookie(_)) => {
            attempts.count(address, now);
            let answer = refuse_person(request, WRONG, unauthorized(WRONG));
            // A browser would go on showing an old cookie with every poll.
            answer.map_err(|mut response| {
                response.headers_mut().insert(SET_COOKIE, cookie("", 0));
                response
            })
        }
        (false, _, _) => {
            attempts.count(address, now);
            refuse_person(request, WRONG, unauthorized(WRONG))
        }
    }
}

fn refuse(error: ApiError) -> Result<Caller, Box<Response>> {
    Err(Box::new(error.into_response()))
}

/// Asks for the token with a form where a person has opened the address; a program is told by
/// `error`.
fn refuse_person(
    request: &Request<Body>,
    message: &'static str,
    error: ApiError,
) -> Result<Caller, Box<Response>> {
    if form::is_wanted(request) {
        return Err(Box::new(form::answer(message)));
    }
    refuse(error)
}

/// 401 without `WWW-Authenticate`: a browser would ask for a name and a password, and send them
/// with every later request of any page.
fn unauthorized(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
}

fn token_in_query(request: &Request<Body>) -> Option<String> {
    if request.method() != Method::GET {
        return None;
    }
    let query = request.uri().query()?.as_bytes();
    form_urlencoded::parse(query).find(|(key, _)| key == TOKEN_QUERY).map(|(_, v)| v.into_owned())
}

/// To the same address without the token, so that it stays out of the history and of shared links.
fn hand_cookie(uri: &Uri, token: &str) -> Response {
    let is_other =
        |pair: &&str| form_urlencoded::parse(pair.as_bytes()).all(|(key, _)| key != TOKEN_QUERY);
    let rest: Vec<&str> = uri.query().unwrap_or_default().split('&').filter(is_other).collect();
    // `//host` and `/\host` would lead a browser away.
    let path = uri.path().trim_start_matches(['/', '\\']);
    let mark = if rest.iter().all(|pair| pair.is_empty()) { "" } else { "?" };
    let location = format!("/{path}{mark}{}", rest.join("&"));
    let location = HeaderValue::try_from(location).unwrap_or(HeaderValue::from_static("/"));
    let headers = [(LOCATION, location), (SET_COOKIE, cookie(token, COOKIE_AGE))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Not `Secure`: these servers speak plain HTTP on a network at home.
fn cookie(value: &str, age: u32) -> HeaderValue {
    let text = format!("{TOKEN_COOKIE}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict");
    // Only what `Token::new` accepts comes here, and nothing in it is special in a cookie.
    HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Token;

    const TOKEN: &str = "0123456789abcdef";

    fn gate(access: fn(Token) -> Access) -> Gate {
        Gate::new(access(Token::new(TOKEN).unwrap()), Vec::new())
    }

    fn ask(
        gate: &Gate,
        peer: &str,
        uri: &str,
        header: Option<(&str, String)>,
    ) -> Result<Caller, Box<Response>> {
        let mut request = Request::get(uri).extension(Peer(format!("{peer}:1").parse().unwrap()));
        if let Some((name, value)) = header {
            request = request.header(name, value);
        }
        admit(gate, &request.body(Body::empty()).unwrap())
    }

    fn refused(answer: Result<Caller, Box<Response>>) -> Response {
        let response = *answer.unwrap_err();
        assert!(!response.headers().contains_key("www-authenticate"));
        response
    }

    const LAN: &str = "192.168.1.7";

    #[test]
    fn loopback_is_never_asked() {
        for peer in ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]"] {
            assert_eq!(ask(&gate(Access::Token), peer, "/", None).unwrap(), Caller::Loopback);
        }
        let unknown = Request::get("/").body(Body::empty()).unwrap();
        assert!(admit(&Gate::new(Access::Loopback, Vec::new()), &unknown).is_err());
    }

    #[test]
    fn a_token_opens_by_header_and_cookie() {
        let gate = gate(Access::Token);
        let bearer = ("authorization", format!("Bearer {TOKEN}"));
        assert_eq!(ask(&gate, LAN, "/", Some(bearer)).unwrap(), Caller::Token);
        let cookie = ("cookie", format!("a=b; {TOKEN_COOKIE}={TOKEN}"));
        assert_eq!(ask(&gate, LAN, "/", Some(cookie)).unwrap(), Caller::Token);
        assert_eq!(refused(ask(&gate, LAN, "/", None)).status(), 401);
        let basic = ("authorization", format!("Basic {TOKEN}"));
        assert_eq!(refused(ask(&gate, LAN, "/", Some(basic))).status(), 401);
    }

    #[test]
    fn a_token_in_the_address_becomes_a_cookie() {
        let gate = gate(Access::Token);
        let table = [
            ("/?token=0123456789abcdef", "/"),
            ("/info?raw&token=0123456789abcdef&x=%20", "/info?raw&x=%20"),
            ("/?%74oken=0123456789abcdef", "/"),
            ("//evil.example/?token=0123456789abcdef", "/evil.example/"),
        ];
        for (uri, location) in table {
            let response = refused(ask(&gate, LAN, uri, None));
            assert_eq!(response.status(), 303, "{uri}");
            assert_eq!(response.headers()[LOCATION], location);
            let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
            assert!(cookie.starts_with(&format!("{TOKEN_COOKIE}={TOKEN}; ")), "{cookie}");
            assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
        }
        let wrong = refused(ask(&gate, LAN, "/?token=wrong", None));
        assert_eq!(wrong.status(), 401);
        assert!(!wrong.headers().contains_key(SET_COOKIE));
    }

    #[test]
    fn an_old_cookie_is_taken_back() {
        let old = ("cookie", format!("{TOKEN_COOKIE}=fedcba9876543210"));
        let response = refused(ask(&gate(Access::Token), LAN, "/", Some(old)));
        assert_eq!(response.status(), 401);
        assert!(response.headers()[SET_COOKIE].to_str().unwrap().contains("=; Path=/; Max-Age=0"));
    }

    #[test]
    fn twenty_wrong_tokens_close_the_gate_for_that_address() {
        let gate = gate(Access::Token);
        let wrong = || Some(("authorization", "Bearer wrong".to_owned()));
        let right = || Some(("authorization", format!("Bearer {TOKEN}")));
        for _ in 0..20 {
            assert_eq!(refused(ask(&gate, LAN, "/", wrong())).status(), 401);
        }
        let response = refused(ask(&gate, LAN, "/", right()));
        assert_eq!(response.status(), 429);
        assert!(response.headers().contains_key("retry-after"));
        assert!(ask(&gate, "192.168.1.8", "/", right()).is_ok());
    }

    #[test]
    fn trusting_the_network_still_tells_callers_apart() {
        let gate = gate(|token| Access::TrustLan(Some(token)));
        assert_eq!(ask(&gate, LAN, "/", None).unwrap(), Caller::Lan);
        let right = ("authorization", format!("Bearer {TOKEN}"));
        assert_eq!(ask(&gate, LAN, "/", Some(right)).unwrap(), Caller::Token);
        let alone = Gate::new(Access::TrustLan(None), Vec::new());
        assert_eq!(ask(&alone, LAN, "/", None).unwrap(), Caller::Lan);
    }
}
