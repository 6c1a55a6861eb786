//! The errors of commands. Each message is complete, as it is printed alone.

use std::{io, path::Path, time::Duration};

/// The reason why a command failed.
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

/// The result of all fallible functions here.
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Builds a closure for `map_err` after file access; `action` continues "cannot".
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { action, path, source }
    }
}

/// Returns an error with this message.
pub(crate) fn other<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::Other(message.into()))
}
