//! The outcome of a write.
//!
//! A write is sent once. Its outcome is decided by reading `/control` back, because the echo shows
//! the value that the charger accepted, not the one in effect, and because a lost reply shows
//! nothing. [`ReadBack`] is that decision as a pure state machine: its caller sends, reads and
//! waits.

use std::collections::BTreeMap;
use std::time::Duration;

use nrgkick_model::command::ControlWrite;
use nrgkick_model::document::Control;
use nrgkick_model::number::shortest;
use nrgkick_model::refusal::Refusal;
use nrgkick_model::request::{Reply, ReplyError};
use nrgkick_model::time::Moment;
use serde::{Deserialize, Serialize};

/// Time between two read-backs.
pub const READ_BACK_PAUSE: Duration = Duration::from_millis(500);
/// Time after which the last reading decides. `/control` lags by about 2 s on real units.
pub const READ_BACK_LIMIT: Duration = Duration::from_secs(6);

/// The outcome of a write, or of one of its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The charger shows the new value.
    Verified,
    /// The charger refused; nothing was applied.
    Refused,
    /// The charger accepted the value and shows another one.
    Mismatch,
    /// No answer, and no reading that shows the new value. It may or may not be applied.
    Unknown,
}

impl Outcome {
    /// Returns the name, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Refused => "refused",
            Self::Mismatch => "mismatch",
            Self::Unknown => "unknown",
        }
    }
}

/// The answer to a write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WriteAnswer {
    /// The outcome of the write as a whole.
    pub outcome: Outcome,
    /// The outcome of each key.
    pub keys: BTreeMap<String, Outcome>,
    /// The last reading of `/control`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Control>,
    /// The charger's own text, or the reason for a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// The result of sending a write.
#[derive(Clone, Debug, PartialEq)]
pub enum Sent {
    /// The charger accepted it.
    Accepted,
    /// The charger refused it.
    Refused(Refusal),
    /// No answer that decides; the write may have been applied.
    Lost(String),
}

impl Sent {
    /// Classifies the answer to a write, in this place only.
    ///
    /// A `Response` with a text is a refusal. With a status of 5xx it is not: something failed in
    /// the charger, before or after it applied the write. That, `{"Response":null}` and any other
    /// answer that is neither acceptance nor refusal are read back.
    pub fn of(reply: &Reply) -> Self {
        match reply.json() {
            Ok(_) => Self::Accepted,
            Err(ReplyError::Refused(refusal)) if refusal.status < 500 => Self::Refused(refusal),
            Err(error) => Self::Lost(format!("The charger's answer: {error}.")),
        }
    }
}

/// The next step of the caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Read `/control` after this pause and call [`ReadBack::observe`].
    Read(Duration),
    /// Finished.
    Done(WriteAnswer),
}

/// Decides the outcome of one write.
#[derive(Clone, Debug)]
pub struct ReadBack {
    write: ControlWrite,
    since: Moment,
    pause: Duration,
    limit: Duration,
    lost: Option<String>,
    last: Option<Control>,
    shown: BTreeMap<&'static str, bool>,
}

impl ReadBack {
    /// Begins after the write was sent. A refusal is final at once.
    pub fn begin(write: ControlWrite, now: Moment, sent: Sent) -> (Self, Step) {
        let mut this = Self {
            write,
            since: now,
            pause: READ_BACK_PAUSE,
            limit: READ_BACK_LIMIT,
            lost: None,
            last: None,
            shown: BTreeMap::new(),
        };
        let step = match sent {
            Sent::Accepted => Step::Read(Duration::ZERO),
            Sent::Lost(reason) => {
                this.lost = Some(reason);
                Step::Read(Duration::ZERO)
            }
            Sent::Refused(refusal) => {
                let message = Some(refusal.to_string());
                Step::Done(this.answer(|_| Outcome::Refused, message))
            }
        };
        (this, step)
    }

    /// Reads back at another pace than [`READ_BACK_PAUSE`] and [`READ_BACK_LIMIT`].
    #[must_use]
    pub const fn paced(mut self, pause: Duration, limit: Duration) -> Self {
        self.pause = pause;
        self.limit = limit;
        self
    }

    /// Takes a reading of `/control`, or `None` if it could not be read.
    pub fn observe(&mut self, now: Moment, control: Option<Control>) -> Step {
        if let Some(control) = control {
            self.last = Some(control);
            for command in self.write.commands() {
                if let Some(shown) = command.shown_by(&control) {
                    self.shown.insert(command.key(), shown);
                }
            }
        }
        let all_shown =
            self.write.commands().all(|command| self.shown.get(command.key()) == Some(&true));
        // Any reading may verify; only the last one may decide against the write.
        if all_shown || now.since(self.since) >= self.limit {
            return Step::Done(self.verdict());
        }
        Step::Read(self.pause)
    }

    /// Decides at once, because no more can be read: a value that does not show yet is `Unknown`,
    /// for `reason`.
    pub fn cut_short(mut self, reason: &str) -> WriteAnswer {
        self.lost.get_or_insert_with(|| reason.to_owned());
        self.verdict()
    }

    fn verdict(&self) -> WriteAnswer {
        let of = |key: &str| match self.shown.get(key) {
            Some(true) => Outcome::Verified,
            Some(false) if self.lost.is_none() => Outcome::Mismatch,
            _ => Outcome::Unknown,
        };
        let mut answer = self.answer(of, None);
        answer.message = match answer.outcome {
            Outcome::Verified | Outcome::Refused => None,
            Outcome::Mismatch => Some(format!(
                "The charger accepted the change but shows {}.",
                self.last.map(|last| self.shown_values(&last)).unwrap_or_default()
            )),
            Outcome::Unknown => Some(self.lost.clone().unwrap_or_else(|| {
                "The charger accepted the change but its settings could not be read.".to_owned()
            })),
        };
        answer
    }

    fn answer(&self, of: impl Fn(&str) -> Outcome, message: Option<String>) -> WriteAnswer {
        // Inserted one by one: collecting would sort first, which weighs 9 kB on the page.
        let mut keys = BTreeMap::new();
        for command in self.write.commands() {
            keys.insert(command.key().to_owned(), of(command.key()));
        }
        let worst = [Outcome::Refused, Outcome::Unknown, Outcome::Mismatch]
            .into_iter()
            .find(|outcome| keys.values().any(|of_key| of_key == outcome));
        WriteAnswer {
            outcome: worst.unwrap_or(Outcome::Verified),
            keys,
            control: self.last,
            message,
        }
    }

    fn shown_values(&self, control: &Control) -> String {
        use nrgkick_model::document::Document as _;
        let readings = control.readings();
        let values: Vec<_> = self
            .write
            .commands()
            .filter_map(|command| {
                let field = command.field();
                let number = readings.reported(field.id)?.number()?;
                let number = shortest(number);
                Some(
                    format!("{} {number} {}", field.label(), field.unit.symbol()).trim().to_owned(),
                )
            })
            .collect();
        values.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nrgkick_model::command::{ChargingCurrent, Command, PhaseCount};

    fn at(milliseconds: u64) -> Moment {
        Moment::from_millis(milliseconds)
    }

    fn current(amperes: f64) -> Command {
        Command::CurrentSet(ChargingCurrent::from_amperes(amperes).unwrap())
    }

    fn shows(amperes: f64) -> Option<Control> {
        Some(Control { current_set: Some(amperes), phase_count: Some(0), ..Control::default() })
    }

    fn begin(sent: Sent) -> ReadBack {
        ReadBack::begin(current(16.0).into(), at(0), sent).0
    }

    fn done(step: Step) -> WriteAnswer {
        match step {
            Step::Done(answer) => answer,
            Step::Read(_) => panic!("not done"),
        }
    }

    #[test]
    fn a_value_that_shows_after_two_seconds_is_verified() {
        let mut read_back = begin(Sent::Accepted);
        assert_eq!(read_back.observe(at(0), shows(6.0)), Step::Read(READ_BACK_PAUSE));
        assert_eq!(read_back.observe(at(1_500), None), Step::Read(READ_BACK_PAUSE));
        let answer = done(read_back.observe(at(2_000), shows(16.0)));
        assert_eq!(answer.outcome, Outcome::Verified);
        assert_eq!(answer.keys["current_set"], Outcome::Verified);
        assert_eq!(answer.message, None);
    }

    #[test]
    fn a_mismatch_comes_from_the_last_reading_and_says_what_is_shown() {
        let mut read_back = begin(Sent::Accepted);
        assert_eq!(read_back.observe(at(5_999), shows(6.0)), Step::Read(READ_BACK_PAUSE));
        let answer = done(read_back.observe(at(6_000), shows(10.0)));
        assert_eq!(answer.outcome, Outcome::Mismatch);
        assert_eq!(
            answer.message.unwrap(),
            "The charger accepted the change but shows Set current 10 A."
        );
    }

    #[test]
    fn a_refusal_is_final_and_keeps_the_chargers_words() {
        let refusal = Refusal::new(406, Refusal::INVALID_CURRENT);
        let (_, step) = ReadBack::begin(current(16.0).into(), at(0), Sent::Refused(refusal));
        let answer = done(step);
        assert_eq!(answer.outcome, Outcome::Refused);
        assert_eq!(answer.message.as_deref(), Some(Refusal::INVALID_CURRENT));
    }

    #[test]
    fn what_was_sent_is_decided_by_status_and_body() {
        const YES: &str = "accepted";
        const NO: &str = "refused";
        const READ_BACK: &str = "read back";
        let text = r#"{"Response":"Charging pause is blocked by solar-charging"}"#;
        let null = r#"{"Response":null}"#;
        let echo = r#"{"current_set":16.0}"#;
        for (status, of_text, of_null, of_echo, of_nothing) in [
            (200, NO, READ_BACK, YES, READ_BACK),
            (204, NO, READ_BACK, YES, READ_BACK),
            (302, NO, READ_BACK, READ_BACK, READ_BACK),
            (400, NO, READ_BACK, READ_BACK, READ_BACK),
            (401, NO, NO, NO, NO),
            (405, NO, READ_BACK, READ_BACK, READ_BACK),
            (406, NO, READ_BACK, READ_BACK, READ_BACK),
            (500, READ_BACK, READ_BACK, READ_BACK, READ_BACK),
            (502, READ_BACK, READ_BACK, READ_BACK, READ_BACK),
            (503, READ_BACK, READ_BACK, READ_BACK, READ_BACK),
        ] {
            let bodies = [(text, of_text), (null, of_null), (echo, of_echo), ("", of_nothing)];
            for (body, expected) in bodies {
                let found = match Sent::of(&Reply { status, body: body.into() }) {
                    Sent::Accepted => YES,
                    Sent::Refused(_) => NO,
                    Sent::Lost(_) => READ_BACK,
                };
                assert_eq!(found, expected, "{status} {body}");
            }
        }
    }

    #[test]
    fn a_read_back_that_is_cut_short_claims_no_mismatch() {
        let mut read_back = begin(Sent::Accepted);
        assert!(matches!(read_back.observe(at(500), shows(6.0)), Step::Read(_)));
        let answer = read_back.cut_short("The server is stopping.");
        assert_eq!(answer.outcome, Outcome::Unknown);
        assert_eq!(answer.message.as_deref(), Some("The server is stopping."));
    }

    #[test]
    fn a_lost_reply_is_verified_by_reading_back_and_otherwise_unknown() {
        let lost = || begin(Sent::Lost("no answer within 5 s".into()));
        assert_eq!(done(lost().observe(at(500), shows(16.0))).outcome, Outcome::Verified);
        let answer = done(lost().observe(at(6_000), shows(6.0)));
        assert_eq!(answer.outcome, Outcome::Unknown);
        assert_eq!(answer.message.as_deref(), Some("no answer within 5 s"));
        assert_eq!(done(lost().observe(at(6_000), None)).outcome, Outcome::Unknown);
    }

    #[test]
    fn the_pace_is_the_callers() {
        let pause = Duration::from_millis(20);
        let mut read_back = begin(Sent::Accepted).paced(pause, Duration::from_millis(50));
        assert_eq!(read_back.observe(at(49), shows(6.0)), Step::Read(pause));
        assert_eq!(done(read_back.observe(at(50), shows(6.0))).outcome, Outcome::Mismatch);
    }

    #[test]
    fn phases_that_are_being_switched_are_waited_for() {
        let write = ControlWrite::from(Command::PhaseCount(PhaseCount::One));
        let (mut read_back, _) = ReadBack::begin(write, at(0), Sent::Accepted);
        assert!(matches!(read_back.observe(at(0), shows(6.0)), Step::Read(_)));
        let switched = Control { phase_count: Some(1), ..Control::default() };
        assert_eq!(done(read_back.observe(at(500), Some(switched))).outcome, Outcome::Verified);
    }

    #[test]
    fn the_worst_key_decides_for_the_whole() {
        let write = ControlWrite::from(current(16.0)).with(Command::PhaseCount(PhaseCount::One));
        let (mut read_back, _) = ReadBack::begin(write, at(0), Sent::Accepted);
        let answer = done(read_back.observe(at(6_000), shows(16.0)));
        assert_eq!(answer.keys["current_set"], Outcome::Verified);
        assert_eq!(answer.keys["phase_count"], Outcome::Unknown, "0 phases are no reading");
        assert_eq!(answer.outcome, Outcome::Unknown);
    }

    #[test]
    fn a_setting_that_changes_back_is_not_verified() {
        let write = ControlWrite::from(current(16.0)).with(Command::ChargePause(true));
        let (mut read_back, _) = ReadBack::begin(write, at(0), Sent::Accepted);
        let control = |current, pause| {
            Some(Control {
                current_set: Some(current),
                charge_pause: Some(pause),
                ..Control::default()
            })
        };
        assert!(matches!(read_back.observe(at(0), control(16.0, false)), Step::Read(_)));
        assert!(matches!(read_back.observe(at(500), control(6.0, true)), Step::Read(_)));
        let answer = done(read_back.observe(at(6_000), control(6.0, true)));
        assert_eq!(answer.outcome, Outcome::Mismatch);
    }
}
