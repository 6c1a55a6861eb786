//! The chargers of a gateway by name, and their owner tasks.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use gateway_api::FoundBy;
use http::StatusCode;
use http_service::ApiError;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::charger::Charger;
use crate::handle::Handle;
use crate::known::Known;
use crate::link::ChargerLink;
use crate::owner::Owner;
use crate::reads::ReadQueue;
use crate::relays::Relays;
use crate::stop::{self, Stop, Stopper};
use crate::timing::Timing;

/// Maximum requests that wait for a charger, reads and writes each.
const QUEUE: usize = 64;

/// The chargers of a gateway; routes without a name use the first. Chargers may
/// join, and none leaves.
///
/// Clones share them. Their owners end when the last clone is dropped.
#[derive(Clone)]
pub struct Fleet(Arc<RwLock<Vec<Arc<Handle>>>>);

/// The owner tasks of all chargers.
pub struct Owners {
    tasks: Arc<Mutex<JoinSet<()>>>,
    stop: Stopper,
    begun: Stop,
    timing: Timing,
    writing: Arc<watch::Sender<usize>>,
}

/// Lets chargers join a fleet.
pub(crate) struct Entrance {
    pub(crate) fleet: Fleet,
    tasks: Arc<Mutex<JoinSet<()>>>,
    begun: Stop,
    timing: Timing,
    writing: Arc<watch::Sender<usize>>,
}

impl Fleet {
    /// Starts an owner for each charger. The caller must keep the names unique.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start<C: Charger>(
        chargers: impl IntoIterator<Item = (String, C)>,
        timing: Timing,
    ) -> (Self, Owners) {
        let (stop, begun) = stop::switch();
        let owners = Owners {
            tasks: Arc::default(),
            stop,
            begun,
            timing,
            writing: Arc::new(watch::Sender::new(0)),
        };
        let entrance = owners.entrance(Self(Arc::default()));
        for (name, charger) in chargers {
            entrance.add(name, charger, FoundBy::Address);
        }
        (entrance.fleet, owners)
    }

    /// Looks up a charger by name, the first without a name. Never resolves a host name.
    pub(crate) fn find(&self, name: Option<&str>) -> Option<Arc<Handle>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match name {
            None => all.first().cloned(),
            Some(name) => all.iter().find(|handle| handle.known.name == name).cloned(),
        }
    }

    /// Like [`Fleet::find`], with a 404 if there is none.
    pub(crate) fn named(&self, name: Option<&str>) -> Result<Arc<Handle>, ApiError> {
        self.find(name).ok_or_else(|| {
            let message = "There is no charger of this name; GET /chargers lists them.";
            ApiError::new(StatusCode::NOT_FOUND, "unknown_charger", message)
        })
    }

    /// All that are there now, in the order in which they joined.
    pub(crate) fn all(&self) -> Vec<Arc<Handle>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Entrance {
    /// Starts an owner for `charger`. Its name is the caller's to keep unique.
    pub(crate) fn add<C: Charger>(
        &self,
        name: String,
        charger: C,
        found_by: FoundBy,
    ) -> Arc<Handle> {
        let timing = self.timing;
        let (reads, read_jobs) = mpsc::channel(QUEUE);
        let (writes, write_jobs) = mpsc::channel(QUEUE);
        let (moves, move_jobs) = mpsc::channel(1);
        let known = Arc::new(Known::new(name, &charger, timing.max_age));
        let handle = Arc::new(Handle {
            known: Arc::clone(&known),
            found_by,
            reads,
            writes,
            moves,
            timing,
            stop: self.begun.clone(),
        });
        let owner = Owner {
            link: ChargerLink::new(known, charger, &timing, self.begun.clone()),
            reads: ReadQueue::new(read_jobs, &timing),
            writes: write_jobs,
            moves: move_jobs,
            relays: Relays::new(timing.relay_pause),
            timing,
            writing: Arc::clone(&self.writing),
        };
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).spawn(owner.run());
        let mut all = self.fleet.0.write().unwrap_or_else(PoisonError::into_inner);
        all.push(Arc::clone(&handle));
        handle
    }
}

impl Owners {
    /// A way into `fleet`, whose owners these are.
    pub(crate) fn entrance(&self, fleet: Fleet) -> Entrance {
        Entrance {
            fleet,
            tasks: Arc::clone(&self.tasks),
            begun: self.begun.clone(),
            timing: self.timing,
            writing: Arc::clone(&self.writing),
        }
    }

    /// Returns a function that stops the owners: they finish the write under way and begin nothing
    /// more. All other requests are refused; waiting writes are never sent.
    pub fn stopper(&self) -> impl FnOnce() + Send + 'static {
        let (stopper, limit) = (self.stop.clone(), self.timing.stop_write);
        move || stop::throw(&stopper, limit)
    }

    /// Completes when no write is under way.
    pub(crate) fn idle(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut writing = self.writing.subscribe();
        async move {
            // The sender is dropped with the owners only.
            let _ = writing.wait_for(|count| *count == 0).await;
        }
    }

    /// Waits until every owner has finished, at most `limit`; aborts the rest.
    pub async fn finish(self, limit: Duration) {
        let mut tasks =
            std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async { while tasks.join_next().await.is_some() {} };
        if timeout(limit, all).await.is_err() {
            tracing::warn!(?limit, "what a charger was asked was cut short by the server's end");
        }
    }
}
