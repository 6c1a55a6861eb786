//! The only names in this crate that belong to the product it serves.

/// Environment variable read where `--log` is not given.
pub const LOG_ENV: &str = "NRGKICK_LOG";

/// Beginning of the name of the cookie that carries a browser's session.
pub const SESSION_COOKIE: &str = "nrgkick-session";

/// Query key by which a page's address hands over the token once.
pub const TOKEN_QUERY: &str = "token";
