//! One charger as the routes see it: they queue jobs for its owner and wait for the answers.
//!
//! Not here: how the owner works ([`owner`](crate::owner)).

use std::hash::Hash;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gateway_api::{ApiStatus, FoundBy, Upstream};
use nrgkick_model::ControlWrite;
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::cache::ReadCache;
use crate::charger::{Answer, RegisterAnswer};
use crate::error::GatewayError;
use crate::job::{Claim, MoveJob, Moved, ReadJob, ReadTask, WriteJob};
use crate::result::WriteResult;
use crate::single_flight::{Joined, ReadReply, SingleFlight, Timed};
use crate::status::Status;
use crate::stop::Stop;
use crate::timing::Timing;

/// One charger of the fleet.
pub(crate) struct Handle {
    pub(crate) name: String,
    pub(crate) upstream: Upstream,
    pub(crate) has_password: bool,
    pub(crate) found_by: FoundBy,
    pub(crate) status: Arc<Status>,
    pub(crate) cache: Arc<ReadCache>,
    pub(crate) reads: mpsc::Sender<ReadJob>,
    pub(crate) writes: mpsc::Sender<WriteJob>,
    pub(crate) moves: mpsc::Sender<MoveJob>,
    pub(crate) timing: Timing,
    pub(crate) stop: Stop,
}

impl Handle {
    /// Asks for a document and waits for it, at most `limit`.
    pub(crate) async fn read(
        &self,
        read: Read,
        limit: Duration,
    ) -> Result<Timed<Arc<Answer>>, GatewayError> {
        let task = |reply| ReadTask::Document { read: read.clone(), is_shared: true, reply };
        self.ask(&self.cache.documents, read.clone(), limit, task).await
    }

    /// Asks which APIs are on and waits for the answer, at most `limit`.
    pub(crate) async fn api(&self, limit: Duration) -> Result<ApiStatus, GatewayError> {
        let answer = self.ask(&self.cache.api, (), limit, |reply| ReadTask::Api { reply }).await;
        answer.map(|answer| answer.value)
    }

    /// The gateway's own look at a charger that it has just met; what comes of it is in the log.
    pub(crate) async fn look(&self, limit: Duration) {
        // The owner has said what there is to say.
        let read = Read::raw(DocumentName::Info);
        let task = |reply| ReadTask::Document { read: read.clone(), is_shared: false, reply };
        let _ = self.ask(&self.cache.documents, read.clone(), limit, task).await;
    }

    /// Asks for registers and waits for them as for any read.
    pub(crate) async fn registers(
        &self,
        address: u16,
        quantity: u16,
    ) -> Result<RegisterAnswer, GatewayError> {
        let key = (address, quantity);
        let task = |reply| ReadTask::Registers { address, quantity, reply };
        let answer = self.ask(&self.cache.registers, key, self.timing.read, task).await;
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
            let waiter = match reads.join(key.clone()) {
                Joined::Fresh(landed) => return landed.timed(),
                Joined::Flight(waiter) => waiter,
                Joined::First(waiter, reply) => {
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
                // It was given up, at the first reader's deadline for example: asked for anew.
                Ok(None) if Instant::now() < deadline => {}
                Ok(None) | Err(_) => return Err(GatewayError::Late(limit)),
            }
        }
    }

    /// Has the charger moved to where it is said to be, if it is there.
    pub(crate) async fn move_to(&self, to: SocketAddr, serial: Option<String>) -> Option<Moved> {
        let (reply, moved) = oneshot::channel();
        self.moves.send(MoveJob { to, serial, reply }).await.ok()?;
        moved.await.ok()
    }

    /// Has a write carried out and waits for its outcome. Dropping the future does not stop it.
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
        // The owner bounds every step; it can only be gone without a word.
        decided.unwrap_or(Err(GatewayError::OutcomeLost))
    }
}

fn enqueue<T>(queue: &mpsc::Sender<T>, job: T) -> Result<(), GatewayError> {
    queue.try_send(job).map_err(|error| match error {
        mpsc::error::TrySendError::Full(_) => GatewayError::Full,
        mpsc::error::TrySendError::Closed(_) => GatewayError::Stopped,
    })
}
