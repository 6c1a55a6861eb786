//! The only names in this crate that belong to the product it serves.

/// Environment variable read where `--log` is not given.
pub const LOG_ENV: &str = "NRGKICK_LOG";

/// Cookie that carries the access token of a browser.
pub const TOKEN_COOKIE: &str = "nrgkick-token";

/// Query key by which a page's address hands over the token once.
pub const TOKEN_QUERY: &str = "token";
