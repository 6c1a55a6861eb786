//! The one task that talks to a charger: everything else asks it through two bounded queues.
//!
//! Writes go before reads, one at a time, and each holds the charger until its outcome is known;
//! reads are answered in the pauses between its read-backs. Not here: how a write is carried out
//! ([`pipeline`](crate::pipeline)), and what an answer means to a client.

use std::sync::Arc;
use std::time::Duration;

use nrgkick_model::field::DocumentName;
use nrgkick_model::gateway::Upstream;
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::time::Moment;
use nrgkick_model::{ControlWrite, Readings, Reply, ReplyError, Request};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::backoff::Backoff;
use crate::charger::{Charger, ChargerError, Failure, FailureKind};
use crate::misfits::MisfitLog;
use crate::pipeline::Concluded;
use crate::problem::Problem;
use crate::status::{Answered, Status};
use crate::timing::Timing;

/// A read that waits for its turn.
pub(crate) struct ReadJob {
    pub(crate) request: Request,
    pub(crate) deadline: Instant,
    pub(crate) reply: oneshot::Sender<Result<Answer, Problem>>,
}

/// A write that waits for its turn.
pub(crate) struct WriteJob {
    pub(crate) write: ControlWrite,
    pub(crate) begin_by: Instant,
    pub(crate) reply: oneshot::Sender<Result<Concluded, Problem>>,
}

/// A reply and what the model makes of it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    pub(crate) json: Result<Value, ReplyError>,
}

pub(crate) struct Owner<C> {
    pub(crate) name: String,
    pub(crate) charger: C,
    pub(crate) reads: mpsc::Receiver<ReadJob>,
    pub(crate) writes: mpsc::Receiver<WriteJob>,
    pub(crate) status: Arc<Status>,
    pub(crate) timing: Timing,
    pub(crate) backoff: Backoff,
    pub(crate) misfits: MisfitLog,
    pub(crate) started: Instant,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl<C: Charger> Owner<C> {
    /// Works until every handle is gone and both queues are empty.
    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                biased;
                Some(job) = self.writes.recv() => self.take_write(job).await,
                Some(job) = self.reads.recv() => self.take_read(job).await,
                else => return,
            }
        }
    }

    async fn take_read(&mut self, job: ReadJob) {
        // Nobody waits any more: do not spend the charger's time.
        if job.reply.is_closed() || Instant::now() >= job.deadline {
            return;
        }
        let result = match self.not_now() {
            Some(problem) => Err(problem),
            None => self.ask(&job.request, job.deadline).await.map_err(Problem::Read),
        };
        // The reader may have gone meanwhile.
        let _ = job.reply.send(result);
    }

    async fn take_write(&mut self, job: WriteJob) {
        let result = if Instant::now() >= job.begin_by {
            Err(Problem::NoTurn(self.timing.turn))
        } else {
            match self.not_now() {
                Some(problem) => Err(problem),
                None => self.carry_out(job.write).await,
            }
        };
        // The writer may have gone meanwhile; the write is finished all the same.
        let _ = job.reply.send(result);
    }

    /// Answers readers for `pause`.
    pub(crate) async fn read_during(&mut self, pause: Duration) {
        let until = Instant::now() + pause;
        loop {
            tokio::select! {
                biased;
                () = sleep_until(until) => return,
                Some(job) = self.reads.recv() => self.take_read(job).await,
            }
        }
    }

    /// Asks the charger and keeps account of whether it answers.
    pub(crate) async fn ask(
        &mut self,
        request: &Request,
        deadline: Instant,
    ) -> Result<Answer, ChargerError> {
        let asked = timeout_at(deadline, self.charger.exchange(request)).await;
        let result = asked.unwrap_or_else(|_| {
            let address = self.charger.address();
            Err(ChargerError::Lost(Failure::new(FailureKind::Timeout, address, "")))
        });
        let now = Instant::now();
        match result {
            Ok(reply) => {
                self.backoff.succeeded();
                let json = reply.json();
                // A charger without that path answers all the same.
                if *request != Request::Api {
                    self.account(request, &json, now);
                }
                Ok(Answer { reply, json })
            }
            Err(error) => {
                // Nothing was tried: the charger's own client is waiting before it does.
                if matches!(error.failure().kind, FailureKind::Resting(_)) {
                    return Err(error);
                }
                if error.failure().kind == FailureKind::Connect
                    || matches!(error, ChargerError::NotSent(_))
                {
                    self.backoff.failed(now);
                }
                self.miss(now, &error.to_string());
                Err(error)
            }
        }
    }

    fn account(&mut self, request: &Request, json: &Result<Value, ReplyError>, now: Instant) {
        match json {
            Ok(value) => {
                match self.status.answered(now) {
                    Answered::First => {
                        let address = self.charger.address();
                        tracing::info!(charger = self.name, address, "connected");
                    }
                    Answered::Again => {
                        tracing::info!(charger = self.name, "the charger answers again");
                    }
                    Answered::Still => {}
                }
                self.note_openness();
                self.note_misfits(request, value);
                if self.status.learn(request, value) {
                    tracing::warn!(charger = self.name, "SIMULATED: this is no real charger");
                }
            }
            // A refused write says nothing about the link.
            Err(ReplyError::Refused(_)) if request.is_write() => {}
            Err(error) => {
                let asks_for_password = matches!(error, ReplyError::Refused(refusal)
                    if refusal.kind == RefusalKind::Unauthorized);
                if asks_for_password {
                    self.status.opened(false);
                }
                self.miss(now, &error.to_string());
            }
        }
    }

    /// Over Modbus the charger's client names them itself: here they are `null` and no more.
    fn note_misfits(&mut self, request: &Request, value: &Value) {
        let document = match request {
            Request::Read(read) => read.document,
            Request::Control | Request::Write(_) => DocumentName::Control,
            Request::Api => return,
        };
        if self.charger.upstream() == Upstream::Http
            && let Ok(readings) = Readings::from_json(document, value)
        {
            self.misfits.note(&self.name, &readings);
        }
    }

    /// A charger that answers over HTTP without a password takes commands from any web page. No
    /// web page speaks Modbus.
    fn note_openness(&self) {
        let open = self.charger.upstream() == Upstream::Http && !self.charger.has_password();
        if self.status.opened(open) {
            tracing::warn!(
                charger = self.name,
                "the charger answers without a password: any web page that is opened in this \
                 network can change it. Set one in the NRGkick app (Extended, Local API, \
                 Authentication), and start this server with --username and --password-file"
            );
        }
    }

    fn miss(&self, now: Instant, error: &str) {
        if self.status.missed(now, error.to_owned()) {
            tracing::warn!(charger = self.name, error, "no data from the charger");
        }
    }

    /// Why nothing is begun at this moment.
    pub(crate) fn not_now(&self) -> Option<Problem> {
        if *self.stopping.borrow() {
            return Some(Problem::Stopped);
        }
        let wait = self.backoff.left(Instant::now())?;
        let last = self.status.seen(Instant::now()).error.unwrap_or_default();
        Some(Problem::Down { wait, last })
    }

    /// The owner's clock for the model.
    pub(crate) fn now(&self) -> Moment {
        let elapsed = Instant::now().duration_since(self.started).as_millis();
        Moment::from_millis(u64::try_from(elapsed).unwrap_or(u64::MAX))
    }
}
