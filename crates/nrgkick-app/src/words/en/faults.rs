//! The names of warnings, errors and residual-current trips, each with its kind of remedy.

use std::borrow::Cow;

use nrgkick_model::code::{ErrorCode, RcdTrigger, WarningCode};

use super::lower_first;
use super::remedy::Remedy;
use super::unlisted::{UNNAMED, unknown};

/// The name of a fault and its kind of remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultText {
    /// The name, without a full stop.
    pub name: Cow<'static, str>,
    /// The kind of remedy.
    pub remedy: Remedy,
}

const fn text(name: &'static str, remedy: Remedy) -> FaultText {
    FaultText { name: Cow::Borrowed(name), remedy }
}

fn unlisted(number: Option<u8>, remedy: Remedy) -> FaultText {
    let name = number.map_or_else(|| UNNAMED.into(), unknown);
    FaultText { name: name.into(), remedy }
}

/// Returns the words for a warning.
pub fn warning(code: WarningCode) -> FaultText {
    let (name, remedy) = match code {
        WarningCode::NoWarning => ("None", Remedy::None),
        WarningCode::NoProtectiveEarth => ("No protective earth", Remedy::Stop),
        WarningCode::BlackoutProtection => ("Waiting after a power cut", Remedy::Wait),
        WarningCode::EnergyLimitReached => ("Energy limit reached", Remedy::Limit),
        WarningCode::VehicleDoesNotComply => {
            ("The vehicle does not keep to the standard", Remedy::Pilot)
        }
        WarningCode::UnsupportedChargingMode => {
            ("The vehicle asks for a charging mode that the charger does not have", Remedy::Pilot)
        }
        WarningCode::NoAttachment => ("No attachment detected", Remedy::Attachment),
        WarningCode::NoCommunicationWithType2 => {
            ("The type 2 attachment does not answer", Remedy::Attachment)
        }
        WarningCode::IncreasedTemperature => ("It is warm inside", Remedy::Warm),
        WarningCode::IncreasedHousingTemperature => ("The housing is warm", Remedy::Warm),
        WarningCode::IncreasedAttachmentTemperature => ("The attachment is warm", Remedy::Warm),
        WarningCode::IncreasedDomesticPlugTemperature => {
            ("The household plug is warm", Remedy::Warm)
        }
        WarningCode::Unknown(number) => return unlisted(Some(number), Remedy::NewWarning),
        WarningCode::Unnamed => return unlisted(None, Remedy::NewWarning),
    };
    text(name, remedy)
}

/// Returns the words for an error.
pub fn error(code: ErrorCode) -> FaultText {
    let (name, remedy) = match code {
        ErrorCode::NoError => ("None", Remedy::None),
        ErrorCode::General => ("General error", Remedy::Stop),
        ErrorCode::Attachment32AOn16AUnit => {
            ("32 A attachment on a 16 A charger", Remedy::WrongAttachment)
        }
        ErrorCode::VoltageDrop => ("The voltage drops under load", Remedy::Stop),
        ErrorCode::Unplugged => ("Plug pulled while charging", Remedy::Plug),
        ErrorCode::Type2NotAuthorized => {
            ("The charging station has not released charging", Remedy::Release)
        }
        ErrorCode::ResidualCurrent => ("Residual current detected", Remedy::Residual),
        ErrorCode::ControlPilotVoltage => ("Control pilot: wrong voltage", Remedy::Pilot),
        ErrorCode::ControlPilotImpermissible => {
            ("Control pilot: impermissible state", Remedy::Pilot)
        }
        ErrorCode::VehicleDiode => ("Diode fault in the vehicle", Remedy::Pilot),
        ErrorCode::SelfTestPe => ("Self test failed: protective earth", Remedy::Stop),
        ErrorCode::SelfTestRcd => ("Self test failed: residual-current device", Remedy::Stop),
        ErrorCode::SelfTestRelay => ("Self test failed: relays", Remedy::Stop),
        ErrorCode::SelfTestPeRcd => {
            ("Self test failed: protective earth and residual-current device", Remedy::Stop)
        }
        ErrorCode::SelfTestPeRelay => {
            ("Self test failed: protective earth and relays", Remedy::Stop)
        }
        ErrorCode::SelfTestRcdRelay => {
            ("Self test failed: residual-current device and relays", Remedy::Stop)
        }
        ErrorCode::SelfTestPeRcdRelay => {
            ("Self test failed: protective earth, residual-current device and relays", Remedy::Stop)
        }
        ErrorCode::SupplyVoltage => ("Supply voltage out of range", Remedy::Stop),
        ErrorCode::PhaseShift => ("Phases shifted wrongly", Remedy::Grid),
        ErrorCode::Overvoltage => ("Voltage too high", Remedy::Stop),
        ErrorCode::Undervoltage => ("Voltage too low", Remedy::Stop),
        ErrorCode::OvervoltageWithoutPe => {
            ("Voltage too high, and no protective earth", Remedy::Stop)
        }
        ErrorCode::UndervoltageWithoutPe => {
            ("Voltage too low, and no protective earth", Remedy::Stop)
        }
        ErrorCode::Underfrequency => ("Grid frequency too low", Remedy::Grid),
        ErrorCode::Overfrequency => ("Grid frequency too high", Remedy::Grid),
        ErrorCode::UnknownFrequencyType => ("Grid frequency not recognised", Remedy::Grid),
        // Detected by the voltages between the conductors, so a broken neutral can cause it.
        ErrorCode::UnknownGridType => ("Kind of grid not recognised", Remedy::Stop),
        ErrorCode::Overtemperature => ("Too hot", Remedy::Hot),
        ErrorCode::HousingOvertemperature => ("The housing is too hot", Remedy::Hot),
        ErrorCode::AttachmentOvertemperature => ("The attachment is too hot", Remedy::Hot),
        ErrorCode::DomesticPlugOvertemperature => ("The household plug is too hot", Remedy::Hot),
        ErrorCode::Unknown(number) => return unlisted(Some(number), Remedy::Stop),
        ErrorCode::Unnamed => return unlisted(None, Remedy::Stop),
    };
    text(name, remedy)
}

/// Returns the words for a trip of the residual-current device.
pub fn residual_current(code: RcdTrigger) -> FaultText {
    let name = match code {
        RcdTrigger::NoFault => return text("None", Remedy::None),
        RcdTrigger::Ac30mA => "Residual current of 30 mA AC",
        RcdTrigger::Ac60mA => "Residual current of 60 mA AC",
        RcdTrigger::Ac150mA => "Residual current of 150 mA AC",
        RcdTrigger::DcPositive6mA => "Residual current of +6 mA DC",
        RcdTrigger::DcNegative6mA => "Residual current of −6 mA DC",
        RcdTrigger::Unknown(number) => {
            let name = lower_first(&unknown(number));
            return FaultText {
                name: format!("Residual current, {name}").into(),
                remedy: Remedy::Residual,
            };
        }
        RcdTrigger::Unnamed => "Residual current of a kind unknown to this page",
    };
    text(name, Remedy::Residual)
}

#[cfg(test)]
mod tests;
