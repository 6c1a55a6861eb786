//! The names of warnings, errors and residual-current trips, each with its kind of remedy.

use std::borrow::Cow;

use nrgkick_model::code::{ErrorCode, RcdTrigger, WarningCode};

use super::fault;
use super::remedy::Remedy;

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
    let name = match number {
        Some(number) => fault::unlisted(&number.to_string()).into(),
        None => fault::unnamed().into(),
    };
    FaultText { name, remedy }
}

/// Returns the words for a warning.
pub fn warning(code: WarningCode) -> FaultText {
    let (name, remedy) = match code {
        WarningCode::NoWarning => (fault::none(), Remedy::None),
        WarningCode::NoProtectiveEarth => (fault::no_protective_earth(), Remedy::Stop),
        WarningCode::BlackoutProtection => (fault::blackout_protection(), Remedy::Wait),
        WarningCode::EnergyLimitReached => (fault::energy_limit_reached(), Remedy::Limit),
        WarningCode::VehicleDoesNotComply => (fault::vehicle_does_not_comply(), Remedy::Pilot),
        WarningCode::UnsupportedChargingMode => (fault::unsupported_charging_mode(), Remedy::Pilot),
        WarningCode::NoAttachment => (fault::no_attachment(), Remedy::Attachment),
        WarningCode::NoCommunicationWithType2 => {
            (fault::no_communication_with_type2(), Remedy::Attachment)
        }
        WarningCode::IncreasedTemperature => (fault::increased_temperature(), Remedy::Warm),
        WarningCode::IncreasedHousingTemperature => {
            (fault::increased_housing_temperature(), Remedy::Warm)
        }
        WarningCode::IncreasedAttachmentTemperature => {
            (fault::increased_attachment_temperature(), Remedy::Warm)
        }
        WarningCode::IncreasedDomesticPlugTemperature => {
            (fault::increased_domestic_plug_temperature(), Remedy::Warm)
        }
        WarningCode::Unknown(number) => return unlisted(Some(number), Remedy::NewWarning),
        WarningCode::Unnamed => return unlisted(None, Remedy::NewWarning),
    };
    text(name, remedy)
}

/// Returns the words for an error.
pub fn error(code: ErrorCode) -> FaultText {
    let (name, remedy) = match code {
        ErrorCode::NoError => (fault::none(), Remedy::None),
        ErrorCode::General => (fault::general(), Remedy::Stop),
        ErrorCode::Attachment32AOn16AUnit => {
            (fault::attachment_32a_on_16a(), Remedy::WrongAttachment)
        }
        ErrorCode::VoltageDrop => (fault::voltage_drop(), Remedy::Stop),
        ErrorCode::Unplugged => (fault::unplugged(), Remedy::Plug),
        ErrorCode::Type2NotAuthorized => (fault::type2_not_authorized(), Remedy::Release),
        ErrorCode::ResidualCurrent => (fault::residual_current(), Remedy::Residual),
        ErrorCode::ControlPilotVoltage => (fault::control_pilot_voltage(), Remedy::Pilot),
        ErrorCode::ControlPilotImpermissible => {
            (fault::control_pilot_impermissible(), Remedy::Pilot)
        }
        ErrorCode::VehicleDiode => (fault::vehicle_diode(), Remedy::Pilot),
        ErrorCode::SelfTestPe => (fault::self_test_pe(), Remedy::Stop),
        ErrorCode::SelfTestRcd => (fault::self_test_rcd(), Remedy::Stop),
        ErrorCode::SelfTestRelay => (fault::self_test_relay(), Remedy::Stop),
        ErrorCode::SelfTestPeRcd => (fault::self_test_pe_rcd(), Remedy::Stop),
        ErrorCode::SelfTestPeRelay => (fault::self_test_pe_relay(), Remedy::Stop),
        ErrorCode::SelfTestRcdRelay => (fault::self_test_rcd_relay(), Remedy::Stop),
        ErrorCode::SelfTestPeRcdRelay => (fault::self_test_pe_rcd_relay(), Remedy::Stop),
        ErrorCode::SupplyVoltage => (fault::supply_voltage(), Remedy::Stop),
        ErrorCode::PhaseShift => (fault::phase_shift(), Remedy::Grid),
        ErrorCode::Overvoltage => (fault::overvoltage(), Remedy::Stop),
        ErrorCode::Undervoltage => (fault::undervoltage(), Remedy::Stop),
        ErrorCode::OvervoltageWithoutPe => (fault::overvoltage_without_pe(), Remedy::Stop),
        ErrorCode::UndervoltageWithoutPe => (fault::undervoltage_without_pe(), Remedy::Stop),
        ErrorCode::Underfrequency => (fault::underfrequency(), Remedy::Grid),
        ErrorCode::Overfrequency => (fault::overfrequency(), Remedy::Grid),
        ErrorCode::UnknownFrequencyType => (fault::unknown_frequency_type(), Remedy::Grid),
        // Detected by the voltages between the conductors, so a broken neutral can cause it.
        ErrorCode::UnknownGridType => (fault::unknown_grid_type(), Remedy::Stop),
        ErrorCode::Overtemperature => (fault::overtemperature(), Remedy::Hot),
        ErrorCode::HousingOvertemperature => (fault::housing_overtemperature(), Remedy::Hot),
        ErrorCode::AttachmentOvertemperature => (fault::attachment_overtemperature(), Remedy::Hot),
        ErrorCode::DomesticPlugOvertemperature => {
            (fault::domestic_plug_overtemperature(), Remedy::Hot)
        }
        ErrorCode::Unknown(number) => return unlisted(Some(number), Remedy::Stop),
        ErrorCode::Unnamed => return unlisted(None, Remedy::Stop),
    };
    text(name, remedy)
}

/// Returns the words for a trip of the residual-current device.
pub fn residual_current(code: RcdTrigger) -> FaultText {
    let name = match code {
        RcdTrigger::NoFault => return text(fault::none(), Remedy::None),
        RcdTrigger::Ac30mA => fault::ac_30ma(),
        RcdTrigger::Ac60mA => fault::ac_60ma(),
        RcdTrigger::Ac150mA => fault::ac_150ma(),
        RcdTrigger::DcPositive6mA => fault::dc_positive_6ma(),
        RcdTrigger::DcNegative6mA => fault::dc_negative_6ma(),
        RcdTrigger::Unknown(number) => {
            let name = fault::residual_unlisted(&number.to_string()).into();
            return FaultText { name, remedy: Remedy::Residual };
        }
        RcdTrigger::Unnamed => fault::residual_unnamed(),
    };
    text(name, Remedy::Residual)
}

#[cfg(test)]
mod tests;
