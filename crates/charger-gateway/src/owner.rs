//! The one task that talks to a charger: everything else asks it through bounded queues.
//!
//! Writes have priority over reads and are carried out one at a time, each until its outcome is
//! known; reads are answered in the pauses between its read-backs. Not here: carrying out a write
//! ([`pipeline`](crate::pipeline)) and answering a read ([`reads`](crate::reads)).

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use crate::charger::Charger;
use crate::error::GatewayError;
use crate::job::{MoveJob, WriteJob};
use crate::link::ChargerLink;
use crate::pipeline::Pipeline;
use crate::reads::ReadQueue;
use crate::relays::{self, Relays};
use crate::timing::Timing;

pub(crate) struct Owner<C> {
    pub(crate) link: ChargerLink<C>,
    pub(crate) reads: ReadQueue,
    pub(crate) writes: mpsc::Receiver<WriteJob>,
    pub(crate) moves: mpsc::Receiver<MoveJob>,
    pub(crate) relays: Relays,
    pub(crate) timing: Timing,
    /// Number of writes under way, over all chargers.
    pub(crate) writing: Arc<watch::Sender<usize>>,
}

impl<C: Charger> Owner<C> {
    /// Runs until every handle is dropped and both queues are empty.
    pub(crate) async fn run(mut self) {
        loop {
            let now = Instant::now();
            let free_at = self.relays.free_at(now).unwrap_or(now);
            let stop = self.link.stop.clone();
            let stops = stop.by().is_some();
            tokio::select! {
                biased;
                Some(job) = self.writes.recv() => self.take_write(job).await,
                () = sleep_until(free_at), if self.relays.holds() => self.take_held().await,
                _ = stop.begun(), if self.relays.holds() && !stops => self.take_held().await,
                Some(job) = self.moves.recv() => self.link.move_to(job).await,
                Some(job) = self.reads.next(&stop) => self.reads.answer(&mut self.link, job).await,
                else => return,
            }
        }
    }

    async fn take_write(&mut self, job: WriteJob) {
        let charger = &self.link.known.name;
        for earlier in self.relays.superseded_by(&job.write) {
            tracing::info!(charger, write = earlier.write.query(), "superseded");
            let by = job.write.query();
            if earlier.claim.take() {
                let _ = earlier.reply.send(Err(GatewayError::Superseded { by }));
            }
        }
        let waits = relays::waits(&job.write)
            && (self.relays.holds() || self.relays.free_at(Instant::now()).is_some());
        if waits && self.link.not_now().is_none() && Instant::now() < job.begin_by {
            tracing::info!(
                charger,
                write = job.write.query(),
                "waits for the relays: the last resume or switch of phases was a moment ago"
            );
            self.relays.hold(job);
        } else {
            self.begin(job, None).await;
        }
    }

    /// Begins the next write that waited for the relays, or refuses it if the server stops.
    async fn take_held(&mut self) {
        if let Some(job) = self.relays.next() {
            let waited = job.came.elapsed();
            let begin_by = job.begin_by + self.timing.relay_pause;
            self.begin(WriteJob { begin_by, ..job }, Some(waited)).await;
        }
    }

    async fn begin(&mut self, job: WriteJob, waited: Option<Duration>) {
        if !job.claim.take() {
            return;
        }
        let result = if Instant::now() >= job.begin_by {
            Err(GatewayError::NoTurn(self.timing.turn))
        } else {
            match self.link.not_now() {
                Some(error) => Err(error),
                None => {
                    self.writing.send_modify(|count| *count += 1);
                    let pipeline = Pipeline {
                        link: &mut self.link,
                        reads: &mut self.reads,
                        relays: &mut self.relays,
                        timing: &self.timing,
                    };
                    let result = pipeline.carry_out(job.write).await;
                    self.link.known.outdate();
                    self.link.known.cache.written.notify_one();
                    self.writing.send_modify(|count| *count -= 1);
                    result.map(|result| result.after(waited))
                }
            }
        };
        // The waiting request may be gone; the write is finished nevertheless.
        let _ = job.reply.send(result);
    }
}
