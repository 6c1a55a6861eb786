//! Carries out a write: checks it, sends it once and reads it back.
//!
//! A write is never sent again: even "set 16 A" is not safe to repeat, as another controller may
//! have written in between. [`ReadBack`], which the page uses too, decides the outcome; this module
//! sends, reads and waits.

use gateway_api::WriteAnswer;
use gateway_api::outcome::{Outcome, ReadBack, Sent, Step};
use nrgkick_model::command::Command;
use nrgkick_model::field::DocumentName;
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::request::Read;
use nrgkick_model::time::Moment;
use nrgkick_model::{ControlWrite, Refusal};
use tokio::time::Instant;

use crate::charger::Charger;
use crate::error::GatewayError;
use crate::failure::{ChargerError, FailureKind};
use crate::link::ChargerLink;
use crate::reads::ReadQueue;
use crate::relays::{self, Relays};
use crate::result::WriteResult;
use crate::timing::Timing;

/// The parts of an owner that a write needs.
pub(crate) struct Pipeline<'a, C> {
    pub(crate) link: &'a mut ChargerLink<C>,
    pub(crate) reads: &'a mut ReadQueue,
    pub(crate) relays: &'a mut Relays,
    pub(crate) timing: &'a Timing,
}

impl<C: Charger> Pipeline<'_, C> {
    /// Carries out `write` part by part, up to the first one that is not verified. An error means
    /// that nothing was sent.
    pub(crate) async fn carry_out(
        mut self,
        write: ControlWrite,
    ) -> Result<WriteResult, GatewayError> {
        let stop = self.link.stop.clone();
        tokio::select! {
            biased;
            checked = self.check_rated(&write) => checked?,
            _ = stop.begun() => {}
        }
        if stop.by().is_some() {
            return Err(GatewayError::Stopped);
        }
        let mut parts = self.link.charger.parts(write).into_iter();
        let mut whole = self.carry_out_part(parts.next().unwrap_or(write)).await?;
        whole.write = write;
        for part in parts {
            if whole.answer.outcome != Outcome::Verified {
                whole.leave_out(part, "the settings before it come first");
                continue;
            }
            let next = match self.link.not_now() {
                Some(error) => Err(error),
                None => self.carry_out_part(part).await,
            };
            match next {
                Ok(result) => whole.append(result),
                Err(error) => whole.leave_out(part, &error.to_string()),
            }
        }
        Ok(whole)
    }

    async fn carry_out_part(&mut self, write: ControlWrite) -> Result<WriteResult, GatewayError> {
        let result = self.link.write(&write).await;
        let was_silent = is_silence(&result);
        let sent = match sent(result) {
            Ok(sent) => sent,
            Err(error) => {
                self.link.wrote(&write, true);
                return Err(error);
            }
        };
        let refusal = match &sent {
            Sent::Refused(refusal) => Some(refusal.clone()),
            Sent::Accepted | Sent::Lost(_) => None,
        };
        if refusal.is_none() && relays::closes(&write) {
            self.relays.moved(Instant::now());
        }
        let (answer, silent_since) = self.read_back(write, sent).await;
        let was_silent = was_silent || silent_since;
        self.link.wrote(&write, refusal.is_some());
        let (charger, outcome) = (&self.link.known.name, answer.outcome);
        if outcome == Outcome::Verified {
            tracing::info!(charger, write = write.query(), "verified");
        } else {
            let message = answer.message.as_deref().unwrap_or_default();
            tracing::warn!(charger, write = write.query(), ?outcome, message, "write");
        }
        Ok(WriteResult { write, answer, refusal, was_silent })
    }

    /// Reads the settings until the outcome is decided. Also returns whether a read timed out.
    async fn read_back(&mut self, write: ControlWrite, sent: Sent) -> (WriteAnswer, bool) {
        let begun = Instant::now();
        let now = || {
            let elapsed = begun.elapsed().as_millis();
            Moment::from_millis(u64::try_from(elapsed).unwrap_or(u64::MAX))
        };
        let end = begun + self.timing.read_back_limit;
        let (read_back, mut step) = ReadBack::begin(write, now(), sent);
        let mut read_back =
            read_back.paced(self.timing.read_back_pause, self.timing.read_back_limit);
        let mut was_silent = false;
        loop {
            match step {
                Step::Done(answer) => return (answer, was_silent),
                Step::Read(_) if self.link.stop.by().is_some_and(|by| by <= Instant::now()) => {
                    let answer = read_back.cut_short(
                        "The server stopped before the charger showed the change; look at its \
                         settings.",
                    );
                    return (answer, was_silent);
                }
                Step::Read(pause) => {
                    self.reads.answer_during(self.link, pause, end).await;
                    let result = self.link.control().await;
                    was_silent |= is_silence(&result);
                    step = read_back.observe(now(), result.ok().flatten());
                }
            }
        }
    }

    /// Refuses a current above the unit's rated one. If that is unknown, the charger decides.
    async fn check_rated(&mut self, write: &ControlWrite) -> Result<(), GatewayError> {
        let sets_current =
            write.commands().any(|command| matches!(command, Command::CurrentSet(_)));
        if sets_current && self.link.known.status.rated().is_none() {
            // The link stores the rated current of any `/info`.
            let deadline = self.link.deadline();
            let _ = self.link.read(&Read::raw(DocumentName::Info), deadline).await;
        }
        match self.link.known.status.rated() {
            Some(rated) => Ok(write.check_rated(rated)?),
            None => Ok(()),
        }
    }
}

/// Converts the result of sending. An error means that nothing was sent.
fn sent(result: Result<Sent, ChargerError>) -> Result<Sent, GatewayError> {
    Ok(match result {
        Err(error @ ChargerError::NotSent(_)) => return Err(GatewayError::NotSent(error)),
        Err(ChargerError::Lost(failure)) => Sent::Lost(failure.to_string()),
        Ok(Sent::Refused(refusal)) => Sent::Refused(with_words(refusal)),
        Ok(sent) => sent,
    })
}

/// Adds a text to a 401, which comes without a usable reason.
fn with_words(refusal: Refusal) -> Refusal {
    if refusal.kind == RefusalKind::Unauthorized && refusal.text.is_empty() {
        let text = "The charger asks for a user name and password, or refuses the ones it got.";
        return Refusal::new(refusal.status, text);
    }
    refusal
}

fn is_silence<T>(result: &Result<T, ChargerError>) -> bool {
    matches!(result, Err(error) if error.failure().kind == FailureKind::Timeout)
}
