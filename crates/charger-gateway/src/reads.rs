//! The queue of reads: each is answered in its turn, or together with the one before it if that
//! one timed out or failed to connect.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::charger::Charger;
use crate::error::GatewayError;
use crate::failure::{ChargerError, FailureKind};
use crate::job::{ReadJob, ReadTask};
use crate::link::ChargerLink;
use crate::rate::RateLimit;
use crate::stop::Stop;
use crate::timing::Timing;

pub(crate) struct ReadQueue {
    jobs: mpsc::Receiver<ReadJob>,
    rate: RateLimit,
    /// Minimum time for a read at its turn, however long its first reader has waited.
    exchange: Duration,
}

impl ReadQueue {
    pub(crate) fn new(jobs: mpsc::Receiver<ReadJob>, timing: &Timing) -> Self {
        Self { jobs, rate: RateLimit::new(timing.per_exchange), exchange: timing.exchange }
    }

    /// Returns the next job as soon as the rate limit allows; `None` once every sender is dropped
    /// and the queue is empty.
    pub(crate) async fn next(&mut self, stop: &Stop) -> Option<ReadJob> {
        tokio::select! {
            () = self.rate.ready() => {}
            // The server stops: answer the waiting readers at once.
            _ = stop.begun() => {}
        }
        self.jobs.recv().await
    }

    /// Answers `job`, unless its deadline has passed or nobody waits any more.
    pub(crate) async fn answer<C: Charger>(&mut self, link: &mut ChargerLink<C>, job: ReadJob) {
        let deadline = job.deadline.max(Instant::now() + self.exchange);
        self.answer_until(link, job, deadline).await;
    }

    async fn answer_until<C: Charger>(
        &mut self,
        link: &mut ChargerLink<C>,
        job: ReadJob,
        deadline: Instant,
    ) {
        let begun = Instant::now();
        if job.task.is_abandoned() || begun >= job.deadline.min(deadline) {
            return;
        }
        let before = link.charger.exchanges();
        let failed = match job.task {
            ReadTask::Document { read, is_shared, reply } => {
                let result = unless_stopped(link, async |link| link.read(&read, deadline).await);
                let result = result.await;
                let failed = result.as_ref().err().filter(|_| is_shared).cloned();
                reply.send(result, begun);
                failed
            }
            ReadTask::Api { reply } => {
                let result = unless_stopped(link, async |link| link.api(deadline).await).await;
                let failed = result.as_ref().err().cloned();
                reply.send(result, begun);
                failed
            }
            ReadTask::Registers { address, quantity, reply } => {
                let result = unless_stopped(link, async |link| {
                    link.registers(address, quantity, deadline).await
                });
                let result = result.await;
                let failed = result.as_ref().err().cloned();
                reply.send(result, begun);
                failed
            }
        };
        self.rate.spend(link.charger.exchanges().wrapping_sub(before));
        if let Some(error) = failed {
            self.share(&error, begun);
        }
    }

    /// Answers readers for `pause`; each until `end` at the latest.
    pub(crate) async fn answer_during<C: Charger>(
        &mut self,
        link: &mut ChargerLink<C>,
        pause: Duration,
        end: Instant,
    ) {
        let until = Instant::now() + pause;
        let stop = link.stop.clone();
        loop {
            tokio::select! {
                biased;
                () = stop.expired(until) => return,
                Some(job) = self.next(&stop) => {
                    let deadline = job.deadline.max(Instant::now() + self.exchange).min(end);
                    self.answer_until(link, job, deadline).await;
                }
            }
        }
    }

    /// Answers all queued reads with the same time-out or connect error: each would wait as long
    /// for the same result.
    fn share(&mut self, error: &GatewayError, begun: Instant) {
        let is_shared = matches!(error, GatewayError::Read(error) if matches!(
            error.failure().kind, FailureKind::Timeout | FailureKind::Connect));
        // Only jobs queued by now; later ones ask the charger again.
        for _ in 0..if is_shared { self.jobs.len() } else { 0 } {
            match self.jobs.try_recv() {
                Ok(job) => job.task.fail(error.clone(), begun),
                Err(_) => return,
            }
        }
    }
}

/// Runs `ask`, unless no exchange may begin now. Aborts it when the server stops, as the waiting
/// requests have been answered by then.
async fn unless_stopped<C: Charger, T>(
    link: &mut ChargerLink<C>,
    ask: impl AsyncFnOnce(&mut ChargerLink<C>) -> Result<T, ChargerError>,
) -> Result<T, GatewayError> {
    if let Some(error) = link.not_now() {
        return Err(error);
    }
    let stop = link.stop.clone();
    tokio::select! {
        biased;
        result = ask(link) => result.map_err(GatewayError::Read),
        _ = stop.begun() => Err(GatewayError::Stopped),
    }
}
