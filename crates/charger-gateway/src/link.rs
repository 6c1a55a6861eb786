//! The way from an owner to its charger: every exchange goes through here, within its deadline, and
//! is accounted for in the charger's status and back-off.
//!
//! Not here: whose turn it is ([`owner`](crate::owner)), and what an answer means to a client.

mod moving;
mod other_api;

use std::sync::Arc;
use std::time::Duration;

use gateway_api::outcome::Sent;
use gateway_api::{ApiStatus, Upstream};
use nrgkick_model::field::DocumentName;
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::request::Read;
use nrgkick_model::{Control, ControlWrite, Readings, ReplyError};
use tokio::time::Instant;

use crate::backoff::Rest;
use crate::cache::ReadCache;
use crate::charger::{Answer, Charger, RegisterAnswer};
use crate::error::GatewayError;
use crate::failure::{ChargerError, Failure, FailureKind};
use crate::misfits::MisfitLog;
use crate::status::{Answered, Status};
use crate::stop::Stop;
use crate::timing::Timing;

pub(crate) use other_api::only_the_other;

pub(crate) struct ChargerLink<C> {
    pub(crate) name: String,
    pub(crate) charger: C,
    pub(crate) status: Arc<Status>,
    pub(crate) stop: Stop,
    pub(crate) cache: Arc<ReadCache>,
    rest: Rest,
    misfits: MisfitLog,
    has_asked_for_other: bool,
    /// The limit of an exchange that belongs to a write.
    exchange: Duration,
}

impl<C: Charger> ChargerLink<C> {
    pub(crate) fn new(
        name: String,
        charger: C,
        status: Arc<Status>,
        cache: Arc<ReadCache>,
        timing: &Timing,
        stop: Stop,
    ) -> Self {
        Self {
            name,
            charger,
            status,
            stop,
            cache,
            rest: Rest::new(timing.backoff_first, timing.backoff_most),
            misfits: MisfitLog::default(),
            has_asked_for_other: false,
            exchange: timing.exchange,
        }
    }

    /// Reads a document, at the latest until `deadline`.
    pub(crate) async fn read(
        &mut self,
        read: &Read,
        deadline: Instant,
    ) -> Result<Answer, ChargerError> {
        let answer = self.ask(deadline, async |charger| charger.read(read).await).await?;
        match &answer.readings {
            Ok(readings) => {
                self.answered();
                self.learn(read.document, readings);
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

    /// Reads the settings for a read-back; nothing where the answer holds none.
    pub(crate) async fn control(&mut self) -> Result<Option<Control>, ChargerError> {
        let control = self.ask(self.deadline(), async |charger| charger.control().await).await?;
        match &control {
            Ok(_) => self.answered(),
            Err(error) => self.declined(error),
        }
        Ok(control.ok())
    }

    /// Sends `write`, once. What was read before it is forgotten.
    pub(crate) async fn write(&mut self, write: &ControlWrite) -> Result<Sent, ChargerError> {
        self.cache.clear();
        let sent = self.ask(self.deadline(), async |charger| charger.write(write).await).await?;
        match &sent {
            Sent::Accepted => self.answered(),
            // A no to a write says nothing about the link.
            Sent::Refused(_) => {}
            Sent::Lost(why) => self.miss(why, ""),
        }
        Ok(sent)
    }

    /// Asks which APIs are on. A charger without that path answers all the same, so nothing but the
    /// exchange is accounted for.
    pub(crate) async fn api(&mut self, deadline: Instant) -> Result<ApiStatus, ChargerError> {
        self.ask(deadline, async |charger| charger.api().await).await
    }

    /// Reads registers, at the latest until `deadline`.
    pub(crate) async fn registers(
        &mut self,
        address: u16,
        quantity: u16,
        deadline: Instant,
    ) -> Result<RegisterAnswer, ChargerError> {
        self.ask(deadline, async |charger| charger.registers(address, quantity).await).await
    }

    /// The deadline of an exchange that begins now and belongs to a write.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.exchange
    }

    /// Why nothing is begun at this moment.
    pub(crate) fn not_now(&self) -> Option<GatewayError> {
        if self.stop.by().is_some() {
            return Some(GatewayError::Stopped);
        }
        let wait = self.rest.left(Instant::now())?;
        let last = self.status.seen(Instant::now()).error.unwrap_or_default();
        Some(GatewayError::Down { wait, last })
    }

    /// One exchange. A charger that could not be reached is left alone for a while.
    async fn ask<T>(
        &mut self,
        deadline: Instant,
        operation: impl AsyncFnOnce(&mut C) -> Result<T, ChargerError>,
    ) -> Result<T, ChargerError> {
        let address = self.charger.address();
        let result = tokio::select! {
            biased;
            result = operation(&mut self.charger) => result,
            () = self.stop.expired(deadline) => {
                Err(ChargerError::Lost(Failure::new(FailureKind::Timeout, address, "")))
            }
        };
        if self.charger.upstream() == Upstream::Modbus {
            self.status.keep_registers(self.charger.cached_registers());
        }
        let result = result.map_err(|error| match self.status.hint() {
            Some(hint) => error.explained(&hint),
            None => error,
        });
        match &result {
            Ok(_) => self.rest.succeeded(),
            Err(error) => {
                self.status.absent(Instant::now());
                let failure = error.failure();
                let is_unsent = matches!(error, ChargerError::NotSent(_));
                if is_unsent || failure.kind == FailureKind::Connect || failure.is_unproven {
                    self.rest.failed(Instant::now());
                }
                self.miss(&error.to_string(), &failure.cause);
            }
        }
        result
    }

    fn answered(&mut self) {
        self.has_asked_for_other = false;
        match self.status.answered(Instant::now()) {
            Answered::First => {
                let address = self.charger.address();
                tracing::info!(charger = self.name, address, "connected");
            }
            Answered::Again => tracing::info!(charger = self.name, "the charger answers again"),
            Answered::Still => {}
        }
        self.note_openness();
    }

    /// The charger answered, but not with what was asked for.
    fn declined(&self, error: &ReplyError) {
        let asks_for_password = matches!(error, ReplyError::Refused(refusal)
            if refusal.kind == RefusalKind::Unauthorized);
        if asks_for_password {
            self.status.opened(false);
        }
        // A charger says no in its own way; anything else may be another device at its address.
        match error {
            ReplyError::Refused(_) => self.status.present(),
            _ => self.status.absent(Instant::now()),
        }
        match self.status.hint() {
            Some(hint) => self.miss(&format!("{error}; {hint}"), ""),
            None => self.miss(&error.to_string(), ""),
        }
    }

    fn learn(&mut self, document: DocumentName, readings: &Readings) {
        // Over Modbus the charger's client names misfits itself: it sees the words.
        if self.charger.upstream() == Upstream::Http {
            self.misfits.note(&self.name, readings);
        }
        if document == DocumentName::Info && self.status.learn(readings) {
            tracing::warn!(charger = self.name, "SIMULATED: this is no real charger");
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

    /// The log keeps the cause; who asks is told the error.
    fn miss(&self, error: &str, cause: &str) {
        if self.status.missed(Instant::now(), error.to_owned()) {
            tracing::warn!(charger = self.name, error, cause, "no data from the charger");
        } else if !cause.is_empty() {
            tracing::debug!(charger = self.name, error, cause, "still no data");
        }
    }
}
