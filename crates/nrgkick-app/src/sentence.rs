//! The state of the charger in one sentence, with the hue that goes with it.
//!
//! Plain logic over the documents and what they said a moment ago: no signal, no browser. The
//! sentence says what is going on, the reason why, or what to do about it. A reason that cannot be
//! known is not given.

mod fault;
mod figure;
mod history;
mod state;

use gateway_api::snapshot::Snapshot;
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::field::FieldId;

use crate::format;
use crate::words::{pause, state as words};
pub use fault::{Fault, faults};
pub use figure::Figure;
pub use history::{History, is_switching, power_flows};
pub use state::State;
use state::{Blocker, is_paused};

/// The difference, A, from which on a signalled current is another one than a limit: both are given
/// in tenths, and one step between them may be rounding.
pub const SAME_CURRENT: f64 = 0.2;

/// The meaning of a hue; each has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Power flows.
    Charging,
    /// A vehicle is there and something is waited for.
    Waiting,
    /// Nothing to do.
    Idle,
    /// Something is wrong.
    Error,
}

impl Tone {
    /// The name in the style sheet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Charging => "charging",
            Self::Waiting => "waiting",
            Self::Idle => "idle",
            Self::Error => "error",
        }
    }
}

/// The state in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Its hue.
    pub tone: Tone,
    /// The state.
    pub text: String,
    /// The reason or the advice; may be empty.
    pub reason: String,
    /// Its picture.
    pub figure: Figure,
    /// Whether changing the energy limit ends the state.
    pub at_limit: bool,
}

impl Sentence {
    /// A sentence of these words, with the picture that is usual for its hue.
    pub fn new(tone: Tone, text: impl Into<String>, reason: impl Into<String>) -> Self {
        let (text, reason, figure) = (text.into(), reason.into(), Figure::of(tone));
        Self { tone, text, reason, figure, at_limit: false }
    }

    /// The sentence with another picture.
    #[must_use]
    pub fn drawn(self, figure: Figure) -> Self {
        Self { figure, ..self }
    }
}

/// The state in `snapshot`, as the last one of `history`.
pub fn sentence(snapshot: &Snapshot, history: History) -> Sentence {
    let state = State::of(snapshot);
    let power_flows = power_flows(&state, snapshot);
    let worst = faults(&state).into_iter().next().filter(|fault| fault.tone == Tone::Error);
    if let Some(Fault { tone, mut title, advice }) = worst {
        if power_flows {
            title = words::flowing(&title);
        }
        return Sentence::new(tone, title, advice);
    }
    let begins = |text: &str, reason: &str| {
        Sentence::new(Tone::Waiting, text, reason).drawn(Figure::Beginning)
    };
    match history.overrun() {
        Some(true) => {
            let said = Sentence::new(Tone::Waiting, pause::ignored(), pause::ignored_why());
            return said.drawn(Figure::Warned);
        }
        Some(false) => return begins(pause::pausing(), pause::pausing_why()),
        None => {}
    }
    let is_there = matches!(
        state.status,
        Some(ChargingStatus::Connected | ChargingStatus::Charging | ChargingStatus::WakeUp)
    );
    if history.is_switching() && is_there {
        return begins(words::switching(), words::switching_why());
    }
    match state.status {
        Some(ChargingStatus::WakeUp) => begins(words::waking(), words::waking_why()),
        Some(ChargingStatus::Charging) => charging(&state, snapshot, history, power_flows),
        Some(ChargingStatus::Connected) => connected(&state, snapshot, history),
        Some(ChargingStatus::Standby) => {
            let paused = is_paused(snapshot);
            let reason = if paused { words::no_vehicle_paused() } else { "" };
            Sentence::new(Tone::Idle, words::no_vehicle(), reason).drawn(Figure::NoVehicle)
        }
        Some(ChargingStatus::Unknown(number)) => {
            Sentence::new(Tone::Idle, words::unlisted(&number.to_string()), words::unlisted_why())
        }
        _ => Sentence::new(Tone::Idle, words::not_said(), words::not_said_why()),
    }
}

fn starting() -> Sentence {
    let said = Sentence::new(Tone::Waiting, words::starting(), words::starting_why());
    said.drawn(Figure::Beginning)
}

fn charging(state: &State, snapshot: &Snapshot, history: History, power_flows: bool) -> Sentence {
    if !power_flows {
        if is_paused(snapshot) {
            let said = Sentence::new(Tone::Waiting, pause::paused(), pause::paused_why());
            return said.drawn(Figure::Paused);
        }
        if history.is_starting() {
            return starting();
        }
        let why = if history.is_unsettled() { "" } else { words::trickle_why() };
        return Sentence::new(Tone::Charging, words::trickle(), why);
    }
    let text = match state.closed_phases() {
        0 => words::charging().to_owned(),
        phases => words::charging_on(phases as u64),
    };
    Sentence::new(Tone::Charging, text, slowed(state, snapshot))
}

/// The reason why the vehicle is offered less than the user allows; empty where it is not.
fn slowed(state: &State, snapshot: &Snapshot) -> String {
    let offered = snapshot.number(FieldId::SignalledCurrent);
    let (Some(offered), Some(set)) = (offered, snapshot.number(FieldId::CurrentSet)) else {
        return String::new();
    };
    if offered > set - SAME_CURRENT {
        return String::new();
    }
    let (offered, set) = (format::current(Some(offered)).text(), format::current(Some(set)).text());
    if state.is_warm() { words::slowed_warm(&offered, &set) } else { words::slowed(&offered, &set) }
}

fn connected(state: &State, snapshot: &Snapshot, history: History) -> Sentence {
    let (figure, text, reason) = match state.blocker(snapshot, false) {
        Some(Blocker::Paused) => (Figure::Paused, pause::paused(), pause::paused_why()),
        Some(Blocker::Limit) => {
            let limit = snapshot.number(FieldId::EnergyLimit).filter(|limit| *limit > 0.0);
            let text = match limit {
                Some(limit) => words::limit_of_reached(&format::limit(Some(limit)).text()),
                None => words::limit_reached().to_owned(),
            };
            let said = Sentence::new(Tone::Waiting, text, words::limit_reached_why());
            return Sentence { at_limit: true, ..said.drawn(Figure::LimitReached) };
        }
        Some(Blocker::PowerCut) => (Figure::Held, words::power_cut(), words::power_cut_why()),
        Some(Blocker::NotReleased) => {
            (Figure::Held, words::not_released(), words::not_released_why())
        }
        _ if history.is_starting() => return starting(),
        _ if history.is_unsettled() => (Figure::Connected, words::idle(), ""),
        _ => (Figure::Connected, words::idle(), words::idle_why()),
    };
    Sentence::new(Tone::Waiting, text, reason).drawn(figure)
}

#[cfg(test)]
mod tests;
