//! The chargers of a gateway by name, and their owner tasks.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use gateway_api::ApiStatus;
use http::StatusCode;
use http_service::ApiError;
use nrgkick_model::ControlWrite;
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};

use crate::charger::{Answer, Charger, RegisterAnswer};
use crate::error::GatewayError;
use crate::job::{Claim, ReadJob, ReadTask, WriteJob};
use crate::known::Known;
use crate::link::ChargerLink;
use crate::owner::Owner;
use crate::reads::ReadQueue;
use crate::relays::Relays;
use crate::result::WriteResult;
use crate::single_flight::{Joined, ReadReply, SingleFlight, Timed};
use crate::stop::{self, Stop, Stopper};
use crate::timing::Timing;

/// Maximum requests that wait for a charger, reads and writes each.
const QUEUE: usize = 64;

/// The chargers of a gateway; routes without a name use the first.
///
/// Clones share them. Their owners end when the last clone is dropped.
#[derive(Clone)]
pub struct Fleet(Arc<Vec<Arc<Handle>>>);

/// The owner tasks of all chargers.
pub struct Owners {
    tasks: JoinSet<()>,
    stop: Stopper,
    stop_write: Duration,
    writing: Arc<watch::Sender<usize>>,
}

/// A charger of the fleet.
pub(crate) struct Handle {
    pub(crate) known: Arc<Known>,
    reads: mpsc::Sender<ReadJob>,
    writes: mpsc::Sender<WriteJob>,
    timing: Timing,
    stop: Stop,
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
        let mut tasks = JoinSet::new();
        let (stopper, stop) = stop::switch();
        let writing = Arc::new(watch::Sender::new(0));
        let handles = chargers.into_iter().map(|(name, charger)| {
            let (reads, read_jobs) = mpsc::channel(QUEUE);
            let (writes, write_jobs) = mpsc::channel(QUEUE);
            let known = Arc::new(Known::new(name, &charger, timing.max_age));
            let handle = Arc::new(Handle {
                known: Arc::clone(&known),
                reads,
                writes,
                timing,
                stop: stop.clone(),
            });
            let owner = Owner {
                link: ChargerLink::new(known, charger, &timing, stop.clone()),
                reads: ReadQueue::new(read_jobs, &timing),
                writes: write_jobs,
                relays: Relays::new(timing.relay_pause),
                timing,
                writing: Arc::clone(&writing),
            };
            tasks.spawn(owner.run());
            handle
        });
        let fleet = Self(Arc::new(handles.collect()));
        (fleet, Owners { tasks, stop: stopper, stop_write: timing.stop_write, writing })
    }

    /// Looks up a charger by name, the first without a name. Never resolves a host name.
    pub(crate) fn find(&self, name: Option<&str>) -> Option<&Handle> {
        match name {
            None => self.0.first().map(Arc::as_ref),
            Some(name) => self.0.iter().map(Arc::as_ref).find(|handle| handle.known.name == name),
        }
    }

    /// Like [`Fleet::find`], with a 404 if there is none.
    pub(crate) fn named(&self, name: Option<&str>) -> Result<&Handle, ApiError> {
        self.find(name).ok_or_else(|| {
            let message = "There is no charger of this name; GET /chargers lists them.";
            ApiError::new(StatusCode::NOT_FOUND, "unknown_charger", message)
        })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Arc<Handle>> {
        self.0.iter()
    }
}

impl Owners {
    /// Returns a function that stops the owners: they finish the write under way and begin nothing
    /// more. All other requests are refused; waiting writes are never sent.
    pub fn stopper(&self) -> impl FnOnce() + Send + 'static {
        let (stopper, limit) = (self.stop.clone(), self.stop_write);
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
    pub async fn finish(mut self, limit: Duration) {
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(limit, all).await.is_err() {
            tracing::warn!(?limit, "what a charger was asked was cut short by the server's end");
        }
    }
}

impl Handle {
    /// Requests a document and waits for it, at most `limit`.
    pub(crate) async fn read(
        &self,
        read: Read,
        limit: Duration,
    ) -> Result<Timed<Arc<Answer>>, GatewayError> {
        let task = |reply| ReadTask::Document { read: read.clone(), is_shared: true, reply };
        self.ask(&self.known.cache.documents, read.clone(), limit, task).await
    }

    /// Requests the state of the APIs and waits for it, at most `limit`.
    pub(crate) async fn api(&self, limit: Duration) -> Result<ApiStatus, GatewayError> {
        let answer =
            self.ask(&self.known.cache.api, (), limit, |reply| ReadTask::Api { reply }).await;
        answer.map(|answer| answer.value)
    }

    /// Reads `/info` once at the start, so that the owner logs the state of the charger.
    pub(crate) async fn look(&self, limit: Duration) {
        // The owner has logged the result.
        let read = Read::raw(DocumentName::Info);
        let task = |reply| ReadTask::Document { read: read.clone(), is_shared: false, reply };
        let _ = self.ask(&self.known.cache.documents, read.clone(), limit, task).await;
    }

    /// Requests registers and waits for them as for any read.
    pub(crate) async fn registers(
        &self,
        address: u16,
        quantity: u16,
    ) -> Result<RegisterAnswer, GatewayError> {
        let key = (address, quantity);
        let task = |reply| ReadTask::Registers { address, quantity, reply };
        let answer = self.ask(&self.known.cache.registers, key, self.timing.read, task).await;
        answer.map(|answer| answer.value)
    }

    async fn ask<K: Clone + Eq + Hash, V: Clone>(
        &self,
        reads: &SingleFlight<K, V>,
        key: K,
        limit: Duration,
        task: impl Fn(ReadReply<V>) -> ReadTask,
    ) -> Result<Timed<V>, GatewayError> {
        let deadline = Instant::now() + limit;
        loop {
            let counters = &self.known.accounts.counters;
            let waiter = match reads.join(key.clone()) {
                Joined::Fresh(landed) => {
                    counters.read(true);
                    return landed.timed();
                }
                Joined::Flight(waiter) => {
                    counters.read(true);
                    waiter
                }
                Joined::First(waiter, reply) => {
                    counters.read(false);
                    enqueue(&self.reads, ReadJob { deadline, task: task(reply) })?;
                    waiter
                }
            };
            let landed = tokio::select! {
                biased;
                landed = timeout_at(deadline, waiter.landed()) => landed,
                _ = self.stop.begun() => return Err(GatewayError::Stopped),
            };
            match landed {
                Ok(Some(landed)) => return landed.timed(),
                // The read was dropped, at the first reader's deadline for example: request it
                // anew.
                Ok(None) if Instant::now() < deadline => {}
                Ok(None) | Err(_) => return Err(GatewayError::Late(limit)),
            }
        }
    }

    /// Returns the numbers of waiting reads and writes.
    pub(crate) fn waiting(&self) -> [usize; 2] {
        let waiting = |most: usize, free: usize| most.saturating_sub(free);
        [
            waiting(self.reads.max_capacity(), self.reads.capacity()),
            waiting(self.writes.max_capacity(), self.writes.capacity()),
        ]
    }

    /// Queues a write and waits for its outcome. Dropping the future does not stop the write.
    pub(crate) async fn write(&self, write: ControlWrite) -> Result<WriteResult, GatewayError> {
        let came = Instant::now();
        let (reply, mut outcome) = oneshot::channel();
        let claim = Claim::default();
        let job = WriteJob {
            write,
            begin_by: came + self.timing.turn,
            came,
            claim: claim.clone(),
            reply,
        };
        enqueue(&self.writes, job)?;
        let decided = tokio::select! {
            biased;
            decided = &mut outcome => decided,
            _ = self.stop.begun() => {
                if claim.take() {
                    return Err(GatewayError::Stopped);
                }
                outcome.await
            }
        };
        // The owner limits every step, so only its unexpected end drops the channel.
        decided.unwrap_or(Err(GatewayError::OutcomeLost))
    }
}

fn enqueue<T>(queue: &mpsc::Sender<T>, job: T) -> Result<(), GatewayError> {
    queue.try_send(job).map_err(|error| match error {
        mpsc::error::TrySendError::Full(_) => GatewayError::Full,
        mpsc::error::TrySendError::Closed(_) => GatewayError::Stopped,
    })
}
