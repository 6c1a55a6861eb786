//! The words for warnings, errors and residual-current trips, and what to do about each.

use std::borrow::Cow;

use nrgkick_model::code::{ErrorCode, RcdTrigger, WarningCode};

use super::codes::unknown;

/// The name of a fault and what a person at the charger can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What it is, without a full stop.
    pub name: Cow<'static, str>,
    /// What to do, in whole sentences; empty where nothing is wrong.
    pub advice: &'static str,
}

const REPLUG: &str = "Unplug the vehicle, wait a moment and plug it in again. If it comes back, \
                      try another vehicle to find out which side it is.";
const RESTART: &str = "Unplug the vehicle, pull the charger from the wall for a minute and plug it \
                       in again. If it comes back, stop using it and ask the manufacturer's support.";
const INSTALLATION: &str = "Stop charging here and have the socket and its wiring checked by an \
                            electrician. Another socket may work until then.";
const GRID: &str = "The charger goes on by itself once the grid is back in range. If it happens \
                    often, have an electrician measure at this socket under load.";
const COOL: &str = "Let it cool down, out of the sun, and charge with less current.";
const RESIDUAL: &str = "Unplug the vehicle. If it happens again with this vehicle only, have the \
                        vehicle checked; with any vehicle, the charger and the installation.";

const fn words(name: &'static str, advice: &'static str) -> Words {
    Words { name: Cow::Borrowed(name), advice }
}

fn unlisted(number: Option<u8>) -> Words {
    let name = number.map_or_else(|| "Unknown to this page".into(), unknown);
    Words { name: name.into(), advice: "The NRGkick app may know more about it." }
}

/// The words for a warning.
pub fn warning(code: WarningCode) -> Words {
    match code {
        WarningCode::NoWarning => words("None", ""),
        WarningCode::NoProtectiveEarth => words("No protective earth", INSTALLATION),
        WarningCode::BlackoutProtection => words(
            "Waiting after a power cut",
            "Charging goes on by itself after a while, so that not everyone starts at once.",
        ),
        WarningCode::EnergyLimitReached => words(
            "Energy limit reached",
            "Raise the energy limit or set it to none to go on charging.",
        ),
        WarningCode::VehicleDoesNotComply => {
            words("The vehicle does not keep to the standard", REPLUG)
        }
        WarningCode::UnsupportedChargingMode => {
            words("The vehicle asks for a charging mode that the charger does not have", REPLUG)
        }
        WarningCode::NoAttachment => words(
            "No attachment detected",
            "Push the attachment firmly onto the charger until it locks.",
        ),
        WarningCode::NoCommunicationWithType2 => words(
            "The type 2 attachment does not answer",
            "Take the attachment off, check its contacts and push it on again until it locks.",
        ),
        WarningCode::IncreasedTemperature => {
            words("Warm, charging with less current is possible", COOL)
        }
        WarningCode::IncreasedHousingTemperature => words("The housing is warm", COOL),
        WarningCode::IncreasedAttachmentTemperature => words(
            "The attachment is warm",
            "Charge with less current, and have the socket checked if it stays warm.",
        ),
        WarningCode::IncreasedDomesticPlugTemperature => words(
            "The household plug is warm",
            "Charge with less current, and have the socket checked if it stays warm.",
        ),
        WarningCode::Unknown(number) => unlisted(Some(number)),
        WarningCode::Unnamed => unlisted(None),
    }
}

/// The words for an error.
pub fn error(code: ErrorCode) -> Words {
    match code {
        ErrorCode::NoError => words("None", ""),
        ErrorCode::General => words("General error", RESTART),
        ErrorCode::Attachment32AOn16AUnit => words(
            "32 A attachment on a 16 A charger",
            "Use an attachment for 16 A with this charger.",
        ),
        ErrorCode::VoltageDrop => words("The voltage drops under load", INSTALLATION),
        ErrorCode::Unplugged => words(
            "Plug pulled while charging",
            "Check that the plug sits firmly, then plug the vehicle in again.",
        ),
        ErrorCode::Type2NotAuthorized => words(
            "The charging station has not released charging",
            "Release the station, with its card or app, and plug in again.",
        ),
        ErrorCode::ResidualCurrent => words("Residual current detected", RESIDUAL),
        ErrorCode::ControlPilotVoltage => words("Control pilot: wrong voltage", REPLUG),
        ErrorCode::ControlPilotImpermissible => words("Control pilot: impermissible state", REPLUG),
        ErrorCode::VehicleDiode => words("Diode fault in the vehicle", REPLUG),
        ErrorCode::SelfTestPe => words("Self test failed: protective earth", INSTALLATION),
        ErrorCode::SelfTestRcd => words("Self test failed: residual-current device", RESTART),
        ErrorCode::SelfTestRelay => words("Self test failed: relays", RESTART),
        ErrorCode::SelfTestPeRcd => {
            words("Self test failed: protective earth and residual-current device", RESTART)
        }
        ErrorCode::SelfTestPeRelay => {
            words("Self test failed: protective earth and relays", RESTART)
        }
        ErrorCode::SelfTestRcdRelay => {
            words("Self test failed: residual-current device and relays", RESTART)
        }
        ErrorCode::SelfTestPeRcdRelay => {
            words("Self test failed: protective earth, residual-current device and relays", RESTART)
        }
        ErrorCode::SupplyVoltage => words("Supply voltage out of range", GRID),
        ErrorCode::PhaseShift => words("Phases shifted wrongly", INSTALLATION),
        ErrorCode::Overvoltage => words("Voltage too high", GRID),
        ErrorCode::Undervoltage => words("Voltage too low", GRID),
        ErrorCode::OvervoltageWithoutPe => {
            words("Voltage too high, and no protective earth", INSTALLATION)
        }
        ErrorCode::UndervoltageWithoutPe => {
            words("Voltage too low, and no protective earth", INSTALLATION)
        }
        ErrorCode::Underfrequency => words("Grid frequency too low", GRID),
        ErrorCode::Overfrequency => words("Grid frequency too high", GRID),
        ErrorCode::UnknownFrequencyType => words("Grid frequency not recognised", INSTALLATION),
        ErrorCode::UnknownGridType => words("Kind of grid not recognised", INSTALLATION),
        ErrorCode::Overtemperature => words("Too hot", COOL),
        ErrorCode::HousingOvertemperature => words("The housing is too hot", COOL),
        ErrorCode::AttachmentOvertemperature => words("The attachment is too hot", INSTALLATION),
        ErrorCode::DomesticPlugOvertemperature => {
            words("The household plug is too hot", INSTALLATION)
        }
        ErrorCode::Unknown(number) => unlisted(Some(number)),
        ErrorCode::Unnamed => unlisted(None),
    }
}

/// The words for a trip of the residual-current device.
pub fn residual_current(code: RcdTrigger) -> Words {
    match code {
        RcdTrigger::NoFault => words("None", ""),
        RcdTrigger::Ac30mA => words("Residual current of 30 mA AC", RESIDUAL),
        RcdTrigger::Ac60mA => words("Residual current of 60 mA AC", RESIDUAL),
        RcdTrigger::Ac150mA => words("Residual current of 150 mA AC", RESIDUAL),
        RcdTrigger::DcPositive6mA => words("Residual current of +6 mA DC", RESIDUAL),
        RcdTrigger::DcNegative6mA => words("Residual current of −6 mA DC", RESIDUAL),
        RcdTrigger::Unknown(number) => unlisted(Some(number)),
        RcdTrigger::Unnamed => unlisted(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_fault_has_a_name_of_its_own_and_advice() {
        let errors = ErrorCode::LISTED.iter().map(|&n| error(ErrorCode::from_number(n)));
        let warnings = WarningCode::LISTED.iter().map(|&n| warning(WarningCode::from_number(n)));
        let trips =
            RcdTrigger::LISTED.iter().map(|&n| residual_current(RcdTrigger::from_number(n)));
        let mut seen = std::collections::HashSet::new();
        for words in errors.chain(warnings).chain(trips).filter(|words| words.name != "None") {
            assert!(words.advice.ends_with('.'), "{words:?}");
            assert!(!words.name.ends_with('.'), "{words:?}");
            assert!(seen.insert(words.name.clone()), "{words:?} twice");
        }
        assert_eq!(seen.len(), 46);
    }

    #[test]
    fn a_number_that_is_not_listed_is_named() {
        assert_eq!(error(ErrorCode::from_number(200)).name, "Unknown code 200");
        assert_eq!(warning(WarningCode::from_name("NEW")).name, "Unknown to this page");
    }
}
