//! The only names in this crate that belong to the product it serves.

/// Environment variable used if `--log` is not given.
pub const LOG_ENV: &str = "NRGKICK_LOG";

/// Prefix of the session cookie's name.
pub const SESSION_COOKIE: &str = "nrgkick-session";

/// Query key that passes the token once in a page's address.
pub const TOKEN_QUERY: &str = "token";
