//! One look at a charger: the few values that the record needs, out of the rows of the table.

use nrgkick_model::code::{ChargingStatus, Code, ErrorCode, WarningCode};
use nrgkick_model::{FieldId, Readings};

/// The charger that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its serial number.
    pub serial: String,
    /// `true` for a simulated one.
    pub simulated: bool,
}

/// What a charger reported; `None` where it reported nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// State of charging.
    pub status: Option<ChargingStatus>,
    /// Active power, W.
    pub power_w: Option<f64>,
    /// Set current, A.
    pub set_a: Option<f64>,
    /// Current signalled to the vehicle, A.
    pub signalled_a: Option<f64>,
    /// Current of each phase, A.
    pub currents_a: [Option<f64>; 3],
    /// Temperature of the housing, °C.
    pub housing_c: Option<f64>,
    /// Total counter, Wh.
    pub counter_wh: Option<u64>,
    /// The charger's count of the most recent charge, Wh.
    pub charged_wh: Option<u64>,
    /// The charger's highest power of the most recent charge, W.
    pub peak_w: Option<f64>,
    /// Time that the vehicle of the most recent charge has been connected, s.
    pub connect_s: Option<u64>,
    /// Number of charges.
    pub count: Option<u64>,
    /// `true` while paused.
    pub paused: Option<bool>,
    /// Energy limit, Wh; 0 is none.
    pub limit_wh: Option<u64>,
    /// Warning.
    pub warning: Option<WarningCode>,
    /// Error.
    pub error: Option<ErrorCode>,
}

impl Reading {
    /// Takes the values out of the rows of `/values` and `/control`.
    pub fn of(rows: &Readings) -> Self {
        let whole = |field| rows.number(field).and_then(whole);
        Self {
            status: rows.code(FieldId::Status).and_then(|code| match code {
                Code::ChargingStatus(status) => Some(status),
                _ => None,
            }),
            power_w: rows.number(FieldId::ActivePower),
            set_a: rows.number(FieldId::CurrentSet),
            signalled_a: rows.number(FieldId::SignalledCurrent),
            currents_a: [FieldId::CurrentL1, FieldId::CurrentL2, FieldId::CurrentL3]
                .map(|phase| rows.number(phase)),
            housing_c: rows.number(FieldId::HousingTemperature),
            counter_wh: whole(FieldId::TotalChargedEnergy),
            charged_wh: whole(FieldId::ChargedEnergy),
            peak_w: rows.number(FieldId::PeakPower),
            connect_s: whole(FieldId::VehicleConnectTime),
            count: whole(FieldId::ChargeCount),
            paused: rows.number(FieldId::ChargePause).map(|pause| pause > 0.0),
            limit_wh: whole(FieldId::EnergyLimit),
            warning: rows.code(FieldId::WarningCode).and_then(|code| match code {
                Code::WarningCode(warning) => Some(warning),
                _ => None,
            }),
            error: rows.code(FieldId::ErrorCode).and_then(|code| match code {
                Code::ErrorCode(error) => Some(error),
                _ => None,
            }),
        }
    }

    /// `true` while the charger says that a vehicle charges.
    pub fn is_charging(&self) -> bool {
        self.status == Some(ChargingStatus::Charging)
    }

    /// `true` if no vehicle is plugged in.
    pub fn is_unplugged(&self) -> bool {
        self.status == Some(ChargingStatus::Standby)
    }

    /// The error, if there is one.
    pub fn fault(&self) -> Option<ErrorCode> {
        self.error.filter(|error| *error != ErrorCode::NoError)
    }

    /// Number of phases that carry current.
    pub fn phases(&self) -> Option<u8> {
        /// A phase with less only feeds the charger itself.
        const CARRIES_A: f64 = 0.5;
        let known = self.currents_a.iter().flatten();
        let phases = u8::try_from(known.filter(|current| **current >= CARRIES_A).count());
        phases.ok().filter(|phases| *phases > 0)
    }
}

/// Counters are whole and never negative, and doubles hold them exactly up to 2^53.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked before")]
fn whole(number: f64) -> Option<u64> {
    (0.0..9.0e15).contains(&number).then(|| number.round() as u64)
}
