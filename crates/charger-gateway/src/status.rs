//! What is known of reaching one charger: written by its owner, read by `/healthz`.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gateway_api::link::{LOST_AFTER, LinkState, STALE_AFTER};
use nrgkick_model::Readings;
use nrgkick_model::field::FieldId;
use tokio::time::Instant;

use crate::address::Place;
use crate::charger::RegisterRange;

/// Shared by the owner and the routes; never locked across a wait.
#[derive(Debug)]
pub(crate) struct Status(Mutex<State>);

#[derive(Clone, Debug)]
struct State {
    place: Place,
    /// As it was last read from the charger itself, or else as it was announced.
    serial: Option<String>,
    absent_since: Option<Instant>,
    /// Why it does not answer and what to do, where that is known.
    hint: Option<String>,
    first_miss: Option<Instant>,
    last_answer: Option<Instant>,
    misses: u32,
    error: Option<String>,
    simulated: bool,
    open: bool,
    rated: Option<f64>,
    registers: Vec<RegisterRange>,
}

/// A copy of what is known at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) link: LinkState,
    pub(crate) since_answer: Option<Duration>,
    pub(crate) error: Option<String>,
    pub(crate) simulated: bool,
    pub(crate) place: Place,
    pub(crate) serial: Option<String>,
    /// For how long the charger has not been met where it should be.
    pub(crate) absent_for: Option<Duration>,
    /// Whether the charger takes commands from whoever reaches it.
    pub(crate) open: bool,
}

/// What an answer follows upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// Nothing: it is the first since the start.
    First,
    /// At least one that failed.
    Again,
    /// An answer.
    Still,
}

impl Status {
    /// Of a charger at `place` that nobody has asked yet.
    pub(crate) fn new(place: Place) -> Self {
        Self(Mutex::new(State {
            place,
            serial: None,
            absent_since: None,
            hint: None,
            first_miss: None,
            last_answer: None,
            misses: 0,
            error: None,
            simulated: false,
            open: false,
            rated: None,
            registers: Vec::new(),
        }))
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut State) -> T) -> T {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The charger answered with what was asked for.
    pub(crate) fn answered(&self, now: Instant) -> Answered {
        self.with(|state| {
            let answered = match (state.last_answer, state.misses) {
                (None, _) => Answered::First,
                (Some(_), 0) => Answered::Still,
                (Some(_), _) => Answered::Again,
            };
            (state.first_miss, state.last_answer) = (None, Some(now));
            (state.misses, state.error) = (0, None);
            (state.absent_since, state.hint) = (None, None);
            answered
        })
    }

    /// A charger is where it should be, though it said no.
    pub(crate) fn present(&self) {
        self.with(|state| state.absent_since = None);
    }

    /// Nobody is there, or something that is no charger.
    pub(crate) fn absent(&self, now: Instant) {
        self.with(|state| {
            state.absent_since.get_or_insert(now);
        });
    }

    /// Keeps why it does not answer, until it does. Returns whether that is news.
    pub(crate) fn explain(&self, hint: &str) -> bool {
        self.with(|state| state.hint.replace(hint.to_owned()).is_none_or(|known| known != hint))
    }

    /// Why it does not answer, where that is known.
    pub(crate) fn hint(&self) -> Option<String> {
        self.with(|state| state.hint.clone())
    }

    /// It has moved.
    pub(crate) fn moved(&self, to: SocketAddr) {
        self.with(|state| {
            state.place = Place::At(to);
            state.absent_since = None;
        });
    }

    /// Takes `serial` for its number until it was read.
    pub(crate) fn expect(&self, serial: Option<String>) {
        self.with(|state| state.serial = serial);
    }

    /// The charger did not. Returns whether this is the first time in a row.
    pub(crate) fn missed(&self, now: Instant, error: String) -> bool {
        self.with(|state| {
            state.first_miss.get_or_insert(now);
            state.misses = state.misses.saturating_add(1);
            state.error = Some(error);
            state.misses == 1
        })
    }

    /// The charger answered without a password, or asked for one. Returns whether it is news that it
    /// is open.
    pub(crate) fn opened(&self, open: bool) -> bool {
        self.with(|state| {
            let was_open = std::mem::replace(&mut state.open, open);
            open && !was_open
        })
    }

    /// Learns from an `/info`. Returns whether it is news that the data is simulated.
    pub(crate) fn learn(&self, info: &Readings) -> bool {
        self.with(|state| {
            if let Some(rated) = info.rated_current() {
                state.rated = Some(rated);
            }
            let is_news = info.is_simulated() && !state.simulated;
            // An answer without the section that holds the serial number says nothing about it.
            if let Some(serial) = info.text(FieldId::SerialNumber) {
                state.serial = Some(serial.to_owned());
                state.simulated = info.is_simulated();
            }
            is_news
        })
    }

    /// The unit's rated current, A; nothing before an `/info` was seen.
    pub(crate) fn rated(&self) -> Option<f64> {
        self.with(|state| state.rated)
    }

    /// The registers of which the last documents were made.
    pub(crate) fn registers(&self) -> Vec<RegisterRange> {
        self.with(|state| state.registers.clone())
    }

    /// Keeps `registers` for who asks for them.
    pub(crate) fn keep_registers(&self, registers: Vec<RegisterRange>) {
        self.with(|state| state.registers = registers);
    }

    pub(crate) fn seen(&self, now: Instant) -> Seen {
        self.with(|state| Seen {
            link: state.link(now),
            since_answer: state.last_answer.map(|at| now.duration_since(at)),
            error: state.error.clone(),
            simulated: state.simulated,
            place: state.place,
            serial: state.serial.clone(),
            absent_for: state.absent_since.map(|since| now.duration_since(since)),
            open: state.open,
        })
    }
}

impl State {
    /// The page's rule, but for one thing: a charger that nobody asks is not lost, its data is
    /// merely old.
    fn link(&self, now: Instant) -> LinkState {
        let beyond =
            |at: Option<Instant>, limit| at.is_some_and(|at| now.duration_since(at) >= limit);
        match self.last_answer {
            None if beyond(self.first_miss, LOST_AFTER) => LinkState::Lost,
            None => LinkState::Connecting,
            answer if self.misses > 0 && beyond(answer, LOST_AFTER) => LinkState::Lost,
            answer if beyond(answer, STALE_AFTER) => LinkState::Stale,
            Some(_) => LinkState::Live,
        }
    }
}

#[cfg(test)]
mod tests {
    use nrgkick_model::field::DocumentName;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_charger_is_connecting_live_stale_and_lost() {
        let status = Status::new(Place::Named);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let link = |seconds| status.seen(at(seconds)).link;
        assert_eq!(link(100), LinkState::Connecting, "nobody has asked yet");
        assert!(status.missed(at(100), "refused".into()));
        assert!(!status.missed(at(110), "refused".into()));
        assert_eq!(link(129), LinkState::Connecting);
        assert_eq!(link(130), LinkState::Lost);
        assert_eq!(status.answered(at(140)), Answered::First);
        assert_eq!(status.answered(at(141)), Answered::Still);
        assert_eq!((link(142), status.seen(at(142)).error), (LinkState::Live, None));
        assert_eq!(link(151), LinkState::Stale);
        assert_eq!(link(1_000), LinkState::Stale, "nobody asks: old, not lost");
        status.missed(at(1_000), "silence".into());
        assert_eq!(link(1_000), LinkState::Lost);
        assert_eq!(status.seen(at(1_000)).error.as_deref(), Some("silence"));
        assert_eq!(status.answered(at(1_001)), Answered::Again);
    }

    #[test]
    fn the_rated_current_and_the_simulation_are_learnt_from_info() {
        let status = Status::new(Place::Named);
        let info = |json| Readings::from_json(DocumentName::Info, &json).unwrap();
        let simulated =
            info(serde_json::json!({"general":{"serial_number":"SIMULATED1","rated_current":16}}));
        assert_eq!(status.rated(), None);
        assert!(status.learn(&simulated), "news");
        assert!(!status.learn(&simulated), "no news");
        assert_eq!((status.rated(), status.seen(Instant::now()).simulated), (Some(16.0), true));
        status.learn(&info(serde_json::json!({"grid":{}})));
        assert_eq!((status.rated(), status.seen(Instant::now()).simulated), (Some(16.0), true));
    }
}
