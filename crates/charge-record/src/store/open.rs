//! Opens the file, begins a new one, or sets a damaged one aside.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use redb::backends::FileBackend;
use redb::{Builder, Database, DatabaseError, StorageBackend};

use super::error::{OpenError, StoreError};
use super::frame::{Framed, Head, PAGE, head, page};
use crate::wall;

/// Memory for pages of the file.
const CACHE_BYTES: usize = 4 * 1024 * 1024;

/// A database, or why there is none yet.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) database: Result<Database, StoreError>,
    /// The name that a damaged file was given.
    pub(super) set_aside: Option<PathBuf>,
}

/// Opens `path`. A disk without room is no error: the database comes later.
pub(super) fn open(path: &Path) -> Result<Opened, OpenError> {
    match begin(path)? {
        Err(StoreError::Damaged(_)) => {
            let aside = free_name(path);
            fs::rename(path, &aside).map_err(|source| io_error(path, source))?;
            Ok(Opened { database: begin(path)?, set_aside: Some(aside) })
        }
        database => Ok(Opened { database, set_aside: None }),
    }
}

fn begin(path: &Path) -> Result<Result<Database, StoreError>, OpenError> {
    let failed = |source| io_error(path, source);
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let mut file = match opened {
        Err(error) if StoreError::from(&error) == StoreError::Full => {
            return Ok(Err(StoreError::Full));
        }
        opened => opened.map_err(failed)?,
    };
    // Only until the first page is there; from then on the database holds its own.
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    let mut bytes = Vec::new();
    (&file).take(PAGE).read_to_end(&mut bytes).map_err(failed)?;
    let is_new = match head(&bytes) {
        Head::Ours => false,
        Head::Empty => true,
        Head::Foreign => return Err(OpenError::Foreign(path.to_owned())),
        Head::Newer(found) => return Err(OpenError::Newer { path: path.to_owned(), found }),
    };
    if is_new && let Err(error) = write_page(&mut file) {
        let _ = file.set_len(0);
        return Ok(Err(StoreError::from(&error)));
    }
    file.unlock().map_err(failed)?;
    let spare = file.try_clone().map_err(failed)?;
    let backend = FileBackend::new(file);
    let database = match backend.and_then(|backend| database(Framed(backend))) {
        Ok(database) => Ok(database),
        Err(DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch) => {
            return Err(OpenError::InUse(path.to_owned()));
        }
        Err(error) => {
            if is_new {
                // Nothing was ever in it.
                let _ = spare.set_len(0);
            }
            Err(StoreError::from(redb::Error::from(error)))
        }
    };
    Ok(database)
}

/// Opens the database of `backend`, each page of it checked.
pub(super) fn database(backend: impl StorageBackend) -> Result<Database, DatabaseError> {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    builder.create_with_backend(backend)
}

fn write_page(file: &mut File) -> io::Result<()> {
    file.rewind()?;
    file.write_all(&page())?;
    file.sync_all()
}

fn io_error(path: &Path, source: io::Error) -> OpenError {
    OpenError::Io { path: path.to_owned(), source }
}

/// A name beside `path` that nothing has.
fn free_name(path: &Path) -> PathBuf {
    let stamp = wall::text(wall::of(SystemTime::now())).replace(['-', ':'], "");
    let name = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".damaged-{stamp}"));
        if number > 0 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    (0..).map(name).find(|name| !name.exists()).unwrap_or_else(|| name(0))
}
