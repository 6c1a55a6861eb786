//! `device_info`: the master data of the devices.

use serde::{Deserialize, Serialize};

use super::devices::{DeviceIndex, Devices};
use super::section::Section;

/// The body of [`INFO_PATH`](super::INFO_PATH).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InfoDocument {
    /// The master data of the devices.
    pub device_info: DeviceInfo,
}

/// The master data of the devices, by kind. Every value may be missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceInfo {
    /// At most five inverters.
    #[serde(skip_serializing_if = "Devices::is_empty")]
    pub inverters: Devices<InverterInfo, 5>,
    /// At most five energy meters.
    #[serde(skip_serializing_if = "Devices::is_empty")]
    pub energy_meters: Devices<EnergyMeterInfo, 5>,
    /// At most one battery.
    #[serde(skip_serializing_if = "Devices::is_empty")]
    pub batteries: Devices<BatteryInfo, 1>,
    /// At most one smart load.
    #[serde(skip_serializing_if = "Devices::is_empty")]
    pub smart_loads: Devices<SmartLoadInfo, 1>,
}

impl DeviceInfo {
    /// Returns the name of a device; `None` if it has none.
    pub fn name(&self, kind: Section, index: DeviceIndex) -> Option<&str> {
        let name = match kind {
            Section::Inverters => &self.inverters.get(index)?.name,
            Section::EnergyMeters => &self.energy_meters.get(index)?.name,
            Section::Batteries => &self.batteries.get(index)?.name,
            Section::SmartLoads => &self.smart_loads.get(index)?.name,
        };
        name.as_deref()
    }
}

/// Declares a struct of optional values, one row of Rust per key.
macro_rules! device_struct {
    (
        $(#[$attribute:meta])*
        $name:ident { $( $(#[$field:meta])* $key:ident: $type:ty, )* }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $(
                $(#[$field])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $key: Option<$type>,
            )*
        }
    };
}
pub(super) use device_struct;

device_struct! {
    /// Master data of an inverter.
    InverterInfo {
        /// Its name.
        name: String,
        /// Its model.
        model: String,
        /// Its serial number.
        serial: String,
        /// Largest DC power, or the power of the connected panels, W.
        max_dc_w: u64,
        /// Largest AC power, W.
        max_ac_w: u64,
    }
}

device_struct! {
    /// Master data of an energy meter.
    EnergyMeterInfo {
        /// Its name.
        name: String,
        /// Its model.
        model: String,
        /// Its serial number.
        serial: String,
        /// Location of the meter; 1 is the grid.
        location: u8,
    }
}

device_struct! {
    /// Master data of a battery.
    BatteryInfo {
        /// Its name.
        name: String,
        /// Its model.
        model: String,
        /// Its serial number.
        serial: String,
        /// Its capacity, Wh.
        capacity_wh: u64,
    }
}

device_struct! {
    /// Master data of a smart load.
    SmartLoadInfo {
        /// Its name.
        name: String,
        /// Its model.
        model: String,
        /// Its serial number.
        serial: String,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::super::{DeviceKind, FIELDS, FileName};
    use super::*;

    #[test]
    fn the_manufacturers_example_comes_back_value_for_value() {
        let official = include_str!("../../../../tests/fixtures/custom_api/official_info.json");
        let example: Value = serde_json::from_str(official).unwrap();
        let document: InfoDocument = serde_json::from_str(official).unwrap();
        assert_eq!(serde_json::to_value(&document).unwrap(), example);
    }

    #[test]
    fn devices_have_the_names_of_the_document() {
        let text = r#"{"inverters":{"1":{"name":"Roof"}},"batteries":{"0":{}}}"#;
        let info: DeviceInfo = serde_json::from_str(text).unwrap();
        let [first, second] = [0, 1].map(|index| DeviceIndex::new(index).unwrap());
        assert_eq!(info.name(Section::Inverters, second), Some("Roof"));
        for (kind, index) in [
            (Section::Inverters, first),
            (Section::Batteries, first),
            (Section::EnergyMeters, first),
            (Section::SmartLoads, first),
        ] {
            assert_eq!(info.name(kind, index), None);
        }
    }

    /// A key that only the table has would be refused; one that only a struct has is missing from
    /// the manufacturer's example, which has them all.
    #[test]
    fn structs_and_table_name_the_same_set() {
        let mut root = Map::new();
        for field in FIELDS.iter().filter(|field| field.file == FileName::Info) {
            let value = match field.kind {
                DeviceKind::Text => json!("x"),
                DeviceKind::Integer { .. } => json!(1),
                DeviceKind::Decimal { .. } => json!(1.5),
                DeviceKind::Flag => json!(true),
            };
            let section = field.section.map_or("", Section::key);
            root.entry(section).or_insert_with(|| json!({}))[DeviceIndex::FIRST.to_string()]
                [field.key] = value;
        }
        let root = json!({ "device_info": root });
        let document: InfoDocument = serde_json::from_value(root.clone()).unwrap();
        assert_eq!(serde_json::to_value(document).unwrap(), root);
        let official = include_str!("../../../../tests/fixtures/custom_api/official_info.json");
        let official: Value = serde_json::from_str(official).unwrap();
        assert_eq!(keys(&root), keys(&official));
    }

    fn keys(value: &Value) -> Vec<String> {
        match value {
            Value::Object(map) => {
                let mut found: Vec<_> = map.keys().cloned().collect();
                found.extend(map.values().flat_map(keys));
                found.sort();
                found
            }
            _ => Vec::new(),
        }
    }
}
