//! `device_values`: the measured values.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::devices::{DeviceIndex, Devices};
use super::info::device_struct;
use super::place::Place;
use super::quantity::{Observed, Quantity};
use super::section::Section;
use super::table::{DeviceField, FileName};

/// The body of [`VALUES_PATH`](super::VALUES_PATH).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValuesDocument {
    /// The values.
    pub device_values: DeviceValues,
}

/// Measured values, by kind of device. Every value may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceValues {
    /// At most five inverters.
    #[serde(skip_serializing_if = "Devices::is_empty")]
    pub inverters: Devices<InverterValues, 5>,
    /// At most five energy meters; their locations are in the other document.
    #[serde(skip_serializing_if = "Devices::is_empty")]
    pub energy_meters: Devices<EnergyMeterValues, 5>,
    /// At most one battery.
    #[serde(skip_serializing_if = "Devices::is_empty")]
    pub batteries: Devices<BatteryValues, 1>,
    /// At most one smart load.
    #[serde(skip_serializing_if = "Devices::is_empty")]
    pub smart_loads: Devices<SmartLoadValues, 1>,
    /// Power that the house takes, W.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_power_w: Option<i64>,
}

device_struct! {
    /// An inverter's values.
    InverterValues {
        /// AC power that it gives, W.
        inv_power_ac_w: i64,
        /// Energy given today, Wh.
        pv_energy_day_wh: u64,
        /// Energy given in its life, Wh.
        pv_energy_total_wh: u64,
        /// `true` if the battery is connected to it.
        battery_connected: bool,
    }
}

device_struct! {
    /// An energy meter's values.
    EnergyMeterValues {
        /// Power at the grid, W; minus is feed-in, plus is consumption.
        grid_power_w: i64,
    }
}

device_struct! {
    /// A battery's values.
    BatteryValues {
        /// Power, W; minus is charging, plus is discharging.
        bat_power_w: i64,
        /// State of charge, %.
        soc: f64,
        /// Its mode; 0 is normal.
        mode: u8,
    }
}

device_struct! {
    /// A smart load's values.
    SmartLoadValues {
        /// Power that it takes, W.
        sl_power_w: i64,
        /// Its temperature, °C.
        temp: f64,
        /// Its mode.
        mode: u8,
    }
}

impl ValuesDocument {
    /// The document's only key.
    pub const ROOT: &'static str = "device_values";

    /// Builds the document of these values; values of the other document are left out.
    ///
    /// Without a value for [`Place::HOUSE`] the house's load is missing too: see
    /// [`house`](super::house).
    ///
    /// # Errors
    /// Only if structs and table disagree, which the tests exclude.
    pub fn of(
        values: impl IntoIterator<Item = (Place, Quantity)>,
    ) -> Result<Self, serde_json::Error> {
        let mut root = Map::new();
        for (place, quantity) in values {
            if place.field().file != FileName::Values {
                continue;
            }
            match place.section() {
                None => {
                    root.insert(place.field().key.to_owned(), quantity.into());
                }
                Some(section) => {
                    let device = &mut root.entry(section.key()).or_insert_with(|| json!({}))
                        [place.index().to_string()];
                    device[place.field().key] = quantity.into();
                }
            }
        }
        serde_json::from_value(json!({ Self::ROOT: root }))
    }
}

impl DeviceValues {
    /// Returns every value present with its place, in the order of the table.
    pub fn observed(&self) -> Vec<(Place, Observed)> {
        let root = serde_json::to_value(self).unwrap_or_default();
        let mut found = Vec::new();
        let mut take = |device: &Value, section: Option<Section>, index: DeviceIndex| {
            for field in DeviceField::rows(FileName::Values, section) {
                let observed = match device.get(field.key) {
                    Some(Value::Bool(flag)) => Some(Observed::Flag(*flag)),
                    Some(Value::Number(number)) => number.as_f64().and_then(Observed::number),
                    _ => None,
                };
                found.extend(Place::new(field.id, index).zip(observed));
            }
        };
        for section in Section::ALL {
            for index in DeviceIndex::all() {
                if let Some(device) = root.pointer(&format!("/{}/{index}", section.key())) {
                    take(device, Some(section), index);
                }
            }
        }
        take(&root, None, DeviceIndex::FIRST);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICIAL: &str =
        include_str!("../../../../tests/fixtures/custom_api/official_values.json");

    #[test]
    fn the_manufacturers_example_comes_back_value_for_value() {
        let example: Value = serde_json::from_str(OFFICIAL).unwrap();
        let document: ValuesDocument = serde_json::from_str(OFFICIAL).unwrap();
        assert_eq!(serde_json::to_value(&document).unwrap(), example);
        assert_eq!(document.device_values.inverters.len(), 1);
    }

    #[test]
    fn a_document_is_the_sum_of_its_places() {
        let document: ValuesDocument = serde_json::from_str(OFFICIAL).unwrap();
        let observed = document.device_values.observed();
        assert_eq!(observed.len(), DeviceField::count_of_values());
        let fitted = observed.into_iter().map(|(place, o)| (place, place.field().fit(o).unwrap()));
        assert_eq!(ValuesDocument::of(fitted).unwrap(), document);
    }

    #[test]
    fn what_the_charger_would_not_understand_is_refused() {
        for bad in [
            r#"{"inverters":[{"inv_power_ac_w":1}]}"#,
            r#"{"inverters":{"5":{"inv_power_ac_w":1}}}"#,
            r#"{"batteries":{"1":{"soc":1}}}"#,
            r#"{"inverters":{"0":{"inv_power_ac_w":1.5}}}"#,
            r#"{"inverters":{"0":{"battery_connected":1}}}"#,
            r#"{"inverters":{"0":{"power":1}}}"#,
            r#"{"load":1}"#,
        ] {
            assert!(serde_json::from_str::<DeviceValues>(bad).is_err(), "{bad}");
        }
    }

    impl DeviceField {
        fn count_of_values() -> usize {
            super::super::FIELDS.iter().filter(|field| field.file == FileName::Values).count()
        }
    }
}
