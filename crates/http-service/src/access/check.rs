//! Asking a request for the token, before it is routed.

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
use super::{Access, Caller, Token, form};
use crate::names::TOKEN_QUERY;
use crate::{ApiError, Peer};

/// The rule with its memory of wrong tokens; clones share both.
#[derive(Clone)]
pub(crate) struct Gate(Arc<Rule>);

struct Rule {
    access: Access,
    attempts: Attempts,
    /// Paths on which nobody is asked.
    open: Vec<String>,
    /// Name of the cookie; empty where there is no token, as no cookie's is.
    cookie: String,
}

/// A caller that may go on to the routes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Admitted {
    pub(crate) caller: Caller,
    /// A session to hand out with the answer, or one to take back.
    pub(crate) cookie: Option<HeaderValue>,
}

impl Gate {
    pub(crate) fn new(access: Access, open: Vec<String>) -> Self {
        let cookie = access.token().map(session::cookie_name).unwrap_or_default();
        Self(Arc::new(Rule { access, attempts: Attempts::default(), open, cookie }))
    }
}

/// Says who calls, or answers in the route's stead.
pub(crate) fn admit(gate: &Gate, request: &Request<Body>) -> Result<Admitted, Box<Response>> {
    gate.0.admit(request, unix_now())
}

impl Rule {
    fn admit(&self, request: &Request<Body>, now: u64) -> Result<Admitted, Box<Response>> {
        let as_caller = |caller| Ok(Admitted { caller, cookie: None });
        // A request whose peer is not known is not from here.
        let peer = request.extensions().get::<Peer>();
        let address = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |Peer(peer)| peer.ip());
        let is_open = self.is_open(request.uri().path());
        if self.access.token().is_none() {
            return match self.access {
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
            let cookie = (age >= RENEWED_AFTER).then(|| self.session(token, now));
            return Ok(Admitted { caller, cookie });
        }
        let without = match self.access {
            _ if is_open => Some(Caller::Anyone),
            Access::TrustLan(_) => Some(Caller::Lan),
            Access::Loopback | Access::Token(_) => None,
        };
        match (shown, without) {
            // A session that has ended is no reason to refuse who needs none; and a token shown on
            // an open path is the route's matter.
            (Shown::Nothing | Shown::Session(_), Some(caller)) => as_caller(caller),
            (_, Some(Caller::Anyone)) => as_caller(Caller::Anyone),
            (Shown::Nothing, _) => {
                const HOW: &str = "A token is needed: open this address once with ?token=TOKEN.";
                refuse_person(request, "A token is needed.", unauthorized(HOW))
            }
            (shown, _) => {
                let error = self.attempts.wrong(address, Instant::now());
                let mut answer = refuse_person(request, WRONG, error);
                // A browser would go on showing an old session with every poll.
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

    /// Whose token was shown, and the age of the session that stands for it, in seconds.
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

    /// To the same address without the token, so that it stays out of the history and of shared
    /// links.
    fn hand_session(&self, uri: &Uri, token: &Token, now: u64) -> Response {
        let is_other = |pair: &&str| {
            form_urlencoded::parse(pair.as_bytes()).all(|(key, _)| key != TOKEN_QUERY)
        };
        let rest: Vec<&str> = uri.query().unwrap_or_default().split('&').filter(is_other).collect();
        // `//host` and `/\host` would lead a browser away.
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

    /// Not `Secure`: these servers speak plain HTTP on a network at home.
    fn cookie(&self, value: &str, age: u64) -> HeaderValue {
        let name = &self.cookie;
        let text = format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict");
        // Only letters, digits, hyphens and full stops come here.
        HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static(""))
    }
}

fn refuse(error: ApiError) -> Result<Admitted, Box<Response>> {
    Err(Box::new(error.into_response()))
}

/// Asks for the token with a form where a person has opened the address; a program is told by
/// `error`.
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
