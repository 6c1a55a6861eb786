//! What can go wrong in a command. Each text stands alone: it is printed as it is.

use std::{io, path::Path, time::Duration};

/// Why a command ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot {action} {path}: {source}")]
    File { action: &'static str, path: String, source: io::Error },
    #[error("cannot start `{command}`: {source}")]
    Start { command: String, source: io::Error },
    #[error("`{command}` failed ({status}){output}")]
    Failed { command: String, status: String, output: String },
    #[error("`{command}` was stopped: it took longer than {} s", limit.as_secs())]
    TooLong { command: String, limit: Duration },
    #[error("{0}")]
    Other(String),
}

/// The result of everything here that can fail.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// For `map_err` after touching a file; `action` continues "cannot".
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { action, path, source }
    }
}

/// An error that is one sentence.
pub(crate) fn other<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::Other(message.into()))
}
