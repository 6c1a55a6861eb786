//! HTTPS as an option: a certificate of the owner's, or one of an authority that is made here.
//!
//! Here: the flags, the handshake, and the watch that reads a renewed certificate. In `pair`: a
//! certificate with its key, and how long it is good; in `authority`: the one that is made here.
//!
//! Not here: HTTP, and what a plain request gets on such a port (`connection/moved.rs`).

mod authority;
mod pair;
mod source;

use std::convert::Infallible;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::server::TlsStream;
use tokio_util::either::Either;

use crate::Limits;

pub use pair::{PairError, Validity};
use source::Source;

/// How often files, addresses and the end of a certificate are looked at.
const LOOK: Duration = Duration::from_secs(60);
/// The path of the authority's certificate, for devices that are to trust it.
pub(crate) const AUTHORITY_PATH: &str = "/ca.pem";

/// Options for HTTPS. Flatten it into a program's own arguments.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct TlsArgs {
    /// Answer by HTTPS only, with the certificates in this PEM file, the server's own first. A
    /// renewed one is taken within a minute
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// The private key of --tls-cert, a PEM file that nobody else may read
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Answer by HTTPS only, with a certificate for the addresses of this machine. The authority
    /// that signs it is made at the first start and kept in this folder; devices trust it once its
    /// ca.pem is installed there
    #[arg(long, value_name = "FOLDER", conflicts_with = "tls_cert")]
    pub tls_self_signed: Option<PathBuf>,
}

/// A connection, encrypted or not.
pub(crate) type Stream = Either<TcpStream, Box<TlsStream<TcpStream>>>;

/// Encrypts a connection of a server with a certificate. Returns `true` beside one that speaks
/// plainly where it should not.
///
/// # Errors
/// If a handshake fails, or takes too long.
pub(crate) async fn enter(
    tls: Option<&Tls>,
    stream: TcpStream,
    limits: &Limits,
) -> io::Result<(Stream, bool)> {
    let Some(tls) = tls else { return Ok((Either::Left(stream), false)) };
    match tls.accept(stream, limits.header_read).await? {
        Ok(stream) => Ok((Either::Right(stream), false)),
        Err(stream) => Ok((Either::Left(stream), true)),
    }
}

/// Gives the authority's certificate to every device that is to trust it; nothing in it is secret.
pub(crate) fn authority_route(tls: &Tls) -> Option<MethodRouter> {
    let pem = Bytes::from(tls.source.authority_pem()?.to_owned());
    let answer = move || {
        let pem = pem.clone();
        async { ([(CONTENT_TYPE, "application/x-x509-ca-cert")], pem) }
    };
    Some(get(answer))
}

/// The error of HTTPS that cannot be offered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate or its key cannot be used.
    #[error("--tls-cert {} with --tls-key {}", certificate.display(), key.display())]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// The reason.
        source: PairError,
    },
    /// The authority's folder cannot be used.
    #[error("--tls-self-signed {}: {reason}", folder.display())]
    Authority {
        /// The folder.
        folder: PathBuf,
        /// The reason, with what to do.
        reason: String,
    },
}

/// A server's certificate, with what keeps it good; clones share it.
#[derive(Clone)]
pub struct Tls {
    acceptor: TlsAcceptor,
    shown: Arc<Shown>,
    source: Arc<Source>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}

/// The certificate that new connections are shown.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// Reads or makes the certificate; `None` without a flag for it. `names` are the names of
    /// `--allow-host`, by which a certificate that is made here is good, too.
    ///
    /// # Errors
    /// Names the flag and the file.
    pub fn from_args(args: &TlsArgs, names: &[String]) -> Result<Option<Self>, TlsError> {
        let source = match (&args.tls_cert, &args.tls_key, &args.tls_self_signed) {
            (Some(certificate), Some(key), _) => Source::files(certificate, key),
            (_, _, Some(folder)) => Source::authority(folder, names)?,
            _ => return Ok(None),
        };
        Self::new(source).map(Some)
    }

    fn new(source: Source) -> Result<Self, TlsError> {
        let shown = Arc::new(Shown(RwLock::new(source.load()?)));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| source.error(PairError::Refused(error)))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::<Shown>::clone(&shown));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        Ok(Self { acceptor, shown, source: Arc::new(source) })
    }

    /// Encrypts a connection; `None` if its first byte is that of no handshake, as a plain request's.
    ///
    /// # Errors
    /// If the handshake fails, or takes longer than `limit`.
    async fn accept(
        &self,
        stream: TcpStream,
        limit: Duration,
    ) -> io::Result<Result<Box<TlsStream<TcpStream>>, TcpStream>> {
        const HANDSHAKE: u8 = 0x16;
        let handshake = async {
            let mut first = [0];
            if stream.peek(&mut first).await? == 1 && first != [HANDSHAKE] {
                return Ok(Err(stream));
            }
            self.acceptor.accept(stream).await.map(|stream| Ok(Box::new(stream)))
        };
        timeout(limit, handshake).await.unwrap_or(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Reads what was renewed, and says in the log when a certificate is about to end. For ever.
    pub(crate) async fn keep_good(&self) -> Infallible {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = None;
        loop {
            ticks.tick().await;
            self.look(&mut told);
        }
    }

    /// One look; `told` is what the log was told last.
    fn look(&self, told: &mut Option<Validity>) {
        match self.source.renewed() {
            Ok(Some(key)) => {
                *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = key;
                tracing::info!("the certificate was read again");
            }
            Ok(None) => {}
            Err(error) => {
                let error = crate::logging::Chain(&error).to_string();
                tracing::error!(error, "the new certificate is not taken, the one before stays");
            }
        }
        let key = Arc::clone(&self.shown.0.read().unwrap_or_else(PoisonError::into_inner));
        let validity = Validity::now(&key);
        if *told != Some(validity) {
            match validity {
                Validity::Good => {}
                Validity::Ending => tracing::warn!("the certificate ends within 14 days: renew it"),
                Validity::Ended => tracing::error!("the certificate has ended: browsers refuse it"),
                Validity::NotYet => {
                    tracing::error!(
                        "the certificate is not good yet: is this machine's clock right?"
                    );
                }
            }
            *told = Some(validity);
        }
    }
}

#[cfg(test)]
mod tests;
