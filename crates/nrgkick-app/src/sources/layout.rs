//! The grouping of values: one sheet for each device, in the manufacturer's order.

use gateway_api::custom_api::Status;
use nrgkick_model::custom_api::{
    DeviceField, DeviceFieldId, DeviceIndex, FileName, Place, Section,
};
use serde_json::Value;

use super::value_text::place;
use crate::words;

/// A sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The device.
    pub title: String,
    /// Its description, as the charger is told.
    pub about: String,
    /// The indices of its values in [`Status::sources`].
    pub rows: Vec<usize>,
}

/// Returns all sheets: every device with a value or a description, the house, and last the values
/// that are only parts of others.
pub fn groups(status: &Status) -> Vec<Group> {
    let info = serde_json::to_value(&status.info.device_info).unwrap_or_default();
    let places: Vec<Option<Place>> = status.sources.iter().map(place).collect();
    let rows = |wanted: &dyn Fn(&Place) -> bool| {
        let found =
            places.iter().enumerate().filter(|(_, place)| place.as_ref().is_some_and(wanted));
        found.map(|(row, _)| row).collect::<Vec<usize>>()
    };
    let mut groups = Vec::new();
    for section in Section::ALL {
        for index in DeviceIndex::all() {
            let kind = format!("{} {index}", words::device(section));
            let mut about = about(&info, section, index);
            let title = match status.info.device_info.name(section, index) {
                Some(name) => {
                    about = [kind, about]
                        .into_iter()
                        .filter(|text| !text.is_empty())
                        .collect::<Vec<_>>()
                        .join(BETWEEN);
                    name.to_owned()
                }
                None => kind,
            };
            let rows = rows(&|place| place.section() == Some(section) && place.index() == index);
            groups.push(Group { title, about, rows });
        }
    }
    let house = rows(&|place| place.section().is_none());
    groups.push(Group {
        title: words::sources::house().to_owned(),
        about: String::new(),
        rows: house,
    });
    let parts = (0..places.len()).filter(|row| places[*row].is_none()).collect();
    groups.push(Group {
        title: words::sources::parts().to_owned(),
        about: String::new(),
        rows: parts,
    });
    groups.retain(|group| !group.rows.is_empty() || !group.about.is_empty());
    groups
}

/// Between the fields of a device.
const BETWEEN: &str = " · ";

/// Describes a device by all its given fields but its name.
fn about(info: &Value, section: Section, index: DeviceIndex) -> String {
    let device = info.get(section.key()).and_then(|devices| devices.get(index.to_string()));
    let field = |field: &DeviceField| {
        use DeviceFieldId::{BatteryName, InverterName, LoadName, MeterName};
        if matches!(field.id, BatteryName | InverterName | LoadName | MeterName) {
            return None;
        }
        let text = match device?.get(field.key)? {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        Some(
            format!("{} {text} {}", words::device_label(field), field.unit.symbol())
                .trim_end()
                .to_owned(),
        )
    };
    let all: Vec<String> =
        DeviceField::rows(FileName::Info, Some(section)).filter_map(field).collect();
    all.join(BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::super::value_text::tests::{status, value};
    use super::*;

    #[test]
    fn every_value_stands_on_exactly_one_sheet() {
        let mut status = status();
        status.sources = vec![
            value("batteries.0.soc"),
            value("inverters.1.inv_power_ac_w"),
            value("load_power_w"),
            value("inverters.1.pv_energy_day_wh"),
            value("roof"),
        ];
        status.sources[4].is_shown = false;
        let groups = groups(&status);
        let found: Vec<(&str, &[usize])> =
            groups.iter().map(|group| (group.title.as_str(), &group.rows[..])).collect();
        assert_eq!(
            found,
            [
                ("Inverter 1", &[1, 3][..]),
                ("Battery 0", &[0]),
                ("House", &[2]),
                ("Parts of other values", &[4]),
            ]
        );
    }

    #[test]
    fn a_device_is_described_as_the_charger_is_told() {
        let mut status = status();
        let info = r#"{"device_info":{"inverters":{"0":{"name":"Roof","max_ac_w":5000}}}}"#;
        status.info = serde_json::from_str(info).unwrap();
        let groups = groups(&status);
        assert_eq!(groups.len(), 1, "described, without a value");
        assert_eq!(groups[0].title, "Roof");
        assert_eq!(groups[0].about, "Inverter 0 · Most AC power 5000 W");
    }
}
