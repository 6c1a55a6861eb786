//! What is known of one charger of the list, and what is said of it.

use std::time::Duration;

use gateway_api::snapshot::Snapshot;
use gateway_api::{ChargerState, LinkState};
use nrgkick_model::Readings;
use nrgkick_model::field::{DocumentName, FieldId};
use nrgkick_model::time::Moment;

use crate::format::{self, Quantity};
use crate::sentence::{History, Tone, sentence};
use crate::words::{chargers as words, link};

/// The time for which values are shown. They come every 5 s, and a gateway's are up to 6 s old then.
const SHOWN_FOR: Duration = Duration::from_secs(12);

/// What is known of one charger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glance {
    /// What it does.
    pub told: Told,
    /// Whether it is known to be no real charger.
    pub is_simulated: bool,
    /// The name that it has in the app, where it was asked.
    pub device: Option<String>,
}

/// What a charger was last known to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Told {
    /// Nothing yet.
    #[default]
    Nothing,
    /// These values.
    Values(Box<Snapshot>),
    /// The gateway has not found it in the network.
    Searching,
    /// It does not answer the gateway any more.
    Lost,
    /// It gave no values, for this reason.
    Failed(String),
}

/// What is said of a charger.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The hue.
    pub tone: Tone,
    /// What it does, in words.
    pub state: String,
    /// The power, or a dash.
    pub power: Quantity,
}

impl Told {
    /// Measured values that were asked for at `at`.
    pub fn values(at: Moment, readings: Readings) -> Self {
        Self::Values(Box::new(Snapshot::default().with(at, DocumentName::Values, readings)))
    }

    /// The values of the charger that the page shows, as long as it holds them for current.
    pub fn of_page(link: LinkState, current: Option<Snapshot>) -> Self {
        match (link, current) {
            (LinkState::Lost, _) => Self::Lost,
            (LinkState::Live | LinkState::Stale, Some(snapshot)) => {
                Self::Values(Box::new(snapshot))
            }
            _ => Self::Nothing,
        }
    }

    /// What follows from a gateway's word that a charger is in `state` and has no fresh values.
    #[must_use]
    pub fn without_values(self, state: ChargerState) -> Self {
        match (state, self) {
            (ChargerState::Searching, _) => Self::Searching,
            // Why it gave none says more.
            (ChargerState::Lost, failed @ Self::Failed(_)) => failed,
            (ChargerState::Lost, _) => Self::Lost,
            (_, Self::Searching | Self::Lost) => Self::Nothing,
            // The values are old, or become so by themselves.
            (ChargerState::Connecting | ChargerState::Live | ChargerState::Stale, told) => told,
        }
    }

    /// What to say of it at `now`. Old values are none, and no value is a dash.
    pub fn shown(&self, now: Moment) -> Shown {
        let without = |state: String| Shown { tone: Tone::Idle, state, power: Quantity::none() };
        match self {
            Self::Nothing => without(link::is_connecting().to_owned()),
            Self::Searching => without(words::searching().to_owned()),
            Self::Lost => without(link::charger_silent().to_owned()),
            Self::Failed(reason) => without(reason.clone()),
            Self::Values(snapshot) => match snapshot.age(now) {
                Some(age) if age < SHOWN_FOR => {
                    let said = sentence(snapshot, History::default().after(snapshot, false));
                    let power = format::power(snapshot.number(FieldId::ActivePower));
                    Shown { tone: said.tone, state: said.text, power }
                }
                _ => without(words::old().to_owned()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_millis(seconds * 1_000)
    }

    fn charging() -> Told {
        let values = serde_json::json!({"general": {"status": 3, "relay_state": 7},
            "powerflow": {"total_active_power": 11_040.0}});
        Told::values(at(100), Readings::from_json(DocumentName::Values, &values).unwrap())
    }

    #[test]
    fn fresh_values_are_a_state_and_a_power() {
        let shown = charging().shown(at(111));
        assert_eq!((shown.tone, shown.power.text().as_str()), (Tone::Charging, "11.04 kW"));
        assert!(shown.state.starts_with("Charging"), "{}", shown.state);
    }

    #[test]
    fn whoever_gives_no_fresh_values_has_a_dash_and_never_zero() {
        let failed = Told::Failed("The charger takes too long to answer.".into());
        for told in [Told::Nothing, Told::Searching, Told::Lost, failed, charging()] {
            let shown = told.shown(at(112));
            assert_eq!((shown.tone, shown.power), (Tone::Idle, Quantity::none()), "{told:?}");
            assert!(!shown.state.is_empty());
        }
        let empty = Told::values(at(100), Readings::default());
        assert_eq!(empty.shown(at(100)).power, Quantity::none());
    }

    #[test]
    fn a_gateway_without_values_tells_who_is_gone_and_keeps_the_rest() {
        let failed = || Told::Failed("no".into());
        for (before, state, after) in [
            (charging(), ChargerState::Stale, charging()),
            (charging(), ChargerState::Lost, Told::Lost),
            (failed(), ChargerState::Lost, failed()),
            (failed(), ChargerState::Connecting, failed()),
            (Told::Lost, ChargerState::Live, Told::Nothing),
            (Told::Nothing, ChargerState::Searching, Told::Searching),
            (Told::Searching, ChargerState::Connecting, Told::Nothing),
        ] {
            assert_eq!(before.without_values(state), after, "{state:?}");
        }
    }
}
