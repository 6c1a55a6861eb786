//! Why a charge stopped, from the look that shows it first, and when that counts as its end.

use std::time::Duration;

use gateway_api::record::EndedBy;
use nrgkick_model::code::{ChargingStatus, WarningCode};

use crate::reading::Reading;

/// The reason for which no power flows in `reading`, the first without.
pub fn reason(reading: &Reading) -> EndedBy {
    let limit = reading.limit_wh.filter(|limit| *limit > 0);
    let is_reached = limit.zip(reading.charged_wh).is_some_and(|(limit, charged)| charged >= limit)
        || reading.warning == Some(WarningCode::EnergyLimitReached);
    match reading.status {
        Some(ChargingStatus::Standby) => EndedBy::Unplugged,
        Some(ChargingStatus::Error) => EndedBy::Error,
        _ if reading.fault().is_some() => EndedBy::Error,
        _ if is_reached => EndedBy::Limit,
        _ if reading.paused == Some(true) => EndedBy::Paused,
        Some(ChargingStatus::Connected | ChargingStatus::WakeUp)
            if reading.paused == Some(false) =>
        {
            EndedBy::Vehicle
        }
        _ => EndedBy::Unknown,
    }
}

/// After how long without power a charge counts as ended while the vehicle stays plugged in; `None`:
/// a pause is none, however long.
pub const fn settles_after(reason: EndedBy) -> Option<Duration> {
    match reason {
        EndedBy::Unplugged => Some(Duration::ZERO),
        EndedBy::Limit | EndedBy::Error => Some(Duration::from_secs(60)),
        // A vehicle rests for a moment when its battery is nearly full.
        EndedBy::Vehicle => Some(Duration::from_secs(300)),
        EndedBy::Paused | EndedBy::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use nrgkick_model::code::ErrorCode;

    use super::*;

    #[test]
    fn each_end_has_its_reason() {
        let at =
            |status| Reading { status: Some(status), paused: Some(false), ..Reading::default() };
        let connected = || at(ChargingStatus::Connected);
        let cases = [
            (at(ChargingStatus::Standby), EndedBy::Unplugged),
            (Reading { paused: Some(true), ..connected() }, EndedBy::Paused),
            (
                Reading { limit_wh: Some(5_000), charged_wh: Some(5_001), ..connected() },
                EndedBy::Limit,
            ),
            (
                Reading { limit_wh: Some(0), charged_wh: Some(5_001), ..connected() },
                EndedBy::Vehicle,
            ),
            (
                Reading { warning: Some(WarningCode::EnergyLimitReached), ..connected() },
                EndedBy::Limit,
            ),
            (at(ChargingStatus::Error), EndedBy::Error),
            (Reading { error: Some(ErrorCode::ResidualCurrent), ..connected() }, EndedBy::Error),
            (Reading { error: Some(ErrorCode::NoError), ..connected() }, EndedBy::Vehicle),
            (Reading { paused: None, ..connected() }, EndedBy::Unknown),
            (at(ChargingStatus::NotReported), EndedBy::Unknown),
        ];
        for (reading, expected) in cases {
            assert_eq!(reason(&reading), expected, "{reading:?}");
        }
    }
}
