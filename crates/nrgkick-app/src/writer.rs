//! The changes of one control, one at a time.
//!
//! Each control has one [`Writer`]. Until the outcome of a write is known the control shows it as
//! pending, whatever polls say. What is asked for meanwhile waits its turn, and only the last of
//! it is sent.
//!
//! Not here: sending ([`send`](crate::send), [`follow`](crate::follow)).

mod progress;

use gateway_api::Outcome;
use leptos::prelude::*;
use nrgkick_model::time::Moment;
use nrgkick_model::{Command, Control};

pub use progress::{Finished, Progress};

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
    use super::progress::tests::{finished, set_to};
    use super::*;

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
}
