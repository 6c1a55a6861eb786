//! The words for codes that are states, not faults, and for the groups of values.

use nrgkick_model::code::{
    AttachmentType, CellularMode, ChargingStatus, Code, GridPhases, Phase, Relay, RelayState,
};
use nrgkick_model::field::{Field, FieldId};

use super::{code as words, details, fault, faults};

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

fn unlisted(number: u8) -> String {
    fault::unlisted(&number.to_string())
}

fn status(code: ChargingStatus) -> String {
    match code {
        ChargingStatus::NotReported => words::not_reported().into(),
        ChargingStatus::Standby => words::no_vehicle().into(),
        ChargingStatus::Connected => words::connected().into(),
        ChargingStatus::Charging => words::charging().into(),
        ChargingStatus::Error => words::error().into(),
        ChargingStatus::WakeUp => words::wake_up().into(),
        ChargingStatus::Unknown(number) => unlisted(number),
        ChargingStatus::Unnamed => fault::unnamed().into(),
    }
}

fn attachment(code: AttachmentType) -> String {
    match code {
        AttachmentType::NotReported => words::not_reported().into(),
        AttachmentType::Cee => words::cee().into(),
        AttachmentType::Domestic => words::domestic().into(),
        AttachmentType::Type2 => words::type2().into(),
        AttachmentType::Wall => words::wall().into(),
        AttachmentType::Australian => words::australian().into(),
        AttachmentType::Unknown(number) => unlisted(number),
        AttachmentType::Unnamed => fault::unnamed().into(),
    }
}

fn cellular(code: CellularMode) -> String {
    match code {
        CellularMode::NotReported => words::not_reported().into(),
        CellularMode::NoService => words::no_service().into(),
        CellularMode::Gsm => words::gsm().into(),
        CellularMode::LteCatM1 => words::lte_cat_m1().into(),
        CellularMode::LteNbIot => words::lte_nb_iot().into(),
        CellularMode::Unknown(number) => unlisted(number),
        CellularMode::Unnamed => fault::unnamed().into(),
    }
}

fn grid_phases(code: GridPhases) -> String {
    match code.number() {
        None => fault::unnamed().into(),
        Some(0) => words::not_reported().into(),
        Some(number) if !code.is_listed() => unlisted(number),
        Some(_) => list(code.members().map(Phase::name)),
    }
}

fn relays(code: RelayState) -> String {
    match code.number() {
        None => fault::unnamed().into(),
        Some(0) => fault::none().into(),
        Some(number) if !code.is_listed() => unlisted(number),
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
        FieldId::SerialNumber => super::common::charger(),
        FieldId::AttachmentPhaseCount => details::attachment(),
        FieldId::GridVoltage => details::grid(),
        FieldId::IpAddress => details::network(),
        FieldId::Imei => details::cellular(),
        FieldId::Latitude => details::position(),
        FieldId::SoftwareSmartModule => details::versions(),
        FieldId::CurrentSet => details::settings(),
        FieldId::TotalChargedEnergy => details::energy(),
        FieldId::ChargingVoltage => details::power(),
        FieldId::ChargingRate => details::state(),
        FieldId::HousingTemperature => details::temperatures(),
        _ => first.section().unwrap_or_else(details::other),
    }
}
