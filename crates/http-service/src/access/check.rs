//! Checks the token of a request before it is routed.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderValue, Request, StatusCode, Uri};
use tokio::time::Instant;

use super::attempts::{Attempts, WRONG, unauthorized};
use super::session::{self, LIFETIME, RENEWED_AFTER, unix_now};
use super::token::Shown;
use super::{Access, Caller, INGRESS, Token, form};
use crate::names::TOKEN_QUERY;
use crate::{ApiError, Peer};

/// The access rule and the count of wrong tokens; clones share both.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Rule>);

struct Rule {
    access: Access,
    attempts: Attempts,
    /// Paths that need no token.
    open: Vec<String>,
    /// Name of the cookie; empty without a token, which matches no cookie.
    cookie: String,
    /// Set if the cookie never travels unencrypted.
    is_tls: bool,
}

/// A caller that is admitted to the routes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Admitted {
    pub(crate) caller: Caller,
    /// A renewed session to set with the answer.
    pub(crate) cookie: Option<HeaderValue>,
}

impl Gate {
    pub(crate) fn new(access: Access, open: Vec<String>, is_tls: bool) -> Self {
        let cookie = access.token().map(session::cookie_name).unwrap_or_default();
        Self(Arc::new(Rule { access, attempts: Attempts::default(), open, cookie, is_tls }))
    }
}

/// Identifies the caller, or returns the answer that replaces the route's. A request without a known
/// peer does not count as local.
pub(crate) fn admit(
    gate: &Gate,
    peer: Option<Peer>,
    request: &Request<Body>,
) -> Result<Admitted, Box<Response>> {
    gate.0.admit(peer, request, unix_now())
}

impl Rule {
    fn admit(
        &self,
        peer: Option<Peer>,
        request: &Request<Body>,
        now: u64,
    ) -> Result<Admitted, Box<Response>> {
        let as_caller = |caller| Ok(Admitted { caller, cookie: None });
        let address = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Peer(peer)| peer.ip());
        let is_open = self.is_open(request.uri().path());
        if self.access.token().is_none() {
            return match self.access {
                Access::Ingress if address.to_canonical() == INGRESS => as_caller(Caller::Token),
                Access::Ingress => {
                    refuse(ApiError::forbidden("Only the ingress of Home Assistant is answered."))
                }
                _ if address.to_canonical().is_loopback() => as_caller(Caller::Loopback),
                Access::TrustLan(_) => as_caller(Caller::Lan),
                Access::Loopback | Access::Token(_) if is_open => as_caller(Caller::Anyone),
                Access::Loopback | Access::Token(_) => {
                    refuse(ApiError::forbidden("Only this machine itself is answered."))
                }
            };
        }
        let shown = Shown::in_request(request, &self.cookie);
        if let Some((caller, token, age)) = self.known(&shown, now) {
            if caller == Caller::View && !is_open && !request.method().is_safe() {
                return refuse(ApiError::view_only());
            }
            if matches!(shown, Shown::Query(_)) {
                return Err(Box::new(self.hand_session(request.uri(), token, now)));
            }
            // A person whose token came in the link, where the page has sent it on as a header.
            let is_linked = matches!(shown, Shown::Header(_)) && form::is_wanted(request);
            let cookie = (is_linked || age >= RENEWED_AFTER).then(|| self.session(token, now));
            return Ok(Admitted { caller, cookie });
        }
        let without = match self.access {
            _ if is_open => Some(Caller::Anyone),
            Access::TrustLan(_) => Some(Caller::Lan),
            Access::Loopback | Access::Token(_) | Access::Ingress => None,
        };
        match (shown, without) {
            // An expired session is no reason to refuse a caller who needs none; and on an open
            // path the route itself checks a token.
            (Shown::Nothing | Shown::Session(_), Some(caller)) => as_caller(caller),
            (_, Some(Caller::Anyone)) => as_caller(Caller::Anyone),
            (Shown::Nothing, _) => {
                const HOW: &str = "A token is needed: open this address once with ?token=TOKEN.";
                refuse_person(request, "A token is needed.", unauthorized(HOW))
            }
            (shown, _) => {
                let error = self.attempts.wrong(address, Instant::now());
                let mut answer = refuse_person(request, WRONG, error);
                // Otherwise the browser would send the old session with every poll.
                if let (Shown::Session(_), Err(response)) = (shown, &mut answer) {
                    response.headers_mut().insert(SET_COOKIE, self.cookie("", 0));
                }
                answer
            }
        }
    }

    fn is_open(&self, path: &str) -> bool {
        self.open
            .iter()
            .any(|open| open == path || (open.ends_with('/') && path.starts_with(open.as_str())))
    }

    /// Returns the caller, the matching token and the age of its session in seconds (0 without
    /// one).
    fn known(&self, shown: &Shown, now: u64) -> Option<(Caller, &Token, u64)> {
        let age = |token: &Token| match shown {
            Shown::Nothing => None,
            Shown::Query(text) | Shown::Header(text) => token.matches(text).then_some(0),
            Shown::Session(text) => session::age(token, text, now),
        };
        let both = [(Caller::Token, self.access.token()), (Caller::View, self.access.view_token())];
        both.into_iter().find_map(|(caller, token)| {
            let token = token?;
            age(token).map(|age| (caller, token, age))
        })
    }

    /// Redirects to the same address without the token and sets a session, so that the token stays
    /// out of the history and of shared links.
    fn hand_session(&self, uri: &Uri, token: &Token, now: u64) -> Response {
        let is_other = |pair: &&str| {
            form_urlencoded::parse(pair.as_bytes()).all(|(key, _)| key != TOKEN_QUERY)
        };
        let rest: Vec<&str> = uri.query().unwrap_or_default().split('&').filter(is_other).collect();
        // `//host` and `/\host` would send the browser to another host.
        let path = uri.path().trim_start_matches(['/', '\\']);
        let mark = if rest.iter().all(|pair| pair.is_empty()) { "" } else { "?" };
        let location = format!("/{path}{mark}{}", rest.join("&"));
        let location = HeaderValue::try_from(location).unwrap_or(HeaderValue::from_static("/"));
        let headers = [(LOCATION, location), (SET_COOKIE, self.session(token, now))];
        (StatusCode::SEE_OTHER, headers).into_response()
    }

    fn session(&self, token: &Token, now: u64) -> HeaderValue {
        self.cookie(&session::issue(token, now), LIFETIME)
    }

    /// Builds the cookie. Not `Secure` on plain HTTP, where a browser would not send it.
    fn cookie(&self, value: &str, age: u64) -> HeaderValue {
        let name = &self.cookie;
        let secure = if self.is_tls { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}");
        // Name and value consist of letters, digits, hyphens and full stops only.
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
    }
}

fn refuse(error: ApiError) -> Result<Admitted, Box<Response>> {
    Err(Box::new(error.into_response()))
}

/// Answers with the token form if a person has opened the address, otherwise with `error`.
fn refuse_person(
    request: &Request<Body>,
    message: &'static str,
    error: ApiError,
) -> Result<Admitted, Box<Response>> {
    if form::is_wanted(request) && error.status() == StatusCode::UNAUTHORIZED {
        return Err(Box::new(form::answer(message)));
    }
    refuse(error)
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
