//! The powers of the picture: how much flows where, as the charger is told.

use gateway_api::custom_api::ValuesAnswer;
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

    /// Returns what the picture shows of it; `answer` is what the charger gets.
    pub fn shown(self, answer: &ValuesAnswer, info: &DeviceInfo, has: bool) -> Shown {
        let values = match answer {
            ValuesAnswer::Document(document) => Some(&document.device_values),
            ValuesAnswer::Unavailable(_) => None,
        };
        Shown {
            watts: values.and_then(|values| self.of(values, info)),
            is_behind: values.is_some_and(is_battery_behind),
            is_there: has || self.is_described(info),
            names: self.names(info),
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

    /// The kind of its devices; `None` for the house.
    pub const fn kind(self) -> Option<Section> {
        match self {
            Self::Inverters => Some(Section::Inverters),
            Self::Battery => Some(Section::Batteries),
            Self::Grid => Some(Section::EnergyMeters),
            Self::House => None,
        }
    }

    /// Returns `true` if such a device is described; the house and the grid are there in any case.
    fn is_described(self, info: &DeviceInfo) -> bool {
        match self {
            Self::Inverters => !info.inverters.is_empty(),
            Self::Battery => !info.batteries.is_empty(),
            Self::Grid | Self::House => true,
        }
    }

    /// Returns the names of its devices; empty without any.
    fn names(self, info: &DeviceInfo) -> String {
        let Some(kind) = self.kind() else { return String::new() };
        let meter = grid_meter(info).ok().map(|(index, _)| index);
        let is_one = |index: &DeviceIndex| self != Self::Grid || meter == Some(*index);
        let indices = DeviceIndex::all().filter(is_one);
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

/// What the picture shows of a power.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The power in W, with the manufacturer's signs; `None` if the charger gets none.
    pub watts: Option<i64>,
    /// Set if the battery is behind an inverter.
    pub is_behind: bool,
    /// Set if there is such a device.
    pub is_there: bool,
    /// The names of its devices.
    pub names: String,
}

/// Returns `true` if the charger is told that the battery is behind an inverter.
fn is_battery_behind(values: &DeviceValues) -> bool {
    values.inverters.iter().any(|(_, inverter)| inverter.battery_connected == Some(true))
}

#[cfg(test)]
mod tests {
    use nrgkick_model::custom_api::InfoDocument;

    use super::*;

    fn official(power: Power) -> Shown {
        let text = include_str!("../../../../tests/fixtures/custom_api/official_values.json");
        let info = include_str!("../../../../tests/fixtures/custom_api/official_info.json");
        let info: InfoDocument = serde_json::from_str(info).unwrap();
        let answer = ValuesAnswer::Document(serde_json::from_str(text).unwrap());
        power.shown(&answer, &info.device_info, false)
    }

    #[test]
    fn directions_are_words_and_powers_have_no_sign() {
        let shown = |power: Power| {
            let watts = official(power).watts;
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
        let nothing = ValuesAnswer::Unavailable("why".into());
        for power in Power::ALL {
            let shown = power.shown(&nothing, &DeviceInfo::default(), false);
            assert_eq!(shown.watts, None, "{power:?}");
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
        let shown = |power: Power, has| {
            power.shown(&ValuesAnswer::Unavailable(String::new()), &DeviceInfo::default(), has)
        };
        let there = Power::ALL.map(|power| shown(power, false).is_there);
        assert_eq!(there, [false, false, true, true]);
        assert!(shown(Power::Battery, true).is_there);
        assert_eq!(shown(Power::Inverters, true).names, "");
        assert!(official(Power::Battery).is_there && !official(Power::Grid).names.is_empty());
    }
}
