//! Access control for callers.
//!
//! A configured token is required from everybody, this machine included: a reverse proxy there
//! calls from loopback for any client. Not here: the check of pages and origins
//! ([`guard`](crate::guard)).

mod attempts;
mod check;
mod form;
mod session;
mod token;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

pub use attempts::Attempts;
pub(crate) use check::{Admitted, Gate, admit};
pub use token::{SHORTEST_TOKEN, Token};

use crate::ConfigError;
use crate::secret::secret_file;

/// The access rule of a server.
#[derive(Debug, Clone, Default)]
pub enum Access {
    /// Only this machine is answered.
    #[default]
    Loopback,
    /// Everyone needs a token.
    Token(Tokens),
    /// Everyone on the network is answered; the token, if set, only unlocks private values.
    TrustLan(Option<Token>),
    /// Only Home Assistant's ingress is answered, which has asked for a log-in.
    Ingress,
}

/// The address from which Home Assistant's ingress calls, as its documentation for add-ons says.
const INGRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 30, 32, 2));

/// The tokens that a server accepts.
#[derive(Debug, Clone)]
pub struct Tokens {
    /// Grants full access.
    pub full: Token,
    /// Grants reading of all but private values, and no changes.
    pub view: Option<Token>,
}

impl From<Token> for Tokens {
    fn from(full: Token) -> Self {
        Self { full, view: None }
    }
}

impl Access {
    /// Builds the rule from `--token-file`, `--view-token-file` and `--trust-lan`.
    ///
    /// # Errors
    /// If a file or its token is unusable, both tokens are the same, or a view token is given
    /// without a token or with `--trust-lan`.
    pub fn new(
        token_file: Option<&Path>,
        view_token_file: Option<&Path>,
        trust_lan: bool,
    ) -> Result<Self, ConfigError> {
        let full = token_file.map(|path| read("--token-file", path)).transpose()?;
        let view = view_token_file.map(|path| read("--view-token-file", path)).transpose()?;
        if let (Some(full), Some(view)) = (&full, &view)
            && full.is(view)
        {
            return Err(ConfigError::SameToken);
        }
        match (full, view, trust_lan) {
            (None, Some(_), _) | (_, Some(_), true) => Err(ConfigError::ViewToken),
            (full, None, true) => Ok(Self::TrustLan(full)),
            (Some(full), view, false) => Ok(Self::Token(Tokens { full, view })),
            (None, None, false) => Ok(Self::Loopback),
        }
    }

    /// Checks that a server with this rule may listen on the address.
    ///
    /// # Errors
    /// If the address is reachable from beyond loopback and no flag states who may call.
    pub fn check(&self, listen: SocketAddr) -> Result<(), ConfigError> {
        match self {
            Self::Loopback if !listen.ip().to_canonical().is_loopback() => {
                Err(ConfigError::Exposed { listen })
            }
            Self::Loopback | Self::Token(_) | Self::TrustLan(_) | Self::Ingress => Ok(()),
        }
    }

    /// Checks that only the owner's callers may change what `flag` lets them change: those on this
    /// machine, or with a token.
    ///
    /// # Errors
    /// If everyone on the network is answered at the address and there is no token to tell them
    /// apart.
    pub fn check_owner(&self, flag: &'static str, listen: SocketAddr) -> Result<(), ConfigError> {
        match self {
            Self::TrustLan(None) if !listen.ip().to_canonical().is_loopback() => {
                Err(ConfigError::NoOwner { flag, listen })
            }
            Self::Loopback | Self::Token(_) | Self::TrustLan(_) | Self::Ingress => Ok(()),
        }
    }

    /// `true` if pages of the origin by which this server is called may show it in a frame.
    pub(crate) fn may_be_framed(&self) -> bool {
        matches!(self, Self::Ingress)
    }

    fn token(&self) -> Option<&Token> {
        match self {
            Self::Loopback | Self::Ingress => None,
            Self::Token(tokens) => Some(&tokens.full),
            Self::TrustLan(token) => token.as_ref(),
        }
    }

    fn view_token(&self) -> Option<&Token> {
        match self {
            Self::Token(tokens) => tokens.view.as_ref(),
            Self::Loopback | Self::TrustLan(_) | Self::Ingress => None,
        }
    }
}

fn read(flag: &'static str, path: &Path) -> Result<Token, ConfigError> {
    let text = secret_file(path).map_err(|source| ConfigError::TokenFile { flag, source })?;
    Token::new(&text).ok_or_else(|| ConfigError::Token { flag, path: path.to_path_buf() })
}

/// The caller, as an extension of every request that reaches a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// From this machine, on a server without a token.
    Loopback,
    /// With the token, or through the ingress of Home Assistant.
    Token,
    /// With the view token. Except on open paths only safe methods reach a route; a route on which
    /// a GET changes something must check [`Caller::may_write`].
    View,
    /// Without a token, admitted by `--trust-lan`.
    Lan,
    /// Without the token that other paths require, on an open path.
    Anyone,
}

impl Caller {
    /// `true` if private values may be shown.
    #[must_use]
    pub fn is_trusted(self) -> bool {
        match self {
            Self::Loopback | Self::Token => true,
            Self::View | Self::Lan | Self::Anyone => false,
        }
    }

    /// `true` if the caller may change anything.
    #[must_use]
    pub fn may_write(self) -> bool {
        match self {
            Self::Loopback | Self::Token | Self::Lan => true,
            Self::View | Self::Anyone => false,
        }
    }

    /// `true` if the caller would be answered on paths that are not open too.
    #[must_use]
    pub fn is_let_in(self) -> bool {
        self != Self::Anyone
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
        let closed = Access::new(None, None, false).unwrap();
        for listen in ["127.0.0.1:80", "127.8.9.1:80", "[::1]:80", "[::ffff:127.0.0.1]:80"] {
            assert!(closed.check(listen.parse().unwrap()).is_ok(), "{listen}");
        }
        let trusting = Access::new(None, None, true).unwrap();
        for listen in ["0.0.0.0:80", "192.168.1.7:80", "[::]:80", "[fe80::1]:80"] {
            let listen = listen.parse().unwrap();
            let text = closed.check(listen).unwrap_err().to_string();
            assert!(text.contains("--token-file") && text.contains("--trust-lan"), "{text}");
            assert!(trusting.check(listen).is_ok(), "{listen}");
        }
    }

    #[test]
    fn what_is_the_owners_needs_a_token_where_the_network_is_trusted() {
        let (_folder, path) = token_file("0123456789abcdef\n");
        let (lan, here) = ("0.0.0.0:80".parse().unwrap(), "127.0.0.1:80".parse().unwrap());
        let trusting = Access::new(None, None, true).unwrap();
        let text = trusting.check_owner("--edit", lan).unwrap_err().to_string();
        assert!(text.starts_with("--edit") && text.contains("--token-file"), "{text}");
        assert!(trusting.check_owner("--edit", here).is_ok());
        for trust in [true, false] {
            let access = Access::new(Some(&path), None, trust).unwrap();
            assert!(access.check_owner("--edit", lan).is_ok());
        }
        assert!(Access::Loopback.check_owner("--edit", here).is_ok());
    }

    #[test]
    fn a_token_is_long_and_fits_into_a_header() {
        let (_folder, path) = token_file("0123456789abcdef\n");
        assert!(matches!(Access::new(Some(&path), None, false), Ok(Access::Token(_))));
        for bad in
            ["0123456789abcde", "0123456789 abcdef", "0123456789;abcdef", "0123456789äbcdefg"]
        {
            let (_folder, path) = token_file(bad);
            let error = Access::new(Some(&path), None, true).unwrap_err();
            assert!(matches!(error, ConfigError::Token { .. }), "{bad}");
            assert!(!error.to_string().contains(bad));
        }
    }

    #[test]
    fn a_view_token_is_another_one_and_stands_beside_the_token() {
        let (_full, full) = token_file("0123456789abcdef");
        let (_view, view) = token_file("fedcba9876543210");
        let (_same, same) = token_file("0123456789abcdef\n");
        let new = |full, view, trust| Access::new(full, view, trust).map_err(|e| e.to_string());
        let access = new(Some(&*full), Some(&*view), false).unwrap();
        assert!(access.view_token().is_some());
        let error = new(Some(&full), Some(&same), false).unwrap_err();
        assert!(error.contains("--view-token-file") && error.contains("differ"), "{error}");
        for (full, trust) in [(None, false), (None, true), (Some(&*full), true)] {
            let error = new(full, Some(&view), trust).unwrap_err();
            assert!(error.contains("--view-token-file") && error.contains("--token-file"));
        }
        let (_short, short) = token_file("short");
        let error = new(Some(&full), Some(&short), false).unwrap_err();
        assert!(error.starts_with("--view-token-file"), "{error}");
    }
}
