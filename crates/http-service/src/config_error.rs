//! Errors of a program's configuration.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::bundle::BundleError;
use crate::secret::SecretError;

/// A setting that prevents the start; the message names the flag.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The address is reachable by others and no flag states who may call.
    #[error(
        "--listen {listen} is reachable from beyond this machine: add --token-file FILE to ask \
         callers for a token, or --trust-lan to let everyone on the network in"
    )]
    Exposed {
        /// The address asked for.
        listen: SocketAddr,
    },
    /// What is the owner's could be changed by everyone on the network.
    #[error(
        "{flag} with --trust-lan on {listen} would let everyone on the network in: add --token-file \
         FILE, or listen on this machine only"
    )]
    NoOwner {
        /// The flag that asks for it.
        flag: &'static str,
        /// The address asked for.
        listen: SocketAddr,
    },
    /// The name is not valid in a `Host` header.
    #[error(
        "--allow-host {value:?} is no host name: no scheme, port, path or * and no label that is \
         empty (example: home.example.org)"
    )]
    AllowHost {
        /// The flag's value.
        value: String,
    },
    /// The value is not an origin in the form that browsers send.
    #[error(
        "--allow-origin {value:?} is no origin: scheme and host in lower case, a port only where \
         it is not the scheme's own, and no path (example: https://app.example.org)"
    )]
    AllowOrigin {
        /// The flag's value.
        value: String,
    },
    /// The token is too short, or has characters that are not allowed in a header.
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
        /// The reason.
        source: SecretError,
    },
    /// Both tokens are the same: a viewer could also change everything.
    #[error("--view-token-file and --token-file hold the same token: they must differ")]
    SameToken,
    /// A view token without a token, or with `--trust-lan`: nobody, or everybody, could make
    /// changes.
    #[error(
        "--view-token-file needs --token-file beside it, for those who may switch, and does not \
         go with --trust-lan, which lets everyone switch without a token"
    )]
    ViewToken,
    /// The certificate of HTTPS cannot be used.
    #[cfg(feature = "tls")]
    #[error("HTTPS cannot be offered")]
    Tls(#[from] crate::tls::TlsError),
    /// The page's folder cannot be used.
    #[error("--app-dir cannot be used")]
    Page(#[source] BundleError),
}
