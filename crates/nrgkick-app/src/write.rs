//! Changing something, and following it to its outcome.
//!
//! Each control has one [`Writer`]. A write is sent once; until its outcome is known the control
//! shows it as pending, whatever polls say. What is asked for meanwhile waits its turn, and only
//! the last of it is sent.

use gateway_api::Outcome;
use gateway_api::outcome::{READ_BACK_LIMIT, ReadBack, Sent, Step, WriteAnswer};
use leptos::prelude::*;
use leptos::task::spawn_local;
use nrgkick_model::command::ControlWrite;
use nrgkick_model::field::DocumentName;
use nrgkick_model::refusal::Refusal;
use nrgkick_model::time::Moment;
use nrgkick_model::{Command, Control, Document};

use crate::app::App;
use crate::place::Place;
use crate::trouble::Trouble;
use crate::words::en;
use crate::{api, browser, later, poll_clock};

/// Where a control's last change stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Progress {
    /// Nothing was asked for.
    #[default]
    Idle,
    /// Not sent; the user is asked whether it is meant.
    Asking(Command),
    /// Nothing was sent: what was typed is no value, or what sends has not come.
    Invalid(String),
    /// Sent, outcome not known yet; with what was asked for meanwhile.
    Pending(Command, Option<Command>),
    /// Finished.
    Done(Finished),
}

/// A write that has its outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// What was asked for.
    pub command: Command,
    /// What became of it.
    pub outcome: Outcome,
    /// The charger's own words, or what went wrong.
    pub message: String,
    /// When.
    pub at: Moment,
}

impl Finished {
    /// What is known since settings were read that were asked for at `asked`; nothing where that
    /// is no news. A charger shows what it took after some 2 s, so its old value means something
    /// only later.
    fn settled(&self, control: &Control, asked: Moment) -> Option<Self> {
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

    /// A writer whose last change stands at `progress`.
    pub fn at(progress: Progress) -> Self {
        Self { progress: RwSignal::new(progress) }
    }

    /// Where the last change stands.
    pub fn progress(self) -> Progress {
        self.progress.get()
    }

    /// Whether an outcome is waited for.
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

    /// Asks whether `command` is meant; nothing ends the question. Not while one is pending.
    pub fn ask(self, command: Option<Command>) {
        self.progress.update(|progress| {
            if !matches!(progress, Progress::Pending(..)) {
                *progress = command.map_or(Progress::Idle, Progress::Asking);
            }
        });
    }

    /// What the user is asked.
    pub fn asked(self) -> Option<Command> {
        self.progress.with(|progress| match progress {
            Progress::Asking(command) => Some(*command),
            _ => None,
        })
    }

    /// What the control shows instead of the charger's setting: a change that is pending, or
    /// one that is confirmed and newer than the settings last read at `read`.
    pub fn wanted(self, read: Option<Moment>) -> Option<Command> {
        self.pending().or_else(|| self.confirmed(read))
    }

    /// What is pending, or waits for its turn.
    pub fn pending(self) -> Option<Command> {
        self.progress.with(|progress| match progress {
            Progress::Pending(command, next) => next.or(Some(*command)),
            _ => None,
        })
    }

    /// What is confirmed and newer than the settings last read at `read`.
    pub fn confirmed(self, read: Option<Moment>) -> Option<Command> {
        self.progress.with(|progress| match progress {
            Progress::Done(done) if done.outcome == Outcome::Verified => {
                read.is_none_or(|read| read <= done.at).then_some(done.command)
            }
            _ => None,
        })
    }

    /// Takes settings that were asked for at `asked`: an outcome that was not known may be now.
    pub fn observe(self, control: &Control, asked: Moment) {
        let settled = self.progress.with_untracked(|progress| match progress {
            Progress::Done(done) => done.settled(control, asked),
            _ => None,
        });
        if let Some(settled) = settled {
            self.progress.set(Progress::Done(settled));
        }
    }

    /// Sends `command`, after the one that is pending. Nothing is sent while something is in the
    /// way of that, whatever the control has let through.
    pub fn send(self, app: App, command: Command) {
        let locked = untrack(|| app.why_locked());
        if !locked.is_empty() {
            return self.reject(locked);
        }
        let mut begin = true;
        self.progress.update(|progress| {
            if let Progress::Pending(_, next) = progress {
                (*next, begin) = (Some(command), false);
            } else {
                *progress = Progress::Pending(command, None);
            }
        });
        if begin {
            spawn_local(self.begin(app, command));
        }
    }

    async fn begin(self, app: App, command: Command) {
        if later::send(self, app, command).await.is_err() {
            self.progress.set(Progress::Invalid(en::NOT_LOADED.to_owned()));
        }
    }

    /// Follows `first`, and then what was asked for meanwhile.
    pub(crate) async fn follow_all(self, app: App, first: Command) {
        let mut current = Some(first);
        while let Some(command) = current {
            let done = match follow(app, command).await {
                Ok(finished) => Progress::Done(finished),
                Err(reason) => Progress::Invalid(reason),
            };
            let locked = untrack(|| !app.why_locked().is_empty());
            self.progress.update(|progress| {
                current = match progress {
                    Progress::Pending(_, next) => next.take().filter(|_| !locked),
                    _ => None,
                };
                *progress = match current {
                    Some(next) => Progress::Pending(next, None),
                    None => done,
                };
            });
            poll_clock::poll_now();
        }
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

/// Has `command` carried out. An error says why nothing was sent.
async fn follow(app: App, command: Command) -> Result<Finished, String> {
    let place = app.place.get_untracked();
    let write = ControlWrite::from(command);
    let (outcome, message) = match &*place {
        Place::Gateway(behind) => match api::write_through(behind, write).await {
            Ok(answer) => answer,
            Err(trouble) => (Outcome::Unknown, lost(trouble, &place)?),
        },
        _ => {
            let answer = directly(&place, write).await;
            (answer.outcome, answer.message.unwrap_or_default())
        }
    };
    Ok(Finished { command, outcome, message, at: browser::now() })
}

/// Why it is not known what became of a write that the gateway answered with `trouble`. An error
/// says that nothing was changed, and why: the gateway says so where nothing reached the charger.
fn lost(trouble: Trouble, place: &Place) -> Result<String, String> {
    let words = |trouble: &Trouble| en::advice(trouble, place).title.into_owned();
    match trouble {
        Trouble::Gateway(message) | Trouble::Token(message) => Err(en::nothing_changed(&message)),
        Trouble::Away => Err(en::nothing_changed(&words(&trouble))),
        Trouble::OutcomeLost(message) => Ok(message),
        trouble => Ok(words(&trouble)),
    }
}

/// Without a gateway the page reads back itself.
async fn directly(place: &Place, write: ControlWrite) -> WriteAnswer {
    let sent = match api::write_directly(place, write).await {
        Ok(()) => Sent::Accepted,
        Err(Trouble::Refused(text) | Trouble::Gateway(text) | Trouble::Token(text)) => {
            Sent::Refused(Refusal::new(0, text))
        }
        Err(trouble @ (Trouble::Unauthorized | Trouble::Disabled)) => {
            Sent::Refused(Refusal::new(0, en::advice(&trouble, place).title))
        }
        Err(trouble) => Sent::Lost(en::advice(&trouble, place).title.into_owned()),
    };
    let (mut read_back, mut step) = ReadBack::begin(write, browser::now(), sent);
    loop {
        match step {
            Step::Done(answer) => return answer,
            Step::Read(pause) => browser::sleep(pause).await,
        }
        let readings = api::read(place, DocumentName::Control).await;
        let control = readings.ok().map(|readings| Control::from_readings(&readings));
        step = read_back.observe(browser::now(), control);
    }
}

#[cfg(test)]
mod tests {
    use nrgkick_model::command::ChargingCurrent;

    use super::*;

    fn finished(outcome: Outcome) -> Finished {
        Finished {
            command: Command::CurrentSet(ChargingCurrent::from_amperes(16.0).unwrap()),
            outcome,
            message: "no answer within 5 s".into(),
            at: Moment::from_millis(10_000),
        }
    }

    fn settled(outcome: Outcome, amperes: f64, asked: u64) -> Option<Outcome> {
        let control = Control { current_set: Some(amperes), ..Control::default() };
        let settled = finished(outcome).settled(&control, Moment::from_millis(asked));
        settled.map(|settled| settled.outcome)
    }

    #[test]
    fn what_the_gateway_did_not_send_is_told_from_what_it_lost() {
        let place = Place::Searching;
        for trouble in [
            Trouble::Gateway("Too many requests wait for this charger.".into()),
            Trouble::Gateway("Nothing was changed: it was busy.".into()),
            Trouble::Token("The token is needed.".into()),
            Trouble::Away,
        ] {
            let said = lost(trouble.clone(), &place).unwrap_err();
            assert!(said.starts_with("Nothing was changed"), "{trouble:?}: {said}");
            assert_eq!(said.matches("Nothing").count(), 1, "{said}");
        }
        for trouble in [
            Trouble::OutcomeLost("Look at the charger's settings.".into()),
            Trouble::Timeout,
            Trouble::Unreachable,
            Trouble::Status(502),
            Trouble::Unreadable("half an answer".into()),
        ] {
            assert!(lost(trouble.clone(), &place).is_ok(), "{trouble:?}");
        }
    }

    #[test]
    fn an_outcome_that_was_not_known_is_known_once_the_charger_shows_the_value() {
        for outcome in [Outcome::Unknown, Outcome::Mismatch] {
            assert_eq!(settled(outcome, 16.0, 12_000), Some(Outcome::Verified));
            assert_eq!(settled(outcome, 16.0, 9_000), None, "asked for before");
        }
        assert_eq!(settled(Outcome::Unknown, 6.0, 12_000), None, "it may still come");
        assert_eq!(settled(Outcome::Unknown, 6.0, 16_000), Some(Outcome::Mismatch));
        assert_eq!(settled(Outcome::Mismatch, 6.0, 90_000), None, "no news");
        assert_eq!(settled(Outcome::Refused, 16.0, 90_000), None, "the charger's word stands");
    }
}
