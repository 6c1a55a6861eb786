//! The time until a charge reaches its energy limit.
//!
//! An estimate from the present power alone: nothing tells how the vehicle goes on. A vehicle that
//! is nearly full takes less and less.

use gateway_api::snapshot::Snapshot;
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::field::FieldId;

use crate::format;
use crate::sentence::{State, power_flows};

/// The time in s from now to the limit of this charge, at its present power; `None` where there is
/// no limit, where it is reached, and while no vehicle charges.
pub(super) fn time_to_limit(snapshot: &Snapshot) -> Option<f64> {
    let state = State::of(snapshot);
    let paused = snapshot.number(FieldId::ChargePause) == Some(1.0);
    if state.status != Some(ChargingStatus::Charging) || paused || !power_flows(&state, snapshot) {
        return None;
    }
    let watts = snapshot.number(FieldId::ActivePower)?;
    let limit = snapshot.number(FieldId::EnergyLimit).filter(|limit| *limit > 0.0)?;
    let rest = limit - snapshot.number(FieldId::ChargedEnergy)?;
    (rest > 0.0).then_some(rest / watts * 3600.0)
}

/// `seconds` as exactly as an estimate can be: whole minutes, above an hour steps of 5, above ten
/// hours of 30, and never less than a minute.
pub(super) fn about(seconds: f64) -> String {
    let minutes = seconds / 60.0;
    let step = match minutes {
        ..60.0 => 1.0,
        60.0..600.0 => 5.0,
        _ => 30.0,
    };
    let minutes = ((minutes / step).round() * step).max(1.0);
    format::duration(Some(minutes * 60.0)).text()
}

#[cfg(test)]
mod tests {
    use nrgkick_model::code::Code;
    use nrgkick_model::field::DocumentName;
    use nrgkick_model::time::Moment;
    use nrgkick_model::{Readings, Scalar};

    use super::*;

    /// Charging, with a limit and an energy in Wh and a power in W.
    fn charging(limit: f64, charged: f64, watts: f64) -> Snapshot {
        with(ChargingStatus::Charging, 0.0, [limit, charged, watts].map(Some))
    }

    fn with(status: ChargingStatus, pause: f64, numbers: [Option<f64>; 3]) -> Snapshot {
        let [limit, charged, watts] = numbers.map(|number| number.map(Scalar::Decimal));
        let (mut control, mut values) = (Readings::default(), Readings::default());
        control.set(FieldId::EnergyLimit, limit);
        control.set(FieldId::ChargePause, Some(Scalar::Decimal(pause)));
        values.set(FieldId::ChargedEnergy, charged);
        values.set(FieldId::ActivePower, watts);
        values.set(FieldId::Status, Some(Scalar::Code(Code::ChargingStatus(status))));
        let now = Moment::default();
        Snapshot::default().with(now, DocumentName::Values, values).with(
            now,
            DocumentName::Control,
            control,
        )
    }

    #[test]
    fn the_rest_of_the_energy_takes_its_time_at_the_present_power() {
        let seconds = |snapshot: &Snapshot| time_to_limit(snapshot).map(f64::round);
        assert_eq!(seconds(&charging(20_000.0, 9_000.0, 11_000.0)), Some(3_600.0));
        assert_eq!(seconds(&charging(10_000.0, 9_999.0, 3_600.0)), Some(1.0));
        assert_eq!(seconds(&charging(1_000_000.0, 0.0, 50.0)), Some(72_000_000.0));
    }

    #[test]
    fn there_is_no_time_without_power_limit_or_rest() {
        for snapshot in [
            charging(0.0, 4_200.0, 11_000.0),
            charging(4_200.0, 4_200.0, 11_000.0),
            charging(4_000.0, 4_200.0, 11_000.0),
            // The electronics alone take some watts.
            charging(10_000.0, 4_200.0, 0.0),
            charging(10_000.0, 4_200.0, 0.8),
            charging(10_000.0, 4_200.0, -11_000.0),
        ] {
            assert_eq!(time_to_limit(&snapshot), None);
        }
        let all = [Some(10_000.0), Some(4_200.0), Some(11_000.0)];
        assert!(time_to_limit(&with(ChargingStatus::Charging, 0.0, all)).is_some());
        assert_eq!(time_to_limit(&with(ChargingStatus::Charging, 1.0, all)), None, "paused");
        // An energy without a vehicle is that of the charge before.
        for status in [ChargingStatus::Standby, ChargingStatus::Connected, ChargingStatus::Error] {
            assert_eq!(time_to_limit(&with(status, 0.0, all)), None);
        }
        for missing in 0..3 {
            let mut some = all;
            some[missing] = None;
            assert_eq!(time_to_limit(&with(ChargingStatus::Charging, 0.0, some)), None);
        }
    }

    #[test]
    fn an_estimate_is_no_more_exact_than_it_can_be() {
        for (seconds, text) in [
            (1.0, "1 min"),
            (89.0, "1 min"),
            (91.0, "2 min"),
            (59.4 * 60.0, "59 min"),
            (59.6 * 60.0, "1 h 0 min"),
            (82.0 * 60.0, "1 h 20 min"),
            (598.0 * 60.0, "10 h 0 min"),
            (614.0 * 60.0, "10 h 0 min"),
            (72_000_000.0, "20\u{202f}000 h 0 min"),
        ] {
            assert_eq!(about(seconds), text, "{seconds} s");
        }
    }
}
