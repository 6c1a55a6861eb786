//! The state of the charger in one sentence, with the hue that goes with it.
//!
//! Plain logic over the documents: no signal, no browser. The sentence says what is going on,
//! the reason why, or what to do about it.

use nrgkick_model::code::{
    ChargingStatus, Code, ErrorCode, RcdTrigger, Relay, RelayState, WarningCode,
};
use nrgkick_model::field::FieldId;
use nrgkick_model::snapshot::Snapshot;

use crate::format;
use crate::words::en;

/// What a hue means. Each has exactly one.
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
    /// The word that the style sheet knows it by.
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
    /// What is going on.
    pub text: String,
    /// Why, or what to do; may be empty.
    pub reason: String,
}

impl Sentence {
    /// A sentence of these words.
    pub fn new(tone: Tone, text: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { tone, text: text.into(), reason: reason.into() }
    }
}

/// The least power, in W, that counts as charging: below it the electronics of charger and
/// vehicle may explain it (an idle charger reports about 1 W).
const FLOWING: f64 = 50.0;

/// The codes that the state is made of.
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    /// What the charger is doing.
    pub status: Option<ChargingStatus>,
    /// The reported error.
    pub error: Option<ErrorCode>,
    /// The residual-current trip.
    pub trip: Option<RcdTrigger>,
    /// The reported warning.
    pub warning: Option<WarningCode>,
    /// The closed relays.
    relays: Option<RelayState>,
}

impl State {
    /// The codes in `snapshot`.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut state = Self::default();
        for field in [
            FieldId::Status,
            FieldId::ErrorCode,
            FieldId::RcdTrigger,
            FieldId::WarningCode,
            FieldId::RelayState,
        ] {
            match snapshot.code(field) {
                Some(Code::ChargingStatus(code)) => state.status = Some(code),
                Some(Code::ErrorCode(code)) => state.error = Some(code),
                Some(Code::RcdTrigger(code)) => state.trip = Some(code),
                Some(Code::WarningCode(code)) => state.warning = Some(code),
                Some(Code::RelayState(code)) => state.relays = Some(code),
                _ => {}
            }
        }
        state
    }
}

/// What `snapshot` says.
pub fn sentence(snapshot: &Snapshot) -> Sentence {
    let state = State::of(snapshot);
    match state.status {
        Some(ChargingStatus::Error) => fault(&state),
        Some(ChargingStatus::WakeUp) => {
            Sentence::new(Tone::Waiting, "Waking the vehicle", "This can take up to a minute.")
        }
        Some(ChargingStatus::Charging) => charging(&state, snapshot),
        Some(ChargingStatus::Connected) => connected(&state, snapshot),
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
        Some(ChargingStatus::NotReported | ChargingStatus::Unnamed) | None => {
            Sentence::new(Tone::Idle, "State not known", "The charger has not said it yet.")
        }
    }
}

fn is_paused(snapshot: &Snapshot) -> bool {
    snapshot.number(FieldId::ChargePause) == Some(1.0)
}

fn fault(state: &State) -> Sentence {
    let trip = state.trip.filter(|trip| *trip != RcdTrigger::NoFault);
    let error = state.error.filter(|error| *error != ErrorCode::NoError);
    let words = match (error, trip) {
        (Some(error), _) => en::error(error),
        (None, Some(trip)) => en::residual_current(trip),
        (None, None) => en::error(ErrorCode::General),
    };
    Sentence::new(Tone::Error, format!("Error: {}", en::lower_first(&words.name)), words.advice)
}

fn charging(state: &State, snapshot: &Snapshot) -> Sentence {
    if is_paused(snapshot) {
        return Sentence::new(Tone::Waiting, "Pausing", "The vehicle takes some seconds to stop.");
    }
    if snapshot.number(FieldId::ActivePower).is_some_and(|watts| watts.abs() < FLOWING) {
        return Sentence::new(
            Tone::Charging,
            "Charging, with almost no power",
            "The vehicle is full soon, or keeps itself warm.",
        );
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

/// Why the vehicle is offered less than the user allows; empty where it is not.
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

fn connected(state: &State, snapshot: &Snapshot) -> Sentence {
    if is_paused(snapshot) {
        return Sentence::new(Tone::Waiting, "Paused by you", "Resume it when you like.");
    }
    let limit = snapshot.number(FieldId::EnergyLimit).filter(|limit| *limit > 0.0);
    let charged = snapshot.number(FieldId::ChargedEnergy);
    let warned = state.warning == Some(WarningCode::EnergyLimitReached);
    if warned || limit.zip(charged).is_some_and(|(limit, charged)| charged >= limit) {
        let of = limit.map(|limit| format!(" of {}", format::limit(Some(limit)).text()));
        return Sentence::new(
            Tone::Waiting,
            format!("Energy limit{} reached", of.unwrap_or_default()),
            "Raise the limit or remove it to go on.",
        );
    }
    if state.warning == Some(WarningCode::BlackoutProtection) {
        return Sentence::new(Tone::Waiting, "Waiting after a power cut", "It goes on by itself.");
    }
    if snapshot.number(FieldId::ChargePermitted) == Some(0.0) {
        return Sentence::new(
            Tone::Waiting,
            "Charging is not released",
            "Solar charging or a schedule in the NRGkick app may have the say.",
        );
    }
    Sentence::new(
        Tone::Waiting,
        "Connected, not charging",
        "The vehicle asks for no power: it is full, waits for a timer of its own, or is about to begin.",
    )
}

#[cfg(test)]
mod tests;
