//! The state of the link to a charger, and its last documents.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use gateway_api::link::{LOST_AFTER, LinkState, STALE_AFTER};
use nrgkick_model::Readings;
use nrgkick_model::field::{DocumentName, FieldId};
use tokio::time::Instant;

use crate::address::Place;
use crate::charger::{Answer, RegisterRange};

/// Written by the owner and read by the routes; never locked across an await.
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
    answers_since: Option<SystemTime>,
    misses: u32,
    error: Option<String>,
    simulated: bool,
    open: bool,
    rated: Option<f64>,
    registers: Vec<RegisterRange>,
    /// The last complete document of each kind.
    documents: [Option<Kept>; DocumentName::ALL.len()],
    /// The end of the last write: what was asked for before may be outdated.
    written: Option<Instant>,
}

/// A complete document, and the time at which the charger was asked for it.
#[derive(Clone, Debug)]
struct Kept {
    asked: Instant,
    answer: Arc<Answer>,
}

/// A copy of the state of the link.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) link: LinkState,
    pub(crate) since_answer: Option<Duration>,
    /// Time of the first answer after the last failure; `None` while there is none.
    pub(crate) answers_since: Option<SystemTime>,
    pub(crate) error: Option<String>,
    pub(crate) simulated: bool,
    pub(crate) place: Place,
    pub(crate) serial: Option<String>,
    /// For how long the charger has not been met where it should be.
    pub(crate) absent_for: Option<Duration>,
    /// Set if the charger takes commands from anyone who reaches it.
    pub(crate) open: bool,
}

/// The news in an `/info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Learnt {
    /// The charger is simulated, which was not known.
    pub(crate) is_simulation_news: bool,
    /// The serial number has changed: another charger answers at this address.
    pub(crate) is_another: bool,
}

/// The situation before an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answered {
    /// It is the first answer since the start.
    First,
    /// It follows at least one failure.
    Again,
    /// It follows an answer.
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
            answers_since: None,
            documents: [None, None, None],
            written: None,
        }))
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut State) -> T) -> T {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Records an answer with the requested content.
    pub(crate) fn answered(&self, now: Instant) -> Answered {
        self.with(|state| {
            let answered = match (state.last_answer, state.misses) {
                (None, _) => Answered::First,
                (Some(_), 0) => Answered::Still,
                (Some(_), _) => Answered::Again,
            };
            (state.first_miss, state.last_answer) = (None, Some(now));
            (state.misses, state.error) = (0, None);
            state.answers_since.get_or_insert_with(SystemTime::now);
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

    /// Records a failure. Returns `true` if it is the first in a row.
    pub(crate) fn missed(&self, now: Instant, error: String) -> bool {
        self.with(|state| {
            state.first_miss.get_or_insert(now);
            state.misses = state.misses.saturating_add(1);
            (state.error, state.answers_since) = (Some(error), None);
            state.misses == 1
        })
    }

    /// Records whether the charger answers without a password. Returns `true` if it has become
    /// open.
    pub(crate) fn opened(&self, open: bool) -> bool {
        self.with(|state| {
            let was_open = std::mem::replace(&mut state.open, open);
            open && !was_open
        })
    }

    /// Takes rated current, simulation and serial number from an `/info`. Another serial number
    /// clears the documents.
    pub(crate) fn learn(&self, info: &Readings) -> Learnt {
        self.with(|state| {
            if let Some(rated) = info.rated_current() {
                state.rated = Some(rated);
            }
            let is_news = info.is_simulated() && !state.simulated;
            let mut is_another = false;
            // An answer may lack the section with the serial number.
            if let Some(serial_number) = info.text(FieldId::SerialNumber) {
                state.simulated = info.is_simulated();
                let before = state.serial.replace(serial_number.to_owned());
                is_another = before.is_some_and(|before| before != serial_number);
                if is_another {
                    state.documents = [None, None, None];
                }
            }
            Learnt { is_simulation_news: is_news, is_another }
        })
    }

    /// Returns the unit's rated current, A; `None` before the first `/info`.
    pub(crate) fn rated(&self) -> Option<f64> {
        self.with(|state| state.rated)
    }

    /// Stores a complete document that was `asked` for then.
    pub(crate) fn keep(&self, document: DocumentName, asked: Instant, answer: &Arc<Answer>) {
        let kept = Kept { asked, answer: Arc::clone(answer) };
        self.with(|state| state.documents[document as usize] = Some(kept));
    }

    /// Returns the last complete `document`, however old.
    pub(crate) fn document(&self, document: DocumentName) -> Option<Arc<Answer>> {
        self.with(|state| Some(Arc::clone(&state.documents[document as usize].as_ref()?.answer)))
    }

    /// Returns the last complete `document` with its age, if it is younger than [`STALE_AFTER`] and
    /// no older than the last write.
    pub(crate) fn fresh(
        &self,
        document: DocumentName,
        now: Instant,
    ) -> Option<(Duration, Arc<Answer>)> {
        self.with(|state| {
            let Kept { asked, answer } = state.documents[document as usize].as_ref()?;
            let age = now.duration_since(*asked);
            let is_outdated = state.written.is_some_and(|written| *asked < written);
            (age < STALE_AFTER && !is_outdated).then(|| (age, Arc::clone(answer)))
        })
    }

    /// Notes that a write is sent, or has its outcome.
    pub(crate) fn wrote(&self, now: Instant) {
        self.with(|state| state.written = Some(now));
    }

    /// Returns the registers of the last documents.
    pub(crate) fn registers(&self) -> Vec<RegisterRange> {
        self.with(|state| state.registers.clone())
    }

    /// Stores the registers of the last documents.
    pub(crate) fn keep_registers(&self, registers: Vec<RegisterRange>) {
        self.with(|state| state.registers = registers);
    }

    pub(crate) fn seen(&self, now: Instant) -> Seen {
        self.with(|state| Seen {
            link: state.link(now),
            since_answer: state.last_answer.map(|at| now.duration_since(at)),
            answers_since: state.answers_since,
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
    /// Applies the page's rule with one difference: without failed reads a charger is not lost, its
    /// data is only stale.
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
        let learnt = |is_simulation_news, is_another| Learnt { is_simulation_news, is_another };
        assert_eq!(status.learn(&simulated), learnt(true, false));
        assert_eq!(status.learn(&simulated), learnt(false, false), "no news");
        assert_eq!((status.rated(), status.seen(Instant::now()).simulated), (Some(16.0), true));
        status.learn(&info(serde_json::json!({"grid":{}})));
        assert_eq!((status.rated(), status.seen(Instant::now()).simulated), (Some(16.0), true));
        let other = info(serde_json::json!({"general":{"serial_number":"T10000001A"}}));
        assert_eq!(status.learn(&other), learnt(false, true));
        assert!(!status.seen(Instant::now()).simulated);
    }
}
