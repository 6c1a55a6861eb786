//! The link between an owner and its charger: limits every exchange by its deadline and records it
//! in the charger's status and backoff.
//!
//! Not here: the order of requests ([`owner`](crate::owner)), and the answers to clients.

mod moving;
mod other_api;

use std::sync::Arc;
use std::time::Duration;

use gateway_api::outcome::Sent;
use gateway_api::{ApiStatus, Upstream};
use nrgkick_model::document::Document as _;
use nrgkick_model::field::{DocumentName, Field};
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::request::Read;
use nrgkick_model::{Control, ControlWrite, Readings, ReplyError};
use tokio::time::Instant;

use crate::accounts::{ErrorKind, SettingsWatch};
use crate::backoff::Rest;
use crate::charger::{Answer, Charger, RegisterAnswer};
use crate::error::GatewayError;
use crate::failure::{ChargerError, Failure, FailureKind};
use crate::known::Known;
use crate::misfits::MisfitLog;
use crate::status::Answered;
use crate::stop::Stop;
use crate::timing::Timing;

pub(crate) use other_api::only_the_other;

pub(crate) struct ChargerLink<C> {
    pub(crate) known: Arc<Known>,
    pub(crate) charger: C,
    pub(crate) stop: Stop,
    settings: SettingsWatch,
    rest: Rest,
    misfits: MisfitLog,
    has_asked_for_other: bool,
    /// The limit of an exchange that belongs to a write.
    exchange: Duration,
}

impl<C: Charger> ChargerLink<C> {
    pub(crate) fn new(known: Arc<Known>, charger: C, timing: &Timing, stop: Stop) -> Self {
        Self {
            known,
            charger,
            stop,
            settings: SettingsWatch::default(),
            rest: Rest::new(timing.backoff_first, timing.backoff_most),
            misfits: MisfitLog::default(),
            has_asked_for_other: false,
            exchange: timing.exchange,
        }
    }

    /// Reads a document, until `deadline` at the latest.
    pub(crate) async fn read(
        &mut self,
        read: &Read,
        deadline: Instant,
    ) -> Result<Arc<Answer>, ChargerError> {
        let asked = Instant::now();
        let answer = self.ask(deadline, async |charger| charger.read(read).await).await?;
        let answer = Arc::new(answer);
        match &answer.readings {
            Ok(readings) => {
                self.answered();
                self.learn(read.document, readings);
                if read.sections.is_empty() {
                    self.known.status.keep(read.document, asked, &answer);
                }
            }
            Err(error) => {
                if other_api::is_off(error) {
                    self.look_for_the_other_api(deadline).await;
                }
                self.declined(error);
            }
        }
        Ok(answer)
    }

    /// Reads the settings for a read-back; `None` if the answer holds none.
    pub(crate) async fn control(&mut self) -> Result<Option<Control>, ChargerError> {
        let control = self.ask(self.deadline(), async |charger| charger.control().await).await?;
        match &control {
            Ok(control) => {
                self.answered();
                self.saw(control);
            }
            Err(error) => self.declined(error),
        }
        Ok(control.ok())
    }

    /// Sends `write` once. What was read before is outdated from then on.
    pub(crate) async fn write(&mut self, write: &ControlWrite) -> Result<Sent, ChargerError> {
        self.known.outdate();
        self.settings.sending(write);
        let sent = self.ask(self.deadline(), async |charger| charger.write(write).await).await?;
        match &sent {
            Sent::Accepted => self.answered(),
            // A refused write is no failure of the link.
            Sent::Refused(_) => {}
            Sent::Lost(why) => self.miss(ErrorKind::Declined, why, ""),
        }
        Ok(sent)
    }

    /// Notes that the outcome of `write` is known. `is_refused`: nothing of it was applied.
    pub(crate) fn wrote(&mut self, write: &ControlWrite, is_refused: bool) {
        self.settings.finished(write, is_refused);
    }

    /// Asks which APIs are on. A charger without that path answers too, so only the exchange is
    /// counted.
    pub(crate) async fn api(&mut self, deadline: Instant) -> Result<ApiStatus, ChargerError> {
        self.ask(deadline, async |charger| charger.api().await).await
    }

    /// Reads registers, until `deadline` at the latest.
    pub(crate) async fn registers(
        &mut self,
        address: u16,
        quantity: u16,
        deadline: Instant,
    ) -> Result<RegisterAnswer, ChargerError> {
        self.ask(deadline, async |charger| charger.registers(address, quantity).await).await
    }

    /// Returns the deadline for an exchange of a write that begins now.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.exchange
    }

    /// Returns the reason if no exchange may begin now: the server stops, or a pause is under way.
    pub(crate) fn not_now(&self) -> Option<GatewayError> {
        if self.stop.by().is_some() {
            return Some(GatewayError::Stopped);
        }
        let wait = self.rest.left(Instant::now())?;
        let last = self.known.status.seen(Instant::now()).error.unwrap_or_default();
        Some(GatewayError::Down { wait, last })
    }

    /// Runs one exchange until `deadline`. A failure to connect begins a pause.
    async fn ask<T>(
        &mut self,
        deadline: Instant,
        operation: impl AsyncFnOnce(&mut C) -> Result<T, ChargerError>,
    ) -> Result<T, ChargerError> {
        let address = self.charger.address();
        let (begun, exchanges) = (Instant::now(), self.charger.exchanges());
        let result = tokio::select! {
            biased;
            result = operation(&mut self.charger) => result,
            () = self.stop.expired(deadline) => {
                Err(ChargerError::Lost(Failure::new(FailureKind::Timeout, address, "")))
            }
        };
        let exchanges = self.charger.exchanges().wrapping_sub(exchanges);
        self.known.accounts.counters.exchanged(exchanges, begun.elapsed());
        if self.charger.upstream() == Upstream::Modbus {
            self.known.status.keep_registers(self.charger.cached_registers());
        }
        let result = result.map_err(|error| match self.known.status.hint() {
            Some(hint) => error.explained(&hint),
            None => error,
        });
        match &result {
            Ok(_) => self.rest.succeeded(),
            Err(error) => {
                self.known.status.absent(Instant::now());
                let failure = error.failure();
                let is_unsent = matches!(error, ChargerError::NotSent(_));
                if is_unsent || failure.kind == FailureKind::Connect || failure.is_unproven {
                    self.rest.failed(Instant::now());
                }
                let kind = ErrorKind::Failure(failure.kind);
                self.miss(kind, &error.to_string(), &failure.cause);
            }
        }
        result
    }

    fn answered(&mut self) {
        self.has_asked_for_other = false;
        self.known.accounts.counters.answered();
        match self.known.status.answered(Instant::now()) {
            Answered::First => {
                let address = self.charger.address();
                tracing::info!(charger = self.known.name, address, "connected");
            }
            Answered::Again => {
                tracing::info!(charger = self.known.name, "the charger answers again")
            }
            Answered::Still => {}
        }
        self.note_openness();
    }

    /// Records an answer without the requested content.
    fn declined(&self, error: &ReplyError) {
        let asks_for_password = matches!(error, ReplyError::Refused(refusal)
            if refusal.kind == RefusalKind::Unauthorized);
        if asks_for_password {
            self.known.status.opened(false);
        }
        // A charger says no in its own way; anything else may be another device at its address.
        match error {
            ReplyError::Refused(_) => self.known.status.present(),
            _ => self.known.status.absent(Instant::now()),
        }
        match self.known.status.hint() {
            Some(hint) => self.miss(ErrorKind::Declined, &format!("{error}; {hint}"), ""),
            None => self.miss(ErrorKind::Declined, &error.to_string(), ""),
        }
    }

    fn learn(&mut self, document: DocumentName, readings: &Readings) {
        // Over Modbus the client logs misfits itself, as it has the words.
        if self.charger.upstream() == Upstream::Http {
            self.misfits.note(&self.known.name, readings);
        }
        match document {
            DocumentName::Info => {
                let learnt = self.known.status.learn(readings);
                if learnt.is_simulation_news {
                    tracing::warn!(charger = self.known.name, "SIMULATED: this is no real charger");
                }
                if learnt.is_another {
                    tracing::warn!(
                        charger = self.known.name,
                        "another charger answers at this address"
                    );
                    self.settings.forget();
                }
            }
            DocumentName::Values => {}
            DocumentName::Control => self.saw(&Control::from_readings(readings)),
        }
    }

    /// Records a reading of the settings.
    fn saw(&mut self, control: &Control) {
        let changes = self.settings.observe(control);
        for change in &changes {
            let (setting, from, to) = (Field::of(change.field).key(), change.from, change.to);
            tracing::info!(charger = self.known.name, setting, from, to, "changed elsewhere");
        }
        self.known.accounts.changed(changes);
    }

    /// Records whether the charger is open: over HTTP without a password it takes commands from any
    /// web page. Over Modbus no web page can reach it.
    fn note_openness(&self) {
        let open = self.charger.upstream() == Upstream::Http && !self.charger.has_password();
        if self.known.status.opened(open) {
            tracing::warn!(
                charger = self.known.name,
                "the charger answers without a password: any web page that is opened in this \
                 network can change it. Set one in the NRGkick app (Extended, Local API, \
                 Authentication), and start this server with --username and --password-file"
            );
        }
    }

    /// Records a failure: the cause goes to the log only, the error also to clients.
    fn miss(&self, kind: ErrorKind, error: &str, cause: &str) {
        self.known.accounts.counters.failed(kind);
        if self.known.status.missed(Instant::now(), error.to_owned()) {
            tracing::warn!(charger = self.known.name, error, cause, "no data from the charger");
        } else if !cause.is_empty() {
            tracing::debug!(charger = self.known.name, error, cause, "still no data");
        }
    }
}
