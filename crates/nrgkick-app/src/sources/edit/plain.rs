//! Plain logic of the editor: pointers into a reply, places, names of devices, signs.

use gateway_api::custom_api::edit::{DraftSection, DraftValue};
use nrgkick_model::custom_api::{DeviceField, DeviceIndex, DeviceInfo, FileName, Place, Section};
use serde_json::{Map, Value, json};

/// Returns the JSON pointer (RFC 6901) of `key` in what `pointer` names.
pub fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Returns the members of an object or a list by their keys; `None` for anything else.
pub fn members(value: &Value) -> Option<Vec<(String, &Value)>> {
    match value {
        Value::Object(members) => {
            Some(members.iter().map(|(key, value)| (key.clone(), value)).collect())
        }
        Value::Array(members) => {
            Some(members.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect())
        }
        _ => None,
    }
}

/// Returns what was typed as the file has it: a number or a switch where it is one, or a text.
pub fn typed(text: &str) -> Value {
    let text = text.trim();
    match serde_json::from_str(text) {
        _ if text.is_empty() => Value::Null,
        Ok(value @ (Value::Number(_) | Value::Bool(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}

/// Returns a setting as it is typed; `None` for a list or an object.
pub fn shown(setting: &Value) -> Option<String> {
    match setting {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(setting.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Returns the devices of a text as the charger would be told of them.
pub fn devices(sections: &[DraftSection]) -> DeviceInfo {
    let mut info = Map::new();
    for DraftSection { at, settings, .. } in sections {
        let Some((kind, index)) = at.split_once('.') else { continue };
        let Some(section) = Section::find(kind) else { continue };
        let rows = DeviceField::rows(FileName::Info, Some(section));
        let fields =
            rows.filter_map(|row| Some((row.key.to_owned(), settings.get(row.key)?.clone())));
        let fields: Map<String, Value> = fields.collect();
        info.entry(kind).or_insert_with(|| json!({}))[index] = Value::Object(fields);
    }
    serde_json::from_value(Value::Object(info)).unwrap_or_default()
}

/// Returns the places that a new value may have, those of devices that are there first.
pub fn free(values: &[DraftValue]) -> Vec<Place> {
    let is_free = |place: &Place| {
        let name = place.to_string();
        values.iter().all(|value| value.at != name)
    };
    let mut places = Vec::new();
    for section in Section::ALL {
        let prefix = |index: DeviceIndex| format!("{}.{index}.", section.key());
        let is_there =
            |index: &DeviceIndex| values.iter().any(|value| value.at.starts_with(&prefix(*index)));
        let next = DeviceIndex::all().find(|index| !is_there(index));
        for index in DeviceIndex::all().filter(|index| is_there(index) || next == Some(*index)) {
            let rows = DeviceField::rows(FileName::Values, Some(section));
            places.extend(rows.filter_map(|row| Place::new(row.id, index)));
        }
    }
    places.push(Place::HOUSE);
    places.retain(is_free);
    places
}

/// Returns the address of a device as a source has it: `http://` in front of a bare host.
pub fn address(text: &str) -> String {
    let text = text.trim();
    if text.contains("://") || text.is_empty() { text.to_owned() } else { format!("http://{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_where_the_standard_says() {
        let reply = json!({"a/b": {"m~n": [5, 7]}});
        let pointer = below(&below(&below("", "a/b"), "m~n"), "1");
        assert_eq!(pointer, "/a~1b/m~0n/1");
        assert_eq!(reply.pointer(&pointer), Some(&json!(7)));
        let list = members(&reply["a/b"]["m~n"]).unwrap();
        assert_eq!(list[1], ("1".to_owned(), &json!(7)));
        assert_eq!(members(&json!("x")), None);
    }

    #[test]
    fn what_is_typed_is_a_number_a_switch_or_a_text() {
        for (text, value) in [
            ("-1", json!(-1)),
            (" 0.001 ", json!(0.001)),
            ("true", json!(true)),
            ("/P_Grid", json!("/P_Grid")),
            ("5s", json!("5s")),
            ("", Value::Null),
        ] {
            assert_eq!(typed(text), value, "{text}");
        }
        assert_eq!(shown(&json!("5s")).as_deref(), Some("5s"));
        assert_eq!(shown(&json!(["a"])), None);
    }

    #[test]
    fn devices_of_a_text_have_their_names_and_places() {
        let settings = json!({"name": "Cellar", "location": 1, "other": 2});
        let Value::Object(settings) = settings else { panic!("an object") };
        let section = DraftSection { at: "energy_meters.0".into(), line: 1, settings };
        let top = DraftSection { at: String::new(), line: 1, settings: Map::new() };
        let info = devices(&[top, section]);
        assert_eq!(info.name(Section::EnergyMeters, DeviceIndex::FIRST), Some("Cellar"));
        assert_eq!(info.energy_meters.get(DeviceIndex::FIRST).unwrap().location, Some(1));
    }

    #[test]
    fn a_new_value_is_of_a_device_that_is_there_or_of_the_next() {
        let value = |at: &str| DraftValue {
            at: at.into(),
            line: 1,
            is_shown: true,
            unit: String::new(),
            kind: None,
            from: String::new(),
            settings: Map::new(),
        };
        let places = free(&[value("inverters.0.inv_power_ac_w"), value("batteries.0.soc")]);
        let names: Vec<String> = places.iter().map(ToString::to_string).collect();
        for (name, is_free) in [
            ("inverters.0.inv_power_ac_w", false),
            ("inverters.0.battery_connected", true),
            ("inverters.1.inv_power_ac_w", true),
            ("inverters.2.inv_power_ac_w", false),
            ("batteries.0.bat_power_w", true),
            ("load_power_w", true),
        ] {
            assert_eq!(names.iter().any(|free| free == name), is_free, "{name}");
        }
    }

    #[test]
    fn a_bare_host_is_asked_over_http() {
        assert_eq!(address(" 192.168.1.20 "), "http://192.168.1.20");
        assert_eq!(address("https://a.b/c"), "https://a.b/c");
    }
}
