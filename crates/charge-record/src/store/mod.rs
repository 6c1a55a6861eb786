//! The file in which the record is kept: opened, written in batches, read.
//!
//! Reads see what was committed last and never wait for a commit. After a failure the file is closed,
//! and opened again for whatever comes next: what is on a full disk can be read, and the record goes on
//! when there is room again.

mod error;
pub mod frame;
mod open;
mod read;
mod tables;
mod write;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use redb::{Database, DatabaseError, StorageBackend};

use crate::charge::{Charge, ChargeId};
use crate::curve::Point;
use crate::reading::Unit;
use crate::running::Running;
use crate::sample::Sample;
use crate::wall::Wall;

pub use error::{OpenError, StoreError};
pub use read::{Page, Query};

/// The file.
#[derive(Debug)]
pub struct Store {
    /// `None` for a storage without a path.
    path: Option<PathBuf>,
    database: Mutex<Result<Arc<Database>, StoreError>>,
    set_aside: Option<PathBuf>,
}

/// What is written together, all of it or nothing.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Charges that can go on no more, with their curves.
    pub closed: Vec<(Charge, Vec<Point>)>,
    /// The charge that runs at each charger, if one does.
    pub running: Vec<(Unit, Option<Running>)>,
    /// New looks.
    pub samples: Vec<(Unit, Vec<Sample>)>,
    /// Which charger answered under a name.
    pub names: Vec<(String, Unit)>,
}

impl Batch {
    /// `true` if there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.closed.is_empty()
            && self.running.is_empty()
            && self.samples.is_empty()
            && self.names.is_empty()
    }
}

/// What was kept of a charger.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The charger that answered last under the name.
    pub unit: Unit,
    /// Its charge that ran.
    pub running: Option<Running>,
    /// Its last looks.
    pub samples: Vec<Sample>,
}

impl Store {
    /// Opens the file at `path`, or begins a new one. A damaged file is set aside under another
    /// name, see [`Store::set_aside`]; a disk without room is no error, as it may have some later.
    ///
    /// # Errors
    /// If the file is in use, foreign or newer, or cannot be read and written: nothing of it was
    /// changed.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let opened = open::open(path)?;
        Ok(Self {
            path: Some(path.to_owned()),
            database: Mutex::new(opened.database.map(Arc::new)),
            set_aside: opened.set_aside,
        })
    }

    /// Opens a database in any storage, for tests.
    ///
    /// # Errors
    /// If it is damaged or cannot be read or written.
    pub fn open_on(backend: impl StorageBackend) -> Result<Self, DatabaseError> {
        let database = open::database(backend)?;
        Ok(Self { path: None, database: Mutex::new(Ok(Arc::new(database))), set_aside: None })
    }

    /// The name that a damaged file was given.
    pub fn set_aside(&self) -> Option<&Path> {
        self.set_aside.as_deref()
    }

    /// Writes `batch`; when this returns, it is on the disk.
    ///
    /// # Errors
    /// If nothing of it was written.
    pub fn commit(&self, batch: &Batch) -> Result<(), StoreError> {
        self.write(|database| write::commit(database, batch))
    }

    /// Changes the label of a charge that can go on no more.
    ///
    /// # Errors
    /// If there is no such charge, or nothing was written.
    pub fn label(
        &self,
        serial: &str,
        id: ChargeId,
        label: Option<&str>,
    ) -> Result<Charge, StoreError> {
        self.write(|database| write::label(database, serial, id, label))
    }

    /// Removes a charge of a charger, or all of them, curves included. Returns how many there were.
    ///
    /// # Errors
    /// If nothing was written.
    pub fn delete(&self, serial: &str, id: Option<ChargeId>) -> Result<u64, StoreError> {
        self.write(|database| write::delete(database, serial, id))
    }

    /// Removes the curves of charges that started before `before`, at most 1,000 of them.
    ///
    /// # Errors
    /// If nothing was written.
    pub fn prune(&self, before: Wall) -> Result<u64, StoreError> {
        self.write(|database| write::prune(database, before))
    }

    /// A page of the charges that can go on no more.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn charges(&self, query: &Query<'_>) -> Result<Page, StoreError> {
        read::charges(&*self.reopened()?, query)
    }

    /// One of them, with its curve.
    ///
    /// # Errors
    /// If there is none of that charger, or the file cannot be read.
    pub fn charge(&self, serial: &str, id: ChargeId) -> Result<(Charge, Vec<Point>), StoreError> {
        read::charge(&*self.reopened()?, serial, id)
    }

    /// What was kept under a charger's name.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn kept(&self, name: &str) -> Result<Option<Kept>, StoreError> {
        read::kept(&*self.reopened()?, name)
    }

    /// As [`Store::kept`], by the charger itself.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn kept_of(&self, unit: &Unit) -> Result<Kept, StoreError> {
        read::kept_of(&*self.reopened()?, unit)
    }

    fn write<T>(
        &self,
        work: impl FnOnce(&Database) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let database = self.reopened()?;
        let result = work(&database);
        if let Err(error @ (StoreError::Full | StoreError::Damaged(_) | StoreError::Failed(_))) =
            &result
            && self.path.is_some()
        {
            // After a failure the database answers no more.
            *self.database.lock().unwrap_or_else(PoisonError::into_inner) = Err(error.clone());
        }
        result
    }

    /// The database, opened again if there is none.
    fn reopened(&self) -> Result<Arc<Database>, StoreError> {
        let mut database = self.database.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Err(_), Some(path)) = (&*database, &self.path) {
            *database = match open::open(path) {
                Ok(opened) => opened.database.map(Arc::new),
                Err(error) => {
                    let cause = std::error::Error::source(&error);
                    let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
                    Err(StoreError::Failed(format!("{error}{cause}")))
                }
            };
        }
        database.clone()
    }
}
