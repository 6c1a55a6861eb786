//! One write from its turn to its outcome: checked, sent once, read back.
//!
//! Never sent again, whatever happens: even "set 16 A" is not safe to repeat, as another
//! controller may have written in between. The verdict is the model's
//! [`ReadBack`]; here are its sends, reads and waits.

use std::time::Duration;

use gateway_api::WriteAnswer;
use gateway_api::outcome::{Outcome, ReadBack, Sent, Step};
use nrgkick_model::command::Command;
use nrgkick_model::document::Document as _;
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::{Control, ControlWrite, Refusal, Request};
use tokio::time::Instant;

use crate::charger::{Charger, ChargerError, FailureKind};
use crate::owner::{Answer, Owner};
use crate::problem::Problem;
use crate::relays;

/// A write whose outcome is known, as far as it can be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Concluded {
    pub(crate) write: ControlWrite,
    pub(crate) answer: WriteAnswer,
    /// What the charger said where it said no.
    pub(crate) refusal: Option<Refusal>,
    /// Whether the charger was silent, which is 504 and not 502 where the outcome is unknown.
    pub(crate) was_silent: bool,
}

impl Concluded {
    /// Takes over what became of the next part; all before it are verified.
    fn append(&mut self, next: Self) {
        self.answer.outcome = next.answer.outcome;
        self.answer.keys.extend(next.answer.keys);
        self.answer.control = next.answer.control.or(self.answer.control);
        self.answer.message = next.answer.message;
        self.refusal = next.refusal;
        self.was_silent |= next.was_silent;
    }

    /// Says how long it waited for the relays.
    pub(crate) fn after(mut self, waited: Option<Duration>) -> Self {
        if let Some(waited) = waited {
            let seconds = waited.as_secs_f64().ceil();
            let said = format!("Sent after {seconds} s: the charger's relays need time to rest.");
            let message = self.answer.message.take();
            self.answer.message = Some(match message {
                Some(message) => format!("{message} {said}"),
                None => said,
            });
        }
        self
    }

    /// Says that `part` was not sent, and so not applied.
    fn leave_out(&mut self, part: ControlWrite, why: &str) {
        for command in part.commands() {
            self.answer.keys.insert(command.key().to_owned(), Outcome::Refused);
        }
        if self.answer.outcome == Outcome::Verified {
            self.answer.outcome = Outcome::Refused;
        }
        let message = self.answer.message.take().unwrap_or_default();
        let query = part.query();
        self.answer.message =
            Some(format!("{message} {query} was not sent: {why}.").trim().to_owned());
    }
}

impl<C: Charger> Owner<C> {
    /// Carries out `write`, part by part up to the first that is not verified. An error means that
    /// nothing of it was sent.
    pub(crate) async fn carry_out(&mut self, write: ControlWrite) -> Result<Concluded, Problem> {
        let stop = self.stop.clone();
        tokio::select! {
            biased;
            checked = self.check_rated(&write) => checked?,
            _ = stop.begun() => {}
        }
        if stop.by().is_some() {
            return Err(Problem::Stopped);
        }
        let mut parts = self.charger.parts(write).into_iter();
        let mut whole = self.carry_out_part(parts.next().unwrap_or(write)).await?;
        whole.write = write;
        for part in parts {
            if whole.answer.outcome != Outcome::Verified {
                whole.leave_out(part, "the settings before it come first");
                continue;
            }
            let next = match self.not_now() {
                Some(problem) => Err(problem),
                None => self.carry_out_part(part).await,
            };
            match next {
                Ok(concluded) => whole.append(concluded),
                Err(problem) => whole.leave_out(part, &problem.to_string()),
            }
        }
        Ok(whole)
    }

    async fn carry_out_part(&mut self, write: ControlWrite) -> Result<Concluded, Problem> {
        let result = self.ask_now(&Request::Write(write)).await;
        let mut was_silent = is_silence(&result);
        let sent = judge(result)?;
        let refusal = match &sent {
            Sent::Refused(refusal) => Some(refusal.clone()),
            Sent::Accepted | Sent::Lost(_) => None,
        };
        if refusal.is_none() && relays::closes(&write) {
            self.relays.moved(Instant::now());
        }
        let end = Instant::now() + self.timing.read_back_limit;
        let (read_back, mut step) = ReadBack::begin(write, self.now(), sent);
        let mut read_back =
            read_back.paced(self.timing.read_back_pause, self.timing.read_back_limit);
        let answer = loop {
            match step {
                Step::Done(answer) => break answer,
                Step::Read(_) if self.stop.by().is_some_and(|by| by <= Instant::now()) => {
                    break read_back.cut_short(
                        "The server stopped before the charger showed the change; look at its \
                         settings.",
                    );
                }
                Step::Read(pause) => {
                    self.read_during(pause, end).await;
                    let result = self.ask_now(&Request::Control).await;
                    was_silent |= is_silence(&result);
                    step = read_back.observe(self.now(), reading(result));
                }
            }
        };
        let outcome = answer.outcome;
        if outcome == Outcome::Verified {
            tracing::info!(charger = self.name, write = write.query(), "verified");
        } else {
            let message = answer.message.as_deref().unwrap_or_default();
            tracing::warn!(charger = self.name, write = write.query(), ?outcome, message, "write");
        }
        Ok(Concluded { write, answer, refusal, was_silent })
    }

    /// Refuses a current above the unit's. Where the unit cannot be asked, it decides itself.
    async fn check_rated(&mut self, write: &ControlWrite) -> Result<(), Problem> {
        let sets_current =
            write.commands().any(|command| matches!(command, Command::CurrentSet(_)));
        if sets_current && self.status.rated().is_none() {
            // The owner keeps what it sees of any `/info`.
            let _ = self.ask_now(&Request::info()).await;
        }
        match self.status.rated() {
            Some(rated) => Ok(write.check_rated(rated)?),
            None => Ok(()),
        }
    }

    async fn ask_now(&mut self, request: &Request) -> Result<Answer, ChargerError> {
        self.ask(request, Instant::now() + self.timing.exchange).await
    }
}

fn judge(result: Result<Answer, ChargerError>) -> Result<Sent, Problem> {
    Ok(match result {
        Err(error @ ChargerError::NotSent(_)) => return Err(Problem::NotSent(error)),
        Err(ChargerError::Lost(failure)) => Sent::Lost(failure.to_string()),
        Ok(answer) => match Sent::of(&answer.reply) {
            Sent::Refused(refusal) => Sent::Refused(with_words(refusal)),
            sent => sent,
        },
    })
}

/// A 401 comes without a reason that a person could use.
fn with_words(refusal: Refusal) -> Refusal {
    if refusal.kind == RefusalKind::Unauthorized && refusal.text.is_empty() {
        let text = "The charger asks for a user name and password, or refuses the ones it got.";
        return Refusal::new(refusal.status, text);
    }
    refusal
}

fn is_silence(result: &Result<Answer, ChargerError>) -> bool {
    matches!(result, Err(error) if error.failure().kind == FailureKind::Timeout)
}

fn reading(result: Result<Answer, ChargerError>) -> Option<Control> {
    Control::decode(&result.ok()?.json.ok()?).ok()
}
