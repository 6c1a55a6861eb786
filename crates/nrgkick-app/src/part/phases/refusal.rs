//! The memory of a charger that does not switch phases.
//!
//! The local API does not report whether the NRGkick app allows switching, so this is known once a
//! charger has refused. Its words are kept for its serial number, on this device, until a switch
//! succeeds or the user tries again.

use gateway_api::Outcome;
use leptos::prelude::*;
use nrgkick_model::field::FieldId;
use nrgkick_model::refusal::{Refusal, RefusalKind};

use crate::app::App;
use crate::words::control as words;
use crate::writer::{Progress, Writer};
use crate::{memo, store};

/// The refusal of the charger that answers.
#[derive(Clone, Copy)]
pub(super) struct Memory {
    writer: Writer,
    serial: Memo<String>,
    /// The charger's own words; empty where it has not refused.
    words: Memo<String>,
}

impl Memory {
    pub(super) fn new(app: App) -> Self {
        let writer = app.phases;
        let serial = memo::text(move || {
            app.with_last(|snapshot| snapshot.text(FieldId::SerialNumber).map(str::to_owned))
                .unwrap_or_default()
        });
        let words = memo::text(move || {
            let stored = serial.with(|serial| store::phase_refusal(serial));
            news(&writer.progress()).unwrap_or(stored).unwrap_or_default()
        });
        Effect::new(move |_| {
            if let Some(news) = news(&writer.progress()) {
                keep(serial, news.as_deref());
            }
        });
        Self { writer, serial, words }
    }

    /// `true` if the charger has refused.
    pub(super) fn has_refused(self) -> bool {
        self.words.with(|words| !words.is_empty())
    }

    /// The refusal and what to do about it; empty where there is none. The line of the outcome has
    /// the charger's words while it is shown.
    pub(super) fn text(self) -> String {
        let refused = self.words.get();
        if refused.is_empty() {
            return refused;
        }
        let advice = words::phases_allow();
        if news(&self.writer.progress()).is_some() {
            return advice.to_owned();
        }
        format!("{} {advice}", words::phases_refused(&refused))
    }

    /// Forgets the refusal, so that it can be tried again.
    pub(super) fn forget(self) {
        keep(self.serial, None);
        // After that, as it makes the words be read anew.
        self.writer.reject(String::new());
    }
}

/// Keeps the words of a refusal, where it is known whose they are.
fn keep(serial: Memo<String>, words: Option<&str>) {
    let serial = serial.get_untracked();
    if !serial.is_empty() {
        store::set_phase_refusal(&serial, words);
    }
}

/// Returns what the last switch tells: `Some(Some(words))` of a refusal that will stay, `Some(None)`
/// that there is none, `None` where it tells nothing.
fn news(progress: &Progress) -> Option<Option<String>> {
    let Progress::Done(done) = progress else { return None };
    match done.outcome {
        Outcome::Refused => Some(Some(done.message.clone()).filter(|words| is_lasting(words))),
        Outcome::Verified => Some(None),
        Outcome::Mismatch | Outcome::Unknown => None,
    }
}

/// `true` if the charger's words are about phases, and not about one number of them or about solar
/// charging, which has the say only for now. The exact words for switching that the app does not
/// allow are not known.
fn is_lasting(words: &str) -> bool {
    let blocked = Refusal::new(0, words).kind == RefusalKind::Blocked;
    words.to_lowercase().contains("phase") && words != Refusal::INVALID_PHASES && !blocked
}

#[cfg(test)]
mod tests {
    use nrgkick_model::Command;
    use nrgkick_model::command::PhaseCount;
    use nrgkick_model::time::Moment;

    use super::*;
    use crate::writer::Finished;

    const OFF: &str = "Phase switching is not enabled within the NRGkick App";

    fn done(outcome: Outcome, message: &str) -> Progress {
        let (command, at) = (Command::PhaseCount(PhaseCount::ALL[0]), Moment::default());
        Progress::Done(Finished { command, outcome, message: message.to_owned(), at })
    }

    #[test]
    fn only_a_refusal_about_phases_lasts() {
        for (words, lasting) in [
            (OFF, true),
            ("phase switch disabled", true),
            ("Phase count change is blocked by solar-charging", false),
            (Refusal::INVALID_PHASES, false),
            (Refusal::DISABLED, false),
            ("Modbus exception 4", false),
            ("", false),
        ] {
            let expected = Some(words.to_owned()).filter(|_| lasting);
            assert_eq!(news(&done(Outcome::Refused, words)), Some(expected), "{words}");
        }
    }

    #[test]
    fn a_switch_that_succeeds_ends_it_and_one_without_a_verdict_tells_nothing() {
        assert_eq!(news(&done(Outcome::Verified, "")), Some(None));
        let command = Command::PhaseCount(PhaseCount::ALL[0]);
        for progress in [
            Progress::Idle,
            Progress::Confirming(command),
            Progress::Pending(command, None),
            Progress::Invalid("Changes are locked; phases too.".to_owned()),
            done(Outcome::Unknown, OFF),
            done(Outcome::Mismatch, OFF),
        ] {
            assert_eq!(news(&progress), None, "{progress:?}");
        }
    }
}
