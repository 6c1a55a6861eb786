//! One charger as the routes see it: they queue jobs for its owner and wait for the answers.
//!
//! Not here: how the owner works ([`owner`](crate::owner)).

use std::hash::Hash;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gateway_api::{ApiStatus, FoundBy};
use nrgkick_model::ControlWrite;
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::charger::{Answer, RegisterAnswer};
use crate::error::GatewayError;
use crate::job::{Claim, MoveJob, Moved, ReadJob, ReadTask, WriteJob};
use crate::known::Known;
use crate::result::WriteResult;
use crate::single_flight::{Joined, ReadReply, SingleFlight, Timed};
use crate::stop::Stop;
use crate::timing::Timing;

/// A charger of the fleet.
pub(crate) struct Handle {
    pub(crate) known: Arc<Known>,
    pub(crate) found_by: FoundBy,
    pub(crate) reads: mpsc::Sender<ReadJob>,
    pub(crate) writes: mpsc::Sender<WriteJob>,
    pub(crate) moves: mpsc::Sender<MoveJob>,
    pub(crate) timing: Timing,
    pub(crate) stop: Stop,
}

impl Handle {
    /// Returns a recent answer to `read`, if there is one.
    pub(crate) fn read_at_once(
        &self,
        read: &Read,
    ) -> Option<Result<Timed<Arc<Answer>>, GatewayError>> {
        let landed = self.known.cache.documents.fresh(read)?;
        self.known.accounts.counters.read(true);
        Some(landed.timed())
    }

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

    /// Moves the charger to the address `to`, if it is there; `None` if the server stops.
    pub(crate) async fn move_to(&self, to: SocketAddr, serial: Option<String>) -> Option<Moved> {
        let (reply, moved) = oneshot::channel();
        self.moves.send(MoveJob { to, serial, reply }).await.ok()?;
        moved.await.ok()
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
