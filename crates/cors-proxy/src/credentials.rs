//! The charger's user name and password as an `Authorization` header, hidden in debug output.

use std::fmt;

use http::HeaderValue;
use nrgkick_model::request::basic_authorization;

/// The `Authorization` header of every request to the charger. Debug output hides it.
#[derive(Clone)]
pub struct Credentials(HeaderValue);

/// A user name that BasicAuth cannot carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--username must not be empty and must not contain a colon: BasicAuth ends it there")]
pub struct InvalidUsername;

impl Credentials {
    /// Builds the header from user name and password.
    ///
    /// # Errors
    /// If the user name is empty or contains a colon.
    pub fn new(username: &str, password: &str) -> Result<Self, InvalidUsername> {
        if username.is_empty() || username.contains(':') {
            return Err(InvalidUsername);
        }
        // Base64 is always a header value.
        let mut header = HeaderValue::try_from(basic_authorization(username, password))
            .map_err(|_| InvalidUsername)?;
        header.set_sensitive(true);
        Ok(Self(header))
    }

    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_and_never_shown() {
        let credentials = Credentials::new("user", "pass").unwrap();
        assert_eq!(credentials.header(), "Basic dXNlcjpwYXNz");
        for text in [format!("{credentials:?}"), format!("{:?}", credentials.header())] {
            assert!(!text.contains("pass") && !text.contains("dXNlcjpwYXNz"), "{text}");
        }
    }

    #[test]
    fn a_colon_in_the_name_would_move_into_the_password() {
        assert!(Credentials::new("a:b", "c").is_err());
        assert!(Credentials::new("", "c").is_err());
        assert!(Credentials::new("a", "b:c").is_ok());
    }
}
