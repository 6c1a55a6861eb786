//! What a program refuses to start with.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::bundle::BundleError;
use crate::secret::SecretError;

/// A setting that cannot be served with; the message names the flag.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The address is reachable by others and nothing says who may call.
    #[error(
        "--listen {listen} is reachable from beyond this machine: add --token-file FILE to ask \
         callers for a token, or --trust-lan to let everyone on the network in"
    )]
    Exposed {
        /// The address asked for.
        listen: SocketAddr,
    },
    /// A name that can stand in no `Host` header.
    #[error(
        "--allow-host {value:?} is no host name: no scheme, port, path or * and no label that is \
         empty (example: home.example.org)"
    )]
    AllowHost {
        /// The flag's value.
        value: String,
    },
    /// Not an origin as browsers send it.
    #[error(
        "--allow-origin {value:?} is no origin: scheme and host in lower case, a port only where \
         it is not the scheme's own, and no path (example: https://app.example.org)"
    )]
    AllowOrigin {
        /// The flag's value.
        value: String,
    },
    /// The token is too short, or cannot travel in a header and a cookie.
    #[error(
        "{flag} {}: a token is at least {} characters long, all of them letters, \
         digits or one of -._~+/=", path.display(), crate::access::SHORTEST_TOKEN
    )]
    Token {
        /// The flag that names the file.
        flag: &'static str,
        /// The file that holds it. The token itself is never shown.
        path: PathBuf,
    },
    /// The token's file cannot be read.
    #[error("{flag} cannot be used")]
    TokenFile {
        /// The flag that names the file.
        flag: &'static str,
        /// Why not.
        source: SecretError,
    },
    /// Whoever may look could also change everything.
    #[error("--view-token-file and --token-file hold the same token: they must differ")]
    SameToken,
    /// Everyone, or nobody, could change things without it.
    #[error(
        "--view-token-file needs --token-file beside it, for those who may switch, and does not \
         go with --trust-lan, which lets everyone switch without a token"
    )]
    ViewToken,
    /// The page's folder cannot be used.
    #[error("--app-dir cannot be used")]
    Page(#[source] BundleError),
}
