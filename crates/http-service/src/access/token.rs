//! The token: how it is kept, compared and found in a request.

use std::fmt;

use headers::authorization::Bearer;
use headers::{Authorization, Cookie, HeaderMapExt as _};
use http::HeaderMap;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::names::TOKEN_COOKIE;

/// Fewest characters of a token.
pub const SHORTEST_TOKEN: usize = 16;

/// What a caller must show. Only its SHA-256 is kept, so that comparing takes the same time
/// whatever is shown, its length included.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// None where `text` is shorter than [`SHORTEST_TOKEN`] or could not stand in `Authorization`
    /// and a cookie unchanged.
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
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// What a request shows as a token, if anything.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Nothing,
    Bearer(String),
    Cookie(String),
}

impl Shown {
    /// `Authorization` comes before a cookie: who sets it means it.
    pub(super) fn in_headers(headers: &HeaderMap) -> Self {
        if let Some(Authorization(bearer)) = headers.typed_get::<Authorization<Bearer>>() {
            return Self::Bearer(bearer.token().to_owned());
        }
        let cookies = headers.typed_get::<Cookie>();
        match cookies.as_ref().and_then(|cookies| cookies.get(TOKEN_COOKIE)) {
            Some(value) => Self::Cookie(value.to_owned()),
            None => Self::Nothing,
        }
    }
}
