//! The chargers of a gateway by name, and the tasks that own them.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use gateway_api::FoundBy;
use http::StatusCode;
use http_service::ApiError;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::cache::ReadCache;
use crate::charger::Charger;
use crate::handle::Handle;
use crate::link::ChargerLink;
use crate::owner::Owner;
use crate::reads::ReadQueue;
use crate::relays::Relays;
use crate::status::Status;
use crate::stop::{self, Stop, Stopper};
use crate::timing::Timing;

/// Requests that may wait for one charger, reads and writes each.
const QUEUE: usize = 64;

/// The chargers that a gateway serves; the first is what routes without a name mean. Chargers may
/// join, and none leaves.
///
/// Clones share them. Their owners end when the last clone is gone.
#[derive(Clone)]
pub struct Fleet(Arc<RwLock<Vec<Arc<Handle>>>>);

/// The tasks that own the chargers.
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
    /// Starts an owner for each charger. Names are the caller's to keep unique.
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

    /// Looks a charger up, the first where no name is given. Nothing is ever resolved.
    pub(crate) fn find(&self, name: Option<&str>) -> Option<Arc<Handle>> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        match name {
            None => all.first().cloned(),
            Some(name) => all.iter().find(|handle| handle.name == name).cloned(),
        }
    }

    /// As [`Fleet::find`], with the answer where there is none.
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
        let status = Arc::new(Status::new(charger.place()));
        let cache = Arc::new(ReadCache::new(timing.max_age));
        let handle = Arc::new(Handle {
            name: name.clone(),
            upstream: charger.upstream(),
            has_password: charger.has_password(),
            found_by,
            status: Arc::clone(&status),
            cache: Arc::clone(&cache),
            reads,
            writes,
            moves,
            timing,
            stop: self.begun.clone(),
        });
        let owner = Owner {
            link: ChargerLink::new(name, charger, status, cache, &timing, self.begun.clone()),
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

    /// A switch that outlives the owners: from the moment it is thrown they finish what they have
    /// begun and begin nothing more. What waits is told so, and never sent.
    pub fn stopper(&self) -> impl FnOnce() + Send + 'static {
        let (stopper, limit) = (self.stop.clone(), self.timing.stop_write);
        move || stop::throw(&stopper, limit)
    }

    /// Completes when no write is under way.
    pub(crate) fn idle(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut writing = self.writing.subscribe();
        async move {
            // The count is gone only when the owners are.
            let _ = writing.wait_for(|count| *count == 0).await;
        }
    }

    /// Waits until every owner has finished what it has begun, at most `limit`. The rest are dropped.
    pub async fn finish(self, limit: Duration) {
        let mut tasks =
            std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async { while tasks.join_next().await.is_some() {} };
        if timeout(limit, all).await.is_err() {
            tracing::warn!(?limit, "what a charger was asked was cut short by the server's end");
        }
    }
}
