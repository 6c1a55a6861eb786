//! The faults, worst first, and each advice once.

use nrgkick_model::code::{ChargingStatus, ErrorCode, RcdTrigger, WarningCode};

use super::{State, Tone};
use crate::words::{self, FaultText, Remedy};

/// A reported fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its hue.
    pub tone: Tone,
    /// Its name.
    pub title: String,
    /// The advice; empty where a fault before it has the same.
    pub advice: &'static str,
}

/// All faults that the charger reports. Those in the hue of an error come first: a trip of the
/// residual-current device, missing protective earth, the error. The first of it is the
/// state's own sentence, whatever the charger still does.
pub fn faults(state: &State) -> Vec<Fault> {
    let trip = state.trip.filter(|trip| *trip != RcdTrigger::NoFault);
    let warning = state.warning.filter(|warning| *warning != WarningCode::NoWarning);
    let earth = warning == Some(WarningCode::NoProtectiveEarth);
    let failed = state.status == Some(ChargingStatus::Error);
    let error = match state.error {
        // The trip says more.
        Some(ErrorCode::ResidualCurrent) if trip.is_some() => None,
        None | Some(ErrorCode::NoError) => {
            (failed && trip.is_none() && !earth).then_some(ErrorCode::General)
        }
        error => error,
    };
    let warned = warning.map(words::warning);
    // A limit that is reached is told by the state.
    let milder = warned.clone().filter(|words| !earth && words.remedy != Remedy::Limit);
    let mut all: Vec<Fault> = Vec::new();
    let (of_error, of_warning) = (words::error_state as fn(&str) -> String, words::warning_state);
    for (tone, title, found) in [
        (Tone::Error, of_error, trip.map(words::residual_current)),
        (Tone::Error, of_warning, warned.filter(|_| earth)),
        (Tone::Error, of_error, error.map(words::error)),
        (Tone::Waiting, of_warning, milder),
    ] {
        if let Some(FaultText { name, remedy }) = found {
            let advice = remedy.text();
            let said = all.iter().any(|fault| fault.advice == advice);
            all.push(Fault { tone, title: title(&name), advice: if said { "" } else { advice } });
        }
    }
    all
}
