//! The state of the charger in one sentence, with the hue that goes with it.
//!
//! Plain logic over the documents and what they said a moment ago: no signal, no browser. The
//! sentence says what is going on, the reason why, or what to do about it. A reason that cannot be
//! known is not given.

mod fault;
mod history;
mod state;

use gateway_api::snapshot::Snapshot;
use nrgkick_model::code::{ChargingStatus, Relay, WarningCode};
use nrgkick_model::field::FieldId;

use crate::format;
pub use fault::{Fault, faults};
pub use history::History;
pub use state::State;
use state::{Blocker, is_paused};

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
    /// Whether changing the energy limit ends the state.
    pub at_limit: bool,
}

impl Sentence {
    /// A sentence of these words.
    pub fn new(tone: Tone, text: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { tone, text: text.into(), reason: reason.into(), at_limit: false }
    }
}

/// The state in `snapshot`, as the last one of `history`.
pub fn sentence(snapshot: &Snapshot, history: History) -> Sentence {
    let state = State::of(snapshot);
    let power_flows = history::power_flows(&state, snapshot);
    let worst = faults(&state).into_iter().next().filter(|fault| fault.tone == Tone::Error);
    if let Some(Fault { tone, mut title, advice }) = worst {
        if power_flows {
            title += ", and power flows";
        }
        return Sentence::new(tone, title, advice);
    }
    let waits = |text: &str, reason: &str| Sentence::new(Tone::Waiting, text, reason);
    match history.overrun() {
        Some(true) => {
            return waits(
                "Warning: still charging although paused",
                "To stop it, unplug the vehicle. If pausing keeps failing, ask those who service \
                 the charger.",
            );
        }
        Some(false) => return waits("Pausing", "The vehicle takes some seconds to stop."),
        None => {}
    }
    let is_there = matches!(
        state.status,
        Some(ChargingStatus::Connected | ChargingStatus::Charging | ChargingStatus::WakeUp)
    );
    if history.is_switching() && is_there {
        return waits("Switching phases", "Charging goes on in some seconds.");
    }
    match state.status {
        Some(ChargingStatus::WakeUp) => {
            waits("Waking the vehicle", "This can take up to a minute.")
        }
        Some(ChargingStatus::Charging) => charging(&state, snapshot, history, power_flows),
        Some(ChargingStatus::Connected) => connected(&state, snapshot, history),
        Some(ChargingStatus::Standby) => {
            let paused = is_paused(snapshot);
            let reason = if paused { "Charging is paused, also for the next vehicle." } else { "" };
            Sentence::new(Tone::Idle, "No vehicle connected", reason)
        }
        Some(ChargingStatus::Unknown(number)) => Sentence::new(
            Tone::Idle,
            format!("In a state that this page does not know (code {number})"),
            "The charger's firmware may be newer than this page.",
        ),
        _ => Sentence::new(Tone::Idle, "State not known", "The charger has not said it yet."),
    }
}

fn starting() -> Sentence {
    Sentence::new(Tone::Waiting, "Starting", "The vehicle takes some seconds to begin.")
}

fn charging(state: &State, snapshot: &Snapshot, history: History, power_flows: bool) -> Sentence {
    if !power_flows {
        if is_paused(snapshot) {
            return Sentence::new(Tone::Waiting, "Paused", PAUSED);
        }
        if history.is_starting() {
            return starting();
        }
        let why = if history.is_unsettled() {
            ""
        } else {
            "The vehicle is full soon, or keeps itself warm."
        };
        return Sentence::new(Tone::Charging, "Charging, with almost no power", why);
    }
    let phases = state
        .relays
        .map_or(0, |relays| relays.members().filter(|relay| *relay != Relay::N).count());
    let text = match phases {
        0 => "Charging".to_owned(),
        1 => "Charging on 1 phase".to_owned(),
        more => format!("Charging on {more} phases"),
    };
    Sentence::new(Tone::Charging, text, slowed(state, snapshot))
}

/// The reason why the vehicle is offered less than the user allows; empty where it is not.
fn slowed(state: &State, snapshot: &Snapshot) -> String {
    let offered = snapshot.number(FieldId::SignalledCurrent);
    let (Some(offered), Some(set)) = (offered, snapshot.number(FieldId::CurrentSet)) else {
        return String::new();
    };
    if offered > set - 0.2 {
        return String::new();
    }
    let warm = matches!(
        state.warning,
        Some(
            WarningCode::IncreasedTemperature
                | WarningCode::IncreasedHousingTemperature
                | WarningCode::IncreasedAttachmentTemperature
                | WarningCode::IncreasedDomesticPlugTemperature
        )
    );
    let why = if warm { ", because it is warm" } else { "" };
    let (offered, set) = (format::current(Some(offered)).text(), format::current(Some(set)).text());
    format!("The charger offers {offered} of the {set} you allow{why}.")
}

const PAUSED: &str = "Resume it when you like.";

fn connected(state: &State, snapshot: &Snapshot, history: History) -> Sentence {
    let (text, reason) = match state.blocker(snapshot, false) {
        Some(Blocker::Paused) => ("Paused", PAUSED),
        Some(Blocker::Limit) => {
            let limit = snapshot.number(FieldId::EnergyLimit).filter(|limit| *limit > 0.0);
            let of = limit.map(|limit| format!(" of {}", format::limit(Some(limit)).text()));
            let text = format!("Energy limit{} reached", of.unwrap_or_default());
            let reason = "Raise the limit or remove it to go on.";
            return Sentence { at_limit: true, ..Sentence::new(Tone::Waiting, text, reason) };
        }
        Some(Blocker::PowerCut) => ("Waiting after a power cut", "It goes on by itself."),
        Some(Blocker::NotReleased) => (
            "Charging is not released",
            "Solar charging or a schedule in the NRGkick app may have the say.",
        ),
        _ if history.is_starting() => return starting(),
        _ if history.is_unsettled() => ("Connected, not charging", ""),
        _ => (
            "Connected, not charging",
            "The vehicle asks for no power: it is full, or waits for a timer of its own.",
        ),
    };
    Sentence::new(Tone::Waiting, text, reason)
}

#[cfg(test)]
mod tests;
