//! The token: storage, comparison and extraction from a request.

use std::fmt;

use headers::authorization::{Basic, Bearer};
use headers::{Authorization, Cookie, HeaderMapExt as _};
use http::{HeaderMap, Method, Request};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::names::TOKEN_QUERY;

/// Minimum characters of a token.
pub const SHORTEST_TOKEN: usize = 16;

/// An access token. Only its SHA-256 is stored, so that a comparison takes the same time for any
/// input of any length.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// Creates a token; `None` if `text` is shorter than [`SHORTEST_TOKEN`] or not allowed in
    /// `Authorization` unchanged.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        (text.len() >= SHORTEST_TOKEN && text.bytes().all(fits)).then(|| Self(digest(text)))
    }

    /// `true` if `shown` is the token; compares in constant time.
    #[must_use]
    pub fn matches(&self, shown: &str) -> bool {
        self.0.ct_eq(&digest(shown)).into()
    }

    /// `true` if both are the same token.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// Returns the key that signs sessions.
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

/// The credential in a request, if any.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Nothing,
    /// A token in the query.
    Query(String),
    /// A token in `Authorization`: as `Bearer`, or as the password of any user, for programs
    /// without support for `Bearer`.
    Header(String),
    /// The session in the cookie.
    Session(String),
}

impl Shown {
    /// Extracts the credential. The query comes first, as a person has just typed it; then
    /// `Authorization`, as it is set deliberately; then the cookie.
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
