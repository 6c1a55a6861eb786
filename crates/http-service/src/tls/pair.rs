//! A certificate with its private key, and how long it is good.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::ServerCertVerifier as _;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{CertificateError, Error, RootCertStore};

use crate::secret::secret_text;

/// Time before the end of a certificate in which it is told.
const ENDING: Duration = Duration::from_secs(14 * 86_400);

/// The reason for which a certificate and a key cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PairError {
    /// A file cannot be read.
    #[error("the {what} cannot be read")]
    Unreadable {
        /// Certificate or key.
        what: &'static str,
        /// The system's error.
        source: std::io::Error,
    },
    /// A file is no PEM, or lacks what it is named for.
    #[error("the file of the {what} is no PEM file with a {what}")]
    Pem {
        /// Certificate or key.
        what: &'static str,
        /// The parser's error.
        source: pem::Error,
    },
    /// There is no certificate in the file.
    #[error("the file has no certificate")]
    Empty,
    /// The key is that of another certificate.
    #[error("the key is not that of the certificate, which stands first in its file")]
    Mismatch,
    /// The certificate or key is of a kind that is not known.
    #[error("the certificate cannot be used")]
    Refused(#[source] Error),
}

/// Reads a certificate with those that sign it, and its key.
///
/// # Errors
/// If one of them cannot be used, or they do not belong together.
pub(super) fn load(certificate: &Path, key: &Path) -> Result<Arc<CertifiedKey>, PairError> {
    let unreadable = |what| move |source| PairError::Unreadable { what, source };
    let certificates = std::fs::read_to_string(certificate).map_err(unreadable("certificate"))?;
    pair(&certificates, &secret_text(key).map_err(unreadable("key"))?)
}

/// Reads both from PEM.
pub(super) fn pair(certificates: &str, key: &str) -> Result<Arc<CertifiedKey>, PairError> {
    let chain = self::certificates(certificates)?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes())
        .map_err(|source| PairError::Pem { what: "key", source })?;
    match CertifiedKey::from_der(chain, key, &ring::default_provider()) {
        Ok(pair) => Ok(Arc::new(pair)),
        Err(Error::InconsistentKeys(_)) => Err(PairError::Mismatch),
        Err(error) => Err(PairError::Refused(error)),
    }
}

/// The certificates of a PEM text; at least one.
pub(super) fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, PairError> {
    let all = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|source| PairError::Pem { what: "certificate", source })?;
    if all.is_empty() { Err(PairError::Empty) } else { Ok(all) }
}

/// Checks a certificate for `localhost` as a browser does that trusts `roots`.
///
/// # Errors
/// The verifier's.
pub(super) fn check(pair: &CertifiedKey, roots: &[CertificateDer<'static>]) -> Result<(), Error> {
    verify(pair, roots, UnixTime::now())
}

fn verify(
    pair: &CertifiedKey,
    trusted: &[CertificateDer<'static>],
    time: UnixTime,
) -> Result<(), Error> {
    let (first, rest) = pair.cert.split_first().ok_or(Error::NoCertificatesPresented)?;
    let mut roots = RootCertStore::empty();
    for root in trusted {
        roots.add(root.clone())?;
    }
    let verifier = WebPkiServerVerifier::builder_with_provider(
        Arc::new(roots),
        Arc::new(ring::default_provider()),
    );
    let verifier = verifier.build().map_err(|error| Error::General(error.to_string()))?;
    let name = ServerName::try_from("localhost").map_err(|_| Error::UnsupportedNameType)?;
    verifier.verify_server_cert(first, rest, &name, &[], time).map(drop)
}

/// How a certificate stands to the time of now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// Good for more than 14 days.
    Good,
    /// Good, and not for longer than that.
    Ending,
    /// Good no more.
    Ended,
    /// Not good before a time that is still to come.
    NotYet,
}

impl Validity {
    /// That of a certificate now.
    pub(super) fn now(pair: &CertifiedKey) -> Self {
        let now = UnixTime::now();
        Self::at(pair, Duration::from_secs(now.as_secs()))
    }

    /// That at a time since 1970. The verifier is asked, as no library in use tells the times of a
    /// certificate: it refuses one for its times before it asks who signed it.
    pub(super) fn at(pair: &CertifiedKey, time: Duration) -> Self {
        let refusal = |time| refusal(pair, UnixTime::since_unix_epoch(time));
        match (refusal(time), refusal(time + ENDING)) {
            (Some(Self::Ended), _) => Self::Ended,
            (Some(_), _) => Self::NotYet,
            (None, Some(Self::Ended)) => Self::Ending,
            (None, _) => Self::Good,
        }
    }
}

/// The refusal at `time` for its times, if any.
fn refusal(pair: &CertifiedKey, time: UnixTime) -> Option<Validity> {
    // Some authority is needed; who signed it is not asked.
    let roots = pair.cert.last().map(std::slice::from_ref).unwrap_or_default();
    match verify(pair, roots, time) {
        Err(Error::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        )) => Some(Validity::Ended),
        Err(Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        )) => Some(Validity::NotYet),
        _ => None,
    }
}
