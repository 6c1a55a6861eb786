//! The progress of one change, from the question to its outcome.

use gateway_api::Outcome;
use gateway_api::outcome::READ_BACK_LIMIT;
use nrgkick_model::time::Moment;
use nrgkick_model::{Command, Control};

use crate::words::control;

/// The progress of a control's last change.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Progress {
    /// Nothing was asked for.
    #[default]
    Idle,
    /// Not sent; the user is asked whether it is meant.
    Confirming(Command),
    /// Nothing was sent, for this reason: the input is invalid, or the code that sends is missing.
    Invalid(String),
    /// Sent, outcome not known yet; with the command that waits its turn.
    Pending(Command, Option<Command>),
    /// Finished.
    Done(Finished),
}

/// A write that has its outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// The command.
    pub command: Command,
    /// Its outcome.
    pub outcome: Outcome,
    /// The charger's own words, or the reason.
    pub message: String,
    /// The time of the outcome.
    pub at: Moment,
}

impl Finished {
    /// The outcome after a read of the settings that was asked for at `asked`; `None` where it does
    /// not change. A charger shows a new setting after some 2 s, so its old value means something
    /// only later.
    pub(super) fn updated(&self, control: &Control, asked: Moment) -> Option<Self> {
        if !matches!(self.outcome, Outcome::Unknown | Outcome::Mismatch) || asked < self.at {
            return None;
        }
        let outcome = match self.command.shown_by(control)? {
            true => Outcome::Verified,
            false if self.outcome == Outcome::Mismatch => return None,
            false if asked.since(self.at) < READ_BACK_LIMIT => return None,
            false => Outcome::Mismatch,
        };
        let message = match outcome {
            Outcome::Verified => String::new(),
            _ => control::mismatch().to_owned(),
        };
        Some(Self { command: self.command, outcome, message, at: asked })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use nrgkick_model::command::ChargingCurrent;

    use super::*;

    pub(in crate::writer) fn finished(outcome: Outcome) -> Finished {
        Finished {
            command: set_to(16.0),
            outcome,
            message: "no answer within 5 s".into(),
            at: Moment::from_millis(10_000),
        }
    }

    pub(in crate::writer) fn set_to(amperes: f64) -> Command {
        Command::CurrentSet(ChargingCurrent::from_amperes(amperes).unwrap())
    }

    fn updated(outcome: Outcome, amperes: f64, asked: u64) -> Option<Outcome> {
        let control = Control { current_set: Some(amperes), ..Control::default() };
        let updated = finished(outcome).updated(&control, Moment::from_millis(asked));
        updated.map(|updated| updated.outcome)
    }

    #[test]
    fn an_outcome_that_was_not_known_is_known_once_the_charger_shows_the_value() {
        for outcome in [Outcome::Unknown, Outcome::Mismatch] {
            assert_eq!(updated(outcome, 16.0, 12_000), Some(Outcome::Verified));
            assert_eq!(updated(outcome, 16.0, 9_000), None, "asked for before");
        }
        assert_eq!(updated(Outcome::Unknown, 6.0, 12_000), None, "it may still come");
        assert_eq!(updated(Outcome::Unknown, 6.0, 16_000), Some(Outcome::Mismatch));
        assert_eq!(updated(Outcome::Mismatch, 6.0, 90_000), None, "no news");
        assert_eq!(updated(Outcome::Refused, 16.0, 90_000), None, "the charger's word stands");
    }
}
