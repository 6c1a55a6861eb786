//! Why the file cannot be used.

use std::io;
use std::path::PathBuf;

/// The reason for which a gateway does not start with this file. Nothing of it was changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Something else is in it.
    #[error("--data {0}: this is no record of charges; it was left alone. Name another file")]
    Foreign(PathBuf),
    /// It was written by a later version of this program.
    #[error(
        "--data {path}: this record was written by a newer version of this program (file version \
         {found}, this program knows {known}); it was left alone. Update this program, or name \
         another file",
        known = super::frame::VERSION
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
    },
    /// Another process uses it.
    #[error(
        "--data {0}: another gateway keeps its record there. Stop that one, or give each a file of its \
         own"
    )]
    InUse(PathBuf),
    /// It cannot be read or written.
    #[error("--data {path} cannot be opened for reading and writing")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

/// The reason for which something was not read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no room on the disk.
    #[error("there is no room on the disk of the record; it goes on by itself when there is")]
    Full,
    /// The file is damaged.
    #[error("the record is damaged: {0}")]
    Damaged(String),
    /// Anything else.
    #[error("the record cannot be read or written: {0}")]
    Failed(String),
    /// There is no such charge.
    #[error("there is no such charge")]
    Unknown,
}

impl From<&io::Error> for StoreError {
    fn from(error: &io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, InvalidData, QuotaExceeded, StorageFull, UnexpectedEof};
        match error.kind() {
            StorageFull | QuotaExceeded | FileTooLarge => Self::Full,
            InvalidData | UnexpectedEof => Self::Damaged(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        match &error {
            redb::Error::Io(io) => Self::from(io),
            redb::Error::Corrupted(_)
            | redb::Error::UpgradeRequired(_)
            | redb::Error::RepairAborted
            | redb::Error::TableTypeMismatch { .. } => Self::Damaged(error.to_string()),
            _ => Self::Failed(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
