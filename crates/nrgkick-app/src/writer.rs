//! The progress of a control's changes.
//!
//! Each control has one [`Writer`]. Until the outcome of a write is known the control shows it as
//! pending, whatever polls say. What is asked for meanwhile waits its turn, and only the last of
//! it is sent.
//!
//! Not here: sending ([`send`](crate::send), [`follow`](crate::follow)).

use gateway_api::Outcome;
use gateway_api::outcome::READ_BACK_LIMIT;
use leptos::prelude::*;
use nrgkick_model::time::Moment;
use nrgkick_model::{Command, Control};

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
    fn updated(&self, control: &Control, asked: Moment) -> Option<Self> {
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
            _ => "It was not applied: the charger shows another value.".to_owned(),
        };
        Some(Self { command: self.command, outcome, message, at: asked })
    }
}

/// The writes of one control.
#[derive(Clone, Copy)]
pub struct Writer {
    progress: RwSignal<Progress>,
}

impl Writer {
    /// A writer that has written nothing.
    pub fn new() -> Self {
        Self::at(Progress::Idle)
    }

    /// A writer with this progress.
    pub fn at(progress: Progress) -> Self {
        Self { progress: RwSignal::new(progress) }
    }

    /// The progress of the last change.
    pub fn progress(self) -> Progress {
        self.progress.get()
    }

    /// Whether a change has no outcome yet.
    pub fn is_pending(self) -> bool {
        self.progress.with(|progress| matches!(progress, Progress::Pending(..)))
    }

    /// Shows why nothing was sent; an empty reason takes the message back.
    pub fn reject(self, reason: String) {
        self.progress.update(|progress| {
            if !matches!(progress, Progress::Pending(..)) {
                let empty = reason.is_empty();
                *progress = if empty { Progress::Idle } else { Progress::Invalid(reason) };
            }
        });
    }

    /// Asks for a confirmation of `command`; `None` ends the question. Not while one is pending.
    pub fn ask_confirmation(self, command: Option<Command>) {
        self.progress.update(|progress| {
            if !matches!(progress, Progress::Pending(..)) {
                *progress = command.map_or(Progress::Idle, Progress::Confirming);
            }
        });
    }

    /// The command that waits for a confirmation.
    pub fn awaiting_confirmation(self) -> Option<Command> {
        self.progress.with(|progress| match progress {
            Progress::Confirming(command) => Some(*command),
            _ => None,
        })
    }

    /// The change that the control shows instead of the charger's setting: one that is pending, or
    /// one that is confirmed and newer than the settings last read at `read`.
    pub fn desired(self, read: Option<Moment>) -> Option<Command> {
        self.pending().or_else(|| self.confirmed(read))
    }

    /// The last command that is pending or waits its turn.
    pub fn pending(self) -> Option<Command> {
        self.progress.with(|progress| match progress {
            Progress::Pending(command, next) => next.or(Some(*command)),
            _ => None,
        })
    }

    /// The change that is confirmed and newer than the settings last read at `read`.
    pub fn confirmed(self, read: Option<Moment>) -> Option<Command> {
        self.progress.with(|progress| match progress {
            Progress::Done(done) if done.outcome == Outcome::Verified => {
                read.is_none_or(|read| read <= done.at).then_some(done.command)
            }
            _ => None,
        })
    }

    /// Updates an outcome that was not known by settings that were asked for at `asked`.
    pub fn observe(self, control: &Control, asked: Moment) {
        let updated = self.progress.with_untracked(|progress| match progress {
            Progress::Done(done) => done.updated(control, asked),
            _ => None,
        });
        if let Some(updated) = updated {
            self.progress.set(Progress::Done(updated));
        }
    }

    /// Shows `command` as pending, or keeps it for when the one that is pending has its outcome.
    /// Returns whether it is to be sent now.
    pub fn enqueue(self, command: Command) -> bool {
        let mut begin = true;
        self.progress.update(|progress| {
            if let Progress::Pending(_, next) = progress {
                (*next, begin) = (Some(command), false);
            } else {
                *progress = Progress::Pending(command, None);
            }
        });
        begin
    }

    /// Sets the outcome of the pending command. The command that waits its turn becomes the pending
    /// one and is returned, unless changes are `locked`.
    pub fn finish(self, done: Result<Finished, String>, locked: bool) -> Option<Command> {
        let mut current = None;
        self.progress.update(|progress| {
            if let Progress::Pending(_, next) = progress {
                current = next.take().filter(|_| !locked);
            }
            *progress = match (current, done) {
                (Some(next), _) => Progress::Pending(next, None),
                (None, Ok(finished)) => Progress::Done(finished),
                (None, Err(reason)) => Progress::Invalid(reason),
            };
        });
        current
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use nrgkick_model::command::ChargingCurrent;

    use super::*;

    fn finished(outcome: Outcome) -> Finished {
        Finished {
            command: set_to(16.0),
            outcome,
            message: "no answer within 5 s".into(),
            at: Moment::from_millis(10_000),
        }
    }

    fn set_to(amperes: f64) -> Command {
        Command::CurrentSet(ChargingCurrent::from_amperes(amperes).unwrap())
    }

    #[test]
    fn of_what_is_asked_for_meanwhile_only_the_last_is_sent() {
        Owner::new().with(|| {
            let writer = Writer::new();
            assert!(writer.enqueue(set_to(10.0)));
            assert!(!writer.enqueue(set_to(11.0)));
            assert!(!writer.enqueue(set_to(12.0)));
            assert_eq!(writer.pending(), Some(set_to(12.0)));
            let done = || Ok(finished(Outcome::Verified));
            assert_eq!(writer.finish(done(), false), Some(set_to(12.0)));
            assert!(writer.is_pending());
            assert_eq!(writer.finish(done(), false), None);
            assert_eq!(writer.progress(), Progress::Done(finished(Outcome::Verified)));
        });
    }

    #[test]
    fn what_waits_is_not_sent_once_changes_are_locked() {
        Owner::new().with(|| {
            let writer = Writer::new();
            writer.enqueue(set_to(10.0));
            writer.enqueue(set_to(11.0));
            assert_eq!(writer.finish(Err("it was busy".into()), true), None);
            assert_eq!(writer.progress(), Progress::Invalid("it was busy".into()));
        });
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
