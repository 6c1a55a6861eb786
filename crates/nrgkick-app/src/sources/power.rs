//! The powers of the picture: how much flows where, as the charger is told.

use gateway_api::custom_api::{Status, ValuesAnswer};
use nrgkick_model::custom_api::house::grid_meter;
use nrgkick_model::custom_api::{DeviceIndex, DeviceInfo, DeviceValues, Section};

use crate::format::{self, Quantity};
use crate::words::sources as words;

/// A power in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// All inverters together.
    Inverters,
    /// The battery.
    Battery,
    /// The grid, at its meter.
    Grid,
    /// The house.
    House,
}

impl Power {
    /// All, from top to bottom.
    pub const ALL: [Self; 4] = [Self::Inverters, Self::Battery, Self::Grid, Self::House];

    /// Returns the power in W, with the manufacturer's signs; `None` if the charger gets none.
    pub fn watts(self, status: &Status) -> Option<i64> {
        match &status.values {
            ValuesAnswer::Document(document) => {
                self.of(&document.device_values, &status.info.device_info)
            }
            ValuesAnswer::Unavailable(_) => None,
        }
    }

    fn of(self, values: &DeviceValues, info: &DeviceInfo) -> Option<i64> {
        match self {
            Self::Inverters => {
                let mut powers =
                    values.inverters.iter().map(|(_, inverter)| inverter.inv_power_ac_w);
                // Without one of them the sum is not known.
                let first = powers.next()??;
                powers.try_fold(first, |sum, power| Some(sum.saturating_add(power?)))
            }
            Self::Grid => values.energy_meters.get(grid_meter(info).ok()?.0)?.grid_power_w,
            Self::Battery => values.batteries.get(DeviceIndex::FIRST)?.bat_power_w,
            Self::House => values.load_power_w,
        }
    }

    /// Returns the label for `watts`, with the direction in place of the sign.
    pub fn label(self, watts: Option<i64>) -> &'static str {
        match (self, watts.map(i64::signum)) {
            (Self::Inverters, Some(1)) => words::inverters_give(),
            (Self::Inverters, Some(-1)) => words::inverters_take(),
            (Self::Inverters, _) => words::inverters(),
            (Self::Grid, Some(1)) => words::from_grid(),
            (Self::Grid, Some(-1)) => words::to_grid(),
            (Self::Grid, _) => words::grid(),
            (Self::Battery, Some(1)) => words::battery_gives(),
            (Self::Battery, Some(-1)) => words::battery_takes(),
            (Self::Battery, _) => words::batteries(),
            (Self::House, Some(_)) => words::house_takes(),
            (Self::House, None) => words::house(),
        }
    }

    /// Returns the amount; the sign is in the label, except for the house, where there is none.
    #[expect(clippy::cast_precision_loss, reason = "watts of a house")]
    pub fn quantity(self, watts: i64) -> Quantity {
        let watts = if self == Self::House { watts } else { watts.saturating_abs() };
        format::power(Some(watts as f64))
    }

    /// Returns the direction of the arrow that stands between this and the house. A battery behind
    /// an inverter is joined to the one above it.
    pub fn way(self, watts: Option<i64>, is_behind: bool) -> &'static str {
        match (self == Self::Battery && is_behind, watts.map(i64::signum)) {
            (_, None) => "unknown",
            (false, Some(1)) => "right",
            (false, Some(-1)) => "left",
            (true, Some(1)) => "up",
            (true, Some(-1)) => "down",
            (_, Some(_)) => "none",
        }
    }

    /// Returns `true` if there is such a device, or the house; and for the grid in any case.
    pub fn is_there(self, status: &Status) -> bool {
        let kind = match self {
            Self::Inverters => Section::Inverters,
            Self::Battery => Section::Batteries,
            Self::Grid | Self::House => return true,
        };
        let info = &status.info.device_info;
        let is_described = match kind {
            Section::Batteries => !info.batteries.is_empty(),
            _ => !info.inverters.is_empty(),
        };
        let mut devices = status.sources.iter().filter_map(|source| source.device.as_ref());
        is_described || devices.any(|device| device.kind == kind.key())
    }

    /// Returns the names of its devices; empty without any.
    pub fn names(self, status: &Status) -> String {
        let info = &status.info.device_info;
        let (kind, only) = match self {
            Self::Inverters => (Section::Inverters, None),
            Self::Battery => (Section::Batteries, None),
            Self::Grid => match grid_meter(info) {
                Ok((index, _)) => (Section::EnergyMeters, Some(index)),
                Err(_) => return String::new(),
            },
            Self::House => return String::new(),
        };
        let indices = DeviceIndex::all().filter(|index| only.is_none_or(|only| only == *index));
        let names: Vec<&str> = indices.filter_map(|index| info.name(kind, index)).collect();
        names.join(", ")
    }

    /// Returns its name in the document.
    pub const fn testid(self) -> &'static str {
        match self {
            Self::Inverters => "inverters",
            Self::Grid => "grid",
            Self::Battery => "battery",
            Self::House => "house",
        }
    }
}

/// Returns `true` if the charger is told that the battery is behind an inverter.
pub fn is_battery_behind(status: &Status) -> bool {
    match &status.values {
        ValuesAnswer::Document(document) => {
            let mut inverters = document.device_values.inverters.iter();
            inverters.any(|(_, inverter)| inverter.battery_connected == Some(true))
        }
        ValuesAnswer::Unavailable(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use gateway_api::custom_api::DeviceStatus;

    use super::super::value_text::tests::{status, value};
    use super::*;

    fn official() -> Status {
        let text = include_str!("../../../../tests/fixtures/custom_api/official_values.json");
        let info = include_str!("../../../../tests/fixtures/custom_api/official_info.json");
        Status {
            values: ValuesAnswer::Document(serde_json::from_str(text).unwrap()),
            info: serde_json::from_str(info).unwrap(),
            ..status()
        }
    }

    #[test]
    fn directions_are_words_and_powers_have_no_sign() {
        let status = official();
        let shown = |power: Power| {
            let watts = power.watts(&status);
            format!("{} {}", power.label(watts), power.quantity(watts.unwrap()).text())
        };
        assert_eq!(
            Power::ALL.map(shown),
            [
                "Inverters give 2.23 kW",
                "Battery takes 0.75 kW",
                "To the grid 0.54 kW",
                "The house takes 1.68 kW"
            ]
        );
        assert_eq!(Power::Grid.label(Some(542)), "From the grid");
        assert_eq!(Power::Battery.label(Some(749)), "Battery gives");
        assert_eq!(Power::Inverters.label(Some(-9)), "Inverters take");
    }

    #[test]
    fn what_is_not_known_has_no_direction_and_is_not_zero() {
        let status = status();
        for power in Power::ALL {
            assert_eq!(power.watts(&status), None, "{power:?}");
            assert_eq!(power.way(None, true), "unknown");
        }
        let labels = Power::ALL.map(|power| power.label(None));
        assert_eq!(labels, ["Inverter", "Battery", "Grid", "House"]);
        assert_eq!(Power::Grid.way(Some(0), false), "none");
    }

    #[test]
    fn one_inverter_without_a_power_leaves_the_sum_unknown() {
        let text = r#"{"inverters":{"0":{"inv_power_ac_w":5},"1":{"pv_energy_day_wh":5}}}"#;
        let values: DeviceValues = serde_json::from_str(text).unwrap();
        assert_eq!(Power::Inverters.of(&values, &DeviceInfo::default()), None);
    }

    #[test]
    fn arrows_show_the_way_of_the_power() {
        let ways = |watts| Power::ALL.map(|power| power.way(Some(watts), false));
        assert_eq!(ways(5), ["right"; 4]);
        assert_eq!(ways(-5), ["left"; 4]);
        assert_eq!(Power::Battery.way(Some(5), true), "up", "into the inverter");
        assert_eq!(Power::Battery.way(Some(-5), true), "down");
        assert_eq!(Power::Grid.way(Some(-5), true), "left");
    }

    #[test]
    fn devices_that_nobody_has_are_not_drawn() {
        let mut status = status();
        assert!(!Power::Battery.is_there(&status) && Power::Grid.is_there(&status));
        let mut charge = value("batteries.0.soc");
        charge.device = Some(DeviceStatus { kind: "batteries".into(), index: 0, name: None });
        status.sources = vec![charge];
        assert!(Power::Battery.is_there(&status) && !Power::Inverters.is_there(&status));
        assert_eq!(Power::Inverters.names(&status), "");
        assert!(!Power::Grid.names(&official()).is_empty());
    }
}
