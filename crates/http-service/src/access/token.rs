//! The token: how it is kept, compared and found in a request.

use std::fmt;

use headers::authorization::{Basic, Bearer};
use headers::{Authorization, Cookie, HeaderMapExt as _};
use http::{HeaderMap, Method, Request};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::names::TOKEN_QUERY;

/// Fewest characters of a token.
pub const SHORTEST_TOKEN: usize = 16;

/// What a caller must show. Only its SHA-256 is kept, so that comparing takes the same time
/// whatever is shown, its length included.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// None where `text` is shorter than [`SHORTEST_TOKEN`] or could not stand in `Authorization`
    /// unchanged.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        (text.len() >= SHORTEST_TOKEN && text.bytes().all(fits)).then(|| Self(digest(text)))
    }

    /// Whether `shown` is the token.
    #[must_use]
    pub fn matches(&self, shown: &str) -> bool {
        self.0.ct_eq(&digest(shown)).into()
    }

    /// Whether both are the same token.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// What sessions are signed with.
    pub(super) fn key(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// What a request shows, if anything.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Nothing,
    /// A token in the address.
    Query(String),
    /// A token in `Authorization`: as `Bearer`, or as the password of any user, for programs that
    /// know nothing else.
    Header(String),
    /// A session in the cookie of this name.
    Session(String),
}

impl Shown {
    /// The address comes first, as a person has just typed it; then `Authorization`: who sets it
    /// means it.
    pub(super) fn in_request<B>(request: &Request<B>, cookie: &str) -> Self {
        if let Some(token) = token_in_query(request) {
            return Self::Query(token);
        }
        Self::in_headers(request.headers(), cookie)
    }

    fn in_headers(headers: &HeaderMap, cookie: &str) -> Self {
        if let Some(Authorization(bearer)) = headers.typed_get::<Authorization<Bearer>>() {
            return Self::Header(bearer.token().to_owned());
        }
        if let Some(Authorization(basic)) = headers.typed_get::<Authorization<Basic>>() {
            return Self::Header(basic.password().to_owned());
        }
        let cookies = headers.typed_get::<Cookie>();
        match cookies.as_ref().and_then(|cookies| cookies.get(cookie)) {
            Some(value) => Self::Session(value.to_owned()),
            None => Self::Nothing,
        }
    }
}

fn token_in_query<B>(request: &Request<B>) -> Option<String> {
    if request.method() != Method::GET {
        return None;
    }
    let query = request.uri().query()?.as_bytes();
    form_urlencoded::parse(query).find(|(key, _)| key == TOKEN_QUERY).map(|(_, v)| v.into_owned())
}
