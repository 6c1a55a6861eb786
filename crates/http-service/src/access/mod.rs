//! Who may call from beyond loopback.
//!
//! Behind a reverse proxy on the same machine every caller is loopback: that proxy must ask who
//! they are. Not here: which pages may call ([`guard`](crate::guard)).

mod attempts;
mod check;
mod form;
mod token;

use std::net::SocketAddr;
use std::path::Path;

pub(crate) use check::{Gate, admit};
pub use token::{SHORTEST_TOKEN, Token};

use crate::ConfigError;
use crate::secret::secret_file;

/// What is asked of callers. Loopback is never asked for anything.
#[derive(Debug, Clone, Default)]
pub enum Access {
    /// Nobody else is answered.
    #[default]
    Loopback,
    /// Everyone else needs the token.
    Token(Token),
    /// Everyone on the network is answered; who shows the token, where there is one, is trusted
    /// like loopback.
    TrustLan(Option<Token>),
}

impl Access {
    /// What `--listen`, `--token-file` and `--trust-lan` mean together.
    ///
    /// # Errors
    /// Where the address is reachable from beyond loopback and neither flag is given, or the
    /// token's file or the token cannot be used.
    pub fn new(
        listen: SocketAddr,
        token_file: Option<&Path>,
        trust_lan: bool,
    ) -> Result<Self, ConfigError> {
        let token = match token_file {
            None => None,
            Some(path) => {
                let text = secret_file(path).map_err(ConfigError::TokenFile)?;
                let token = Token::new(&text);
                Some(token.ok_or_else(|| ConfigError::Token { path: path.to_path_buf() })?)
            }
        };
        match (token, trust_lan) {
            (token, true) => Ok(Self::TrustLan(token)),
            (Some(token), false) => Ok(Self::Token(token)),
            (None, false) if listen.ip().to_canonical().is_loopback() => Ok(Self::Loopback),
            (None, false) => Err(ConfigError::Exposed { listen }),
        }
    }

    fn token(&self) -> Option<&Token> {
        match self {
            Self::Loopback => None,
            Self::Token(token) => Some(token),
            Self::TrustLan(token) => token.as_ref(),
        }
    }
}

/// Who calls: an extension of every request that reaches a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// From this machine.
    Loopback,
    /// From elsewhere, with the token.
    Token,
    /// From elsewhere, let in by `--trust-lan` alone, or on a path that is open to everyone.
    Lan,
}

impl Caller {
    /// Whether private values may be shown.
    #[must_use]
    pub fn is_trusted(self) -> bool {
        match self {
            Self::Loopback | Self::Token => true,
            Self::Lan => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token_file(content: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, content).unwrap();
        (folder, path)
    }

    #[test]
    fn only_loopback_is_open_without_a_flag() {
        for listen in ["127.0.0.1:80", "127.8.9.1:80", "[::1]:80", "[::ffff:127.0.0.1]:80"] {
            let access = Access::new(listen.parse().unwrap(), None, false);
            assert!(matches!(access, Ok(Access::Loopback)), "{listen}");
        }
        for listen in ["0.0.0.0:80", "192.168.1.7:80", "[::]:80", "[fe80::1]:80"] {
            let error = Access::new(listen.parse().unwrap(), None, false).unwrap_err();
            let text = error.to_string();
            assert!(text.contains("--token-file") && text.contains("--trust-lan"), "{text}");
            let trusted = Access::new(listen.parse().unwrap(), None, true);
            assert!(matches!(trusted, Ok(Access::TrustLan(None))), "{listen}");
        }
    }

    #[test]
    fn a_token_is_long_and_fits_into_a_header() {
        let any: SocketAddr = "0.0.0.0:80".parse().unwrap();
        let (_folder, path) = token_file("0123456789abcdef\n");
        assert!(matches!(Access::new(any, Some(&path), false), Ok(Access::Token(_))));
        for bad in
            ["0123456789abcde", "0123456789 abcdef", "0123456789;abcdef", "0123456789äbcdefg"]
        {
            let (_folder, path) = token_file(bad);
            let error = Access::new(any, Some(&path), true).unwrap_err();
            assert!(matches!(error, ConfigError::Token { .. }), "{bad}");
            assert!(!error.to_string().contains(bad));
        }
    }
}
