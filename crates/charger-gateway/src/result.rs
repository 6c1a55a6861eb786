//! The result of a write, combined from its parts.

use std::time::Duration;

use gateway_api::{Outcome, WriteAnswer};
use nrgkick_model::{ControlWrite, Refusal};

/// A write with its outcome.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WriteResult {
    pub(crate) write: ControlWrite,
    pub(crate) answer: WriteAnswer,
    /// The charger's refusal, if any.
    pub(crate) refusal: Option<Refusal>,
    /// Set if the charger did not answer in time: an unknown outcome is then 504 and not 502.
    pub(crate) was_silent: bool,
}

impl WriteResult {
    /// Adds the result of the next part; all before it are verified.
    pub(crate) fn append(&mut self, next: Self) {
        self.answer.outcome = next.answer.outcome;
        self.answer.keys.extend(next.answer.keys);
        self.answer.control = next.answer.control.or(self.answer.control);
        self.answer.message = next.answer.message;
        self.refusal = next.refusal;
        self.was_silent |= next.was_silent;
    }

    /// Adds the time of waiting for the relays to the message.
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

    /// Adds a part that was not sent, and so not applied.
    pub(crate) fn leave_out(&mut self, part: ControlWrite, why: &str) {
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
