//! Parses answers, or tells in words why they are not usable.
//!
//! As strict as the manufacturer's document: an unknown key or another type is an error, so that a
//! server that deviates is noticed. The reaction of a real charger is not known.

use nrgkick_model::custom_api::{
    DeviceInfo, DeviceValues, InfoDocument, Misfit, Place, ValuesDocument,
};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// A body that does not match its document.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(super) enum Misunderstanding {
    /// The body is not JSON.
    #[error("the body is not JSON ({why}): {start:?}")]
    NoJson {
        /// The parser's message, with line and column.
        why: String,
        /// The start of the body.
        start: String,
    },
    /// A key or a type that the document does not have.
    #[error("{at}: {why}")]
    Shape {
        /// The place, as a path of keys.
        at: String,
        /// The parser's message.
        why: String,
    },
    /// A value outside its range.
    #[error("{place}: {why}")]
    Bounds {
        /// The place.
        place: Place,
        /// The value and its range.
        why: Misfit,
    },
}

/// Parses the body of `values.json`.
pub(super) fn values(body: &[u8]) -> Result<DeviceValues, Misunderstanding> {
    let values = document::<ValuesDocument>(body)?.device_values;
    for (place, observed) in values.observed() {
        place.field().fit(observed).map_err(|why| Misunderstanding::Bounds { place, why })?;
    }
    Ok(values)
}

/// Parses the body of `info.json`.
pub(super) fn info(body: &[u8]) -> Result<DeviceInfo, Misunderstanding> {
    Ok(document::<InfoDocument>(body)?.device_info)
}

fn document<T: DeserializeOwned>(body: &[u8]) -> Result<T, Misunderstanding> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut reader);
    let document = read.map_err(|error| {
        let at = error.path().to_string();
        let error = error.into_inner();
        match error.classify() {
            Category::Data => Misunderstanding::Shape { at, why: error.to_string() },
            Category::Syntax | Category::Eof | Category::Io => no_json(&error, body),
        }
    })?;
    reader.end().map_err(|error| no_json(&error, body))?;
    Ok(document)
}

fn no_json(error: &serde_json::Error, body: &[u8]) -> Misunderstanding {
    Misunderstanding::NoJson { why: error.to_string(), start: start(body) }
}

/// Returns the start of a body for an error message.
pub(super) fn start(body: &[u8]) -> String {
    const SHOWN: usize = 120;
    let text = String::from_utf8_lossy(body);
    let mut start: String = text.chars().take(SHOWN).collect();
    if start.len() < text.len() {
        start.push('…');
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: &[u8] =
        include_bytes!("../../../../tests/fixtures/custom_api/official_values.json");
    const INFO: &[u8] = include_bytes!("../../../../tests/fixtures/custom_api/official_info.json");

    #[test]
    fn the_manufacturers_example_is_understood() {
        assert_eq!(values(VALUES).unwrap().load_power_w, Some(1683));
        assert!(!info(INFO).unwrap().inverters.is_empty());
        assert!(info(VALUES).is_err() && values(INFO).is_err(), "each is its own document");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (body, parts) in [
            ("<html>", ["not JSON", "<html>"]),
            ("", ["not JSON", "line 1"]),
            (r#"{"device_values":{"load_power_w":1}"#, ["not JSON", "EOF"]),
            (r#"{"device_values":{}}x"#, ["not JSON", "trailing"]),
            (r#"{"device_values":{"load_power_w":1e999}}"#, ["not JSON", "out of range"]),
            (
                r#"{"device_values":{"inverters":{"0":{"battery_connected":True}}}}"#,
                ["not JSON", "expected value"],
            ),
            (
                r#"{"device_values":{"inverters":{"0":{"power":1}}}}"#,
                ["device_values.inverters.0.power", "unknown field"],
            ),
            (
                r#"{"device_values":{"inverters":{"0":{"inv_power_ac_w":1.5}}}}"#,
                ["device_values.inverters.0.inv_power_ac_w", "1.5"],
            ),
            (r#"{"device_values":{"inverters":[]}}"#, ["device_values.inverters", "sequence"]),
            (r#"{"device_values":{"batteries":{"1":{}}}}"#, ["batteries", "no device \"1\""]),
            (
                r#"{"device_values":{"batteries":{"0":{"soc":101}}}}"#,
                ["batteries.0.soc", "101 is not a number from 0 to 100"],
            ),
            (r#"{"values":{}}"#, ["values", "unknown field"]),
            ("{}", ["missing field", "device_values"]),
        ] {
            let error = values(body.as_bytes()).unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{body}: {error}");
            }
        }
    }

    #[test]
    fn an_error_shows_only_the_start_of_a_body() {
        let error = values(&b"\xff".repeat(5000)).unwrap_err().to_string();
        assert!(error.len() < 600 && error.contains('…'), "{error}");
    }
}
