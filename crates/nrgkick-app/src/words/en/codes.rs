//! The words for codes that are states, not faults, and for the groups of values.

use nrgkick_model::code::{
    AttachmentType, CellularMode, ChargingStatus, Code, GridPhases, Phase, Relay, RelayState,
};
use nrgkick_model::field::{Field, FieldId};

use super::faults;
use super::unlisted::{UNNAMED, unknown};

const NOT_REPORTED: &str = "Not reported yet";

/// Returns the words for any code. An unlisted number is shown as it is.
pub fn code(code: Code) -> String {
    match code {
        Code::AttachmentType(code) => attachment(code),
        Code::CellularMode(code) => cellular(code),
        Code::ChargingStatus(code) => status(code),
        Code::ErrorCode(code) => faults::error(code).name.into_owned(),
        Code::GridPhases(code) => grid_phases(code),
        Code::RcdTrigger(code) => faults::residual_current(code).name.into_owned(),
        Code::RelayState(code) => relays(code),
        Code::WarningCode(code) => faults::warning(code).name.into_owned(),
    }
}

fn status(code: ChargingStatus) -> String {
    match code {
        ChargingStatus::NotReported => NOT_REPORTED.into(),
        ChargingStatus::Standby => "No vehicle connected".into(),
        ChargingStatus::Connected => "Vehicle connected".into(),
        ChargingStatus::Charging => "Charging".into(),
        ChargingStatus::Error => "Error".into(),
        ChargingStatus::WakeUp => "Waking the vehicle".into(),
        ChargingStatus::Unknown(number) => unknown(number),
        ChargingStatus::Unnamed => UNNAMED.into(),
    }
}

fn attachment(code: AttachmentType) -> String {
    match code {
        AttachmentType::NotReported => NOT_REPORTED.into(),
        AttachmentType::Cee => "CEE plug".into(),
        AttachmentType::Domestic => "Household plug".into(),
        AttachmentType::Type2 => "Type 2 plug".into(),
        AttachmentType::Wall => "Wall mount".into(),
        AttachmentType::Australian => "Australian plug".into(),
        AttachmentType::Unknown(number) => unknown(number),
        AttachmentType::Unnamed => UNNAMED.into(),
    }
}

fn cellular(code: CellularMode) -> String {
    match code {
        CellularMode::NotReported => NOT_REPORTED.into(),
        CellularMode::NoService => "No service".into(),
        CellularMode::Gsm => "GSM".into(),
        CellularMode::LteCatM1 => "LTE Cat M1".into(),
        CellularMode::LteNbIot => "LTE NB-IoT".into(),
        CellularMode::Unknown(number) => unknown(number),
        CellularMode::Unnamed => UNNAMED.into(),
    }
}

fn grid_phases(code: GridPhases) -> String {
    match code.number() {
        None => UNNAMED.into(),
        Some(0) => NOT_REPORTED.into(),
        Some(number) if !code.is_listed() => unknown(number),
        Some(_) => list(code.members().map(Phase::name)),
    }
}

fn relays(code: RelayState) -> String {
    match code.number() {
        None => UNNAMED.into(),
        Some(0) => "None".into(),
        Some(number) if !code.is_listed() => unknown(number),
        Some(_) => list(code.members().map(Relay::name)),
    }
}

fn list(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

/// Returns the heading over the group of values that begins with `first`.
///
/// Groups are the device's own sections. One without a word here keeps its own name, so that
/// nothing is hidden.
pub fn heading(first: &'static Field) -> &'static str {
    match first.id {
        FieldId::SerialNumber => "Charger",
        FieldId::AttachmentPhaseCount => "Attachment",
        FieldId::GridVoltage => "Grid",
        FieldId::IpAddress => "Network",
        FieldId::Imei => "Cellular",
        FieldId::Latitude => "Position",
        FieldId::SoftwareSmartModule => "Versions",
        FieldId::CurrentSet => "Settings",
        FieldId::TotalChargedEnergy => "Energy",
        FieldId::ChargingVoltage => "Power",
        FieldId::ChargingRate => "State",
        FieldId::HousingTemperature => "Temperatures",
        _ => first.section().unwrap_or("Other"),
    }
}
