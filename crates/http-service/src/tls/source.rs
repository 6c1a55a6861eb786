//! Where a certificate comes from, and when it is read or made again.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio_rustls::rustls::sign::CertifiedKey;

use super::TlsError;
use super::authority::{self, Authority};
use super::pair::{self, PairError};

/// Time after which a certificate that is made here is made again, a third of its life.
const RENEW_AFTER: Duration = Duration::from_secs(authority::LEAF_DAYS.unsigned_abs() * 86_400 / 3);

/// The source of a certificate.
pub(super) enum Source {
    /// Two files of the owner's.
    Files {
        certificate: PathBuf,
        key: PathBuf,
        /// As the files were when they were read last, good or not.
        read: Mutex<Seen>,
    },
    /// The authority that is made here.
    Authority {
        authority: Box<Authority>,
        /// The names of `--allow-host`.
        names: Vec<String>,
        /// The names of the certificate, and when it was made.
        made: Mutex<Option<(Vec<String>, SystemTime)>>,
    },
}

/// When each of two files was changed, and its length.
type Seen = [Option<(SystemTime, u64)>; 2];

impl Source {
    pub(super) fn files(certificate: &Path, key: &Path) -> Self {
        let (certificate, key) = (certificate.to_path_buf(), key.to_path_buf());
        Self::Files { certificate, key, read: Mutex::default() }
    }

    /// # Errors
    /// If the folder cannot be used.
    pub(super) fn authority(folder: &Path, names: &[String]) -> Result<Self, TlsError> {
        let authority = Authority::open(folder, &authority::names(names))
            .map_err(|reason| TlsError::Authority { folder: folder.to_path_buf(), reason })?;
        let (authority, names) = (Box::new(authority), names.to_vec());
        Ok(Self::Authority { authority, names, made: Mutex::default() })
    }

    /// Reads or makes the certificate.
    ///
    /// # Errors
    /// If it cannot be used.
    pub(super) fn load(&self) -> Result<Arc<CertifiedKey>, TlsError> {
        match self {
            Self::Files { certificate, key, read } => {
                *read.lock().unwrap_or_else(PoisonError::into_inner) = seen(certificate, key);
                pair::load(certificate, key).map_err(|error| self.error(error))
            }
            Self::Authority { authority, names, made } => {
                let names = authority::names(names);
                let key = authority.sign(&names).map_err(|reason| of(authority, reason))?;
                let now = SystemTime::now();
                *made.lock().unwrap_or_else(PoisonError::into_inner) = Some((names, now));
                Ok(key)
            }
        }
    }

    /// Reads or makes it again, if there is a reason to; each change of the files is tried once.
    ///
    /// # Errors
    /// If the new one cannot be used.
    pub(super) fn renewed(&self) -> Result<Option<Arc<CertifiedKey>>, TlsError> {
        let is_due = match self {
            Self::Files { certificate, key, read } => {
                *read.lock().unwrap_or_else(PoisonError::into_inner) != seen(certificate, key)
            }
            Self::Authority { names, made, .. } => {
                match &*made.lock().unwrap_or_else(PoisonError::into_inner) {
                    Some((known, at)) => {
                        let age = at.elapsed().unwrap_or(RENEW_AFTER);
                        age >= RENEW_AFTER || *known != authority::names(names)
                    }
                    None => true,
                }
            }
        };
        is_due.then(|| self.load()).transpose()
    }

    pub(super) fn authority_pem(&self) -> Option<&str> {
        match self {
            Self::Files { .. } => None,
            Self::Authority { authority, .. } => Some(authority.pem()),
        }
    }

    /// The error with the files that it is about.
    pub(super) fn error(&self, source: PairError) -> TlsError {
        match self {
            Self::Files { certificate, key, .. } => {
                TlsError::Pair { certificate: certificate.clone(), key: key.clone(), source }
            }
            Self::Authority { authority, .. } => {
                of(authority, crate::logging::Chain(&source).to_string())
            }
        }
    }
}

fn of(authority: &Authority, reason: String) -> TlsError {
    TlsError::Authority { folder: authority.folder().to_path_buf(), reason }
}

fn seen(certificate: &Path, key: &Path) -> Seen {
    [certificate, key].map(|path| {
        let data = std::fs::metadata(path).ok()?;
        Some((data.modified().ok()?, data.len()))
    })
}
