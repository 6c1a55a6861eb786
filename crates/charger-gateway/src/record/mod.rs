//! The record of charges: looks at each charger, and writes what came of it.
//!
//! Looks go through the charger's queue as any other read does, also without anybody watching. The
//! file is written by one task, off the runtime's thread, in batches; whatever is not written yet
//! stays here, within bounds, and is shown all the same.
//!
//! Not here: what a look means and how the file is laid out (`charge_record`), and the routes.

mod commit;
mod notify;
mod pending;
mod poll;
mod view;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use charge_record::store::{Store, StoreError};
use charge_record::{Book, ChargeId, Event, Look, OpenError, Reading, Unit, wall};
use gateway_api::record::RecordHealth;
use http_service::Target;
use nrgkick_model::time::Moment;
use tokio::sync::{Notify, watch};

pub(crate) use commit::keep;
use notify::{Notices, Postman, notices};
use pending::Pending;
pub(crate) use view::{Asked, NotRemoved};

/// The record of all chargers of a gateway.
#[derive(Debug)]
pub struct Record {
    store: Arc<Store>,
    path: PathBuf,
    every: Duration,
    keep: Duration,
    state: Mutex<State>,
    /// Something must be written at once.
    wake: Notify,
    /// Counts what happened to charges.
    changes: watch::Sender<u64>,
    notices: Option<Notices>,
    postman: Mutex<Option<Postman>>,
    /// One commit at a time.
    committing: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    /// By the charger's name.
    books: HashMap<String, Book>,
    pending: Pending,
    error: Option<StoreError>,
    committed: Option<SystemTime>,
}

impl Record {
    /// Opens the file.
    ///
    /// # Errors
    /// Names the file and what is wrong with it; nothing of it was changed.
    pub fn open(
        path: &Path,
        every: Duration,
        keep: Duration,
        notify: Option<Target>,
    ) -> Result<Arc<Self>, OpenError> {
        let store = Arc::new(Store::open(path)?);
        if let Some(aside) = store.set_aside() {
            tracing::error!(
                ?path,
                set_aside = ?aside,
                "the record was damaged: it was set aside under this name, and a new one begun"
            );
        }
        let (notices, postman) = notify.map(notices).unzip();
        let state = State {
            books: HashMap::new(),
            pending: Pending::default(),
            error: None,
            committed: None,
        };
        Ok(Arc::new(Self {
            path: path.to_owned(),
            store,
            every,
            keep,
            state: Mutex::new(state),
            wake: Notify::new(),
            changes: watch::Sender::new(0),
            notices,
            postman: Mutex::new(postman),
            committing: tokio::sync::Mutex::new(()),
        }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    /// Changes whenever a charge has begun, ended, been labelled or removed.
    #[cfg(feature = "mqtt")]
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// The state for `/healthz`.
    pub(crate) fn health(&self) -> RecordHealth {
        let state = self.state();
        let word = match &state.error {
            None => "ok",
            Some(StoreError::Full) => "full",
            Some(_) => "failed",
        };
        RecordHealth {
            state: word.to_owned(),
            message: state.error.as_ref().map(ToString::to_string),
            set_aside: self.store.set_aside().map(|path| path.display().to_string()),
            committed: state.committed.map(|at| wall::text(wall::of(at))),
            waiting: state.pending.len(),
        }
    }

    /// The serial number of the charger that answered last under `name`.
    pub(crate) fn serial(&self, name: &str) -> Option<String> {
        let known = self.state().books.get(name).and_then(|book| book.unit().cloned());
        let known = known.or_else(|| self.store.kept(name).ok().flatten().map(|kept| kept.unit));
        known.map(|unit| unit.serial)
    }

    /// Takes a look at the charger `name`.
    fn take(&self, name: &str, at: Moment, answer: Option<&(Unit, Reading)>) {
        let wall = wall::of(SystemTime::now());
        let mut state = self.state();
        let State { books, pending, .. } = &mut *state;
        if let Some((unit, _)) = answer {
            let is_anothers = |(other, book): (&String, &Book)| {
                other != name && book.unit().is_some_and(|known| known.serial == unit.serial)
            };
            // One charger under two names is recorded once.
            if books.iter().any(is_anothers) {
                return;
            }
        }
        let book = books.entry(name.to_owned()).or_insert_with(|| {
            let mut book = Book::new(self.every);
            if let Ok(Some(kept)) = self.store.kept(name) {
                book.resume(kept.unit, kept.running, &kept.samples);
            }
            book
        });
        let mut events = Vec::new();
        if let Some((unit, _)) = answer
            && book.unit() != Some(unit)
        {
            events.extend(book.leave(wall));
            if let Some(left) = book.unit() {
                pending.stopped(left);
            }
            *book = Book::new(self.every);
            if let Ok(kept) = self.store.kept_of(unit) {
                book.resume(kept.unit, kept.running, &kept.samples);
            }
            pending.named(name, unit);
        }
        let answer = answer.map(|(unit, reading)| (unit, reading));
        let (sample, seen) = book.see(&Look { at, wall, answer }, new_id);
        events.extend(seen);
        if let Some(unit) = book.unit() {
            pending.looked(unit, sample);
        }
        let mut is_urgent = false;
        let unit = book.unit().cloned();
        for event in events {
            if let (Some(notices), Some(unit)) = (&self.notices, &unit) {
                notices.happened(name, unit, &event);
            }
            is_urgent |= !matches!(event, Event::Fault(_));
            if let Event::Closed(closed) = event {
                pending.closed(closed.0, closed.1.points().to_vec());
            }
        }
        drop(state);
        if is_urgent {
            self.changed();
            self.wake.notify_one();
        }
    }

    /// Tells that the charger `name` answers no more.
    fn lost(&self, name: &str) {
        let unit = self.state().books.get(name).and_then(|book| book.unit().cloned());
        if let Some(notices) = &self.notices {
            notices.lost(name, unit.as_ref());
        }
    }
}

/// A random name for a charge.
fn new_id() -> ChargeId {
    let mut bytes = [0; 8];
    if getrandom::fill(&mut bytes).is_err() {
        // Without a source of randomness: the time, which no other charge of this gateway has.
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        return ChargeId(u64::try_from(since.as_nanos()).unwrap_or_default());
    }
    ChargeId(u64::from_le_bytes(bytes))
}
