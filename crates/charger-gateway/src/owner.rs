//! The one task that talks to a charger: everything else asks it through two bounded queues.
//!
//! Writes go before reads, one at a time, and each holds the charger until its outcome is known;
//! reads are answered in the pauses between its read-backs. Not here: how a write is carried out
//! ([`pipeline`](crate::pipeline)), and what an answer means to a client.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gateway_api::Upstream;
use nrgkick_model::field::DocumentName;
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::time::Moment;
use nrgkick_model::{ControlWrite, Readings, Reply, ReplyError, Request};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

use crate::backoff::Backoff;
use crate::charger::{Charger, ChargerError, Failure, FailureKind};
use crate::misfits::MisfitLog;
use crate::pipeline::Concluded;
use crate::problem::Problem;
use crate::registers::{RegisterAnswer, RegisterRange};
use crate::relays::{self, Relays};
use crate::status::{Answered, Status};
use crate::stop::Stop;
use crate::timing::Timing;

/// A read that waits for its turn.
pub(crate) struct ReadJob {
    pub(crate) deadline: Instant,
    pub(crate) task: ReadTask,
}

/// What a [`ReadJob`] asks for, and who waits for it.
pub(crate) enum ReadTask {
    /// A document.
    Document {
        request: Request,
        /// Whether those who wait behind it hear of its failure as of their own.
        is_shared: bool,
        reply: ReadReply<Answer>,
    },
    /// Registers, read now.
    Registers { address: u16, quantity: u16, reply: ReadReply<RegisterAnswer> },
    /// Registers as they were last read.
    Cached { reply: ReadReply<Vec<RegisterRange>> },
}

pub(crate) type ReadReply<T> = oneshot::Sender<Result<T, Problem>>;

impl ReadTask {
    fn is_abandoned(&self) -> bool {
        match self {
            Self::Document { reply, .. } => reply.is_closed(),
            Self::Registers { reply, .. } => reply.is_closed(),
            Self::Cached { reply } => reply.is_closed(),
        }
    }
}

/// A write that waits for its turn.
pub(crate) struct WriteJob {
    pub(crate) write: ControlWrite,
    pub(crate) begin_by: Instant,
    /// When it came; what it waited for the relays since then is said.
    pub(crate) came: Instant,
    /// Taken by whoever is first to decide: the owner, who begins it, or who waits, who gives it up.
    pub(crate) claim: Claim,
    pub(crate) reply: oneshot::Sender<Result<Concluded, Problem>>,
}

/// A thing that exactly one of its holders gets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Whether it is the caller's.
    pub(crate) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
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
    pub(crate) relays: Relays,
    /// Writes under way, over all chargers.
    pub(crate) writing: Arc<watch::Sender<usize>>,
    pub(crate) stop: Stop,
}

impl<C: Charger> Owner<C> {
    /// Works until every handle is gone and both queues are empty.
    pub(crate) async fn run(mut self) {
        loop {
            let now = Instant::now();
            let free_at = self.relays.free_at(now).unwrap_or(now);
            let stop = self.stop.clone();
            let stops = stop.by().is_some();
            tokio::select! {
                biased;
                Some(job) = self.writes.recv() => self.take_write(job).await,
                () = sleep_until(free_at), if self.relays.holds() => self.take_held().await,
                _ = stop.begun(), if self.relays.holds() && !stops => self.take_held().await,
                Some(job) = self.reads.recv() => self.take_read(job).await,
                else => return,
            }
        }
    }

    async fn take_read(&mut self, job: ReadJob) {
        // Nobody waits any more: do not spend the charger's time.
        if job.task.is_abandoned() || Instant::now() >= job.deadline {
            return;
        }
        // The reader may have gone meanwhile, so that nobody takes what is sent.
        match job.task {
            ReadTask::Document { request, is_shared, reply } => {
                let result = self.read(async |owner| owner.ask(&request, job.deadline).await).await;
                if let Err(problem) = &result
                    && is_shared
                {
                    self.share(problem);
                }
                let _ = reply.send(result);
            }
            ReadTask::Registers { address, quantity, reply } => {
                let result = self
                    .read(async |owner| owner.ask_registers(address, quantity, job.deadline).await);
                let result = result.await;
                if let Err(problem) = &result {
                    self.share(problem);
                }
                let _ = reply.send(result);
            }
            ReadTask::Cached { reply } => {
                let _ = reply.send(Ok(self.charger.cached_registers()));
            }
        }
    }

    /// Reads with `ask`, unless nothing may be begun now.
    async fn read<T>(
        &mut self,
        ask: impl AsyncFnOnce(&mut Self) -> Result<T, ChargerError>,
    ) -> Result<T, Problem> {
        if let Some(problem) = self.not_now() {
            return Err(problem);
        }
        let stop = self.stop.clone();
        tokio::select! {
            biased;
            result = ask(self) => result.map_err(Problem::Read),
            // Who waits was told so; the charger's answer is for nobody.
            _ = stop.begun() => Err(Problem::Stopped),
        }
    }

    /// Those who came while the charger was silent hear at once what the first heard: each would
    /// wait as long for the same.
    fn share(&mut self, problem: &Problem) {
        let is_shared = matches!(problem, Problem::Read(error) if matches!(
            error.failure().kind, FailureKind::Timeout | FailureKind::Connect));
        // Only what is there now: whoever comes later asks anew.
        for _ in 0..if is_shared { self.reads.len() } else { 0 } {
            let Ok(job) = self.reads.try_recv() else { return };
            let problem = problem.clone();
            match job.task {
                ReadTask::Document { reply, .. } => drop(reply.send(Err(problem))),
                ReadTask::Registers { reply, .. } => drop(reply.send(Err(problem))),
                ReadTask::Cached { reply } => {
                    drop(reply.send(Ok(self.charger.cached_registers())));
                }
            }
        }
    }

    async fn take_write(&mut self, job: WriteJob) {
        for earlier in self.relays.superseded_by(&job.write) {
            tracing::info!(charger = self.name, write = earlier.write.query(), "superseded");
            let by = job.write.query();
            let problem = Problem::Superseded { by };
            if earlier.claim.take() {
                let _ = earlier.reply.send(Err(problem));
            }
        }
        let waits = relays::waits(&job.write)
            && (self.relays.holds() || self.relays.free_at(Instant::now()).is_some());
        if waits && self.not_now().is_none() && Instant::now() < job.begin_by {
            tracing::info!(
                charger = self.name,
                write = job.write.query(),
                "waits for the relays: the last resume or switch of phases was a moment ago"
            );
            self.relays.hold(job);
        } else {
            self.begin(job, None).await;
        }
    }

    /// Begins what waited for the relays, or, where the server stops, refuses it.
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
            Err(Problem::NoTurn(self.timing.turn))
        } else {
            match self.not_now() {
                Some(problem) => Err(problem),
                None => {
                    self.writing.send_modify(|count| *count += 1);
                    let result = self.carry_out(job.write).await;
                    self.writing.send_modify(|count| *count -= 1);
                    result.map(|concluded| concluded.after(waited))
                }
            }
        };
        // The writer may have gone meanwhile; the write is finished all the same.
        let _ = job.reply.send(result);
    }

    /// Answers readers for `pause`; none of them takes longer than until `end`.
    pub(crate) async fn read_during(&mut self, pause: Duration, end: Instant) {
        let until = Instant::now() + pause;
        let stop = self.stop.clone();
        loop {
            tokio::select! {
                biased;
                () = stop.expired(until) => return,
                Some(job) = self.reads.recv() => {
                    let deadline = job.deadline.min(end);
                    self.take_read(ReadJob { deadline, ..job }).await;
                }
            }
        }
    }

    /// Asks the charger and keeps account of whether it answers.
    pub(crate) async fn ask(
        &mut self,
        request: &Request,
        deadline: Instant,
    ) -> Result<Answer, ChargerError> {
        let address = self.charger.address();
        let result = tokio::select! {
            biased;
            result = self.charger.exchange(request) => result,
            () = self.stop.expired(deadline) => {
                Err(ChargerError::Lost(Failure::new(FailureKind::Timeout, address, "")))
            }
        };
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
                self.failed(&error, now);
                Err(error)
            }
        }
    }

    async fn ask_registers(
        &mut self,
        address: u16,
        quantity: u16,
        deadline: Instant,
    ) -> Result<RegisterAnswer, ChargerError> {
        let name = self.charger.address();
        let result = tokio::select! {
            biased;
            result = self.charger.registers(address, quantity) => result,
            () = self.stop.expired(deadline) => {
                Err(ChargerError::Lost(Failure::new(FailureKind::Timeout, name, "")))
            }
        };
        match &result {
            // Nothing was asked.
            Ok(RegisterAnswer::None) => {}
            Ok(RegisterAnswer::Words(_) | RegisterAnswer::Refused(_)) => self.backoff.succeeded(),
            Err(error) => self.failed(error, Instant::now()),
        }
        result
    }

    /// Keeps account of an exchange that failed, and leaves the charger alone where it could not be
    /// reached.
    fn failed(&mut self, error: &ChargerError, now: Instant) {
        let failure = error.failure();
        let is_unsent = matches!(error, ChargerError::NotSent(_));
        if is_unsent || failure.kind == FailureKind::Connect || failure.is_unproven {
            self.backoff.failed(now);
        }
        self.miss_because(now, &error.to_string(), &failure.cause);
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
        self.miss_because(now, error, "");
    }

    /// The log keeps the cause; who asks is told the error.
    fn miss_because(&self, now: Instant, error: &str, cause: &str) {
        if self.status.missed(now, error.to_owned()) {
            tracing::warn!(charger = self.name, error, cause, "no data from the charger");
        } else if !cause.is_empty() {
            tracing::debug!(charger = self.name, error, cause, "still no data");
        }
    }

    /// Why nothing is begun at this moment.
    pub(crate) fn not_now(&self) -> Option<Problem> {
        if self.stop.by().is_some() {
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
