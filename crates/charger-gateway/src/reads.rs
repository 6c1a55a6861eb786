//! The queue of reads: each is answered in its turn, or together with the one before it where that
//! one found the charger silent.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::charger::Charger;
use crate::error::GatewayError;
use crate::failure::{ChargerError, FailureKind};
use crate::job::{ReadJob, ReadTask};
use crate::link::ChargerLink;

pub(crate) struct ReadQueue(mpsc::Receiver<ReadJob>);

impl ReadQueue {
    pub(crate) fn new(jobs: mpsc::Receiver<ReadJob>) -> Self {
        Self(jobs)
    }

    /// The next job; nothing once every sender is gone and the queue is empty.
    pub(crate) async fn next(&mut self) -> Option<ReadJob> {
        self.0.recv().await
    }

    /// Answers `job`, unless it is too late for it or nobody waits any more.
    pub(crate) async fn answer<C: Charger>(&mut self, link: &mut ChargerLink<C>, job: ReadJob) {
        let ReadJob { deadline, task } = job;
        if task.is_abandoned() || Instant::now() >= deadline {
            return;
        }
        // The reader may have gone meanwhile, so that nobody takes what is sent.
        let failed = match task {
            ReadTask::Document { read, is_shared, reply } => {
                let result = unless_stopped(link, async |link| link.read(&read, deadline).await);
                let result = result.await;
                let failed = result.as_ref().err().filter(|_| is_shared).cloned();
                let _ = reply.send(result);
                failed
            }
            ReadTask::Api { reply } => {
                let result = unless_stopped(link, async |link| link.api(deadline).await).await;
                let failed = result.as_ref().err().cloned();
                let _ = reply.send(result);
                failed
            }
            ReadTask::Registers { address, quantity, reply } => {
                let result = unless_stopped(link, async |link| {
                    link.registers(address, quantity, deadline).await
                });
                let result = result.await;
                let failed = result.as_ref().err().cloned();
                let _ = reply.send(result);
                failed
            }
            ReadTask::Cached { reply } => {
                let _ = reply.send(Ok(link.charger.cached_registers()));
                None
            }
        };
        if let Some(error) = failed {
            self.share(link, &error);
        }
    }

    /// Answers readers for `pause`; none of them takes longer than until `end`.
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
                Some(job) = self.0.recv() => {
                    let deadline = job.deadline.min(end);
                    self.answer(link, ReadJob { deadline, ..job }).await;
                }
            }
        }
    }

    /// Those who came while the charger was silent hear at once what the first heard: each would
    /// wait as long for the same.
    fn share<C: Charger>(&mut self, link: &ChargerLink<C>, error: &GatewayError) {
        let is_shared = matches!(error, GatewayError::Read(error) if matches!(
            error.failure().kind, FailureKind::Timeout | FailureKind::Connect));
        // Only what is there now: whoever comes later asks anew.
        for _ in 0..if is_shared { self.0.len() } else { 0 } {
            match self.0.try_recv() {
                Ok(ReadJob { task: ReadTask::Cached { reply }, .. }) => {
                    let _ = reply.send(Ok(link.charger.cached_registers()));
                }
                Ok(job) => job.task.fail(error.clone()),
                Err(_) => return,
            }
        }
    }
}

/// Asks, unless nothing may be begun now. What is under way when the server stops is given up: who
/// waited was told so, and the charger's answer is for nobody.
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
