//! Decodes readings from JSON, row by row, while it is parsed: keys of the table need no tree.
//!
//! Tolerant: missing and additional keys; `13` and `13.0`; `0`, `1`, `true`, `false`; names and
//! numbers of codes; keys with a trailing colon. A leaf that does not match its row makes that row
//! a [misfit](Readings::misfit) and nothing else. Only a value that is not an object, or an object
//! with a duplicate key, is not a document.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::Readings;
use crate::error::DecodeError;
use crate::field::tree::{self, Place};
use crate::field::{DocumentName, FIELDS, Field};
use crate::found::Found;
use crate::json::{Tree, TreeVisitor, tolerant, twice};

/// The parts of a body that is expected to be a document.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) readings: Readings,
    /// The value of the key with which the device refuses.
    pub(crate) response: Option<Value>,
    /// A description of the value received instead of an object.
    no_object: Option<String>,
}

/// The key with which the device refuses.
pub(crate) const RESPONSE: &str = "Response";

impl Body {
    /// Parses `text`.
    ///
    /// # Errors
    /// If it is not JSON, or an object has a duplicate key.
    pub(crate) fn parse(document: DocumentName, text: &[u8]) -> Result<Self, serde_json::Error> {
        tolerant(text, |text| {
            let mut parser = serde_json::Deserializer::from_str(text);
            let body = Self::take(document, &mut parser)?;
            parser.end().map(|()| body)
        })
    }

    fn take<'de, D: Deserializer<'de>>(
        document: DocumentName,
        deserializer: D,
    ) -> Result<Self, D::Error> {
        let mut body = Self { readings: Readings::default(), response: None, no_object: None };
        let place = tree::root(document);
        At { place, is_root: true, is_settled: false, body: &mut body }
            .deserialize(deserializer)?;
        Ok(body)
    }

    /// Returns the readings, if the body is an object.
    pub(crate) fn document(self, document: DocumentName) -> Result<Readings, DecodeError> {
        match self.no_object {
            Some(found) => Err(DecodeError::new(document.name(), "a JSON object", &found)),
            None => Ok(self.readings),
        }
    }
}

impl Readings {
    /// Decodes the rows of `document` from its JSON object.
    ///
    /// # Errors
    /// If `value` is not an object. The error of a single value is its row's
    /// [`misfit`](Self::misfit).
    pub fn from_json(document: DocumentName, value: &Value) -> Result<Self, DecodeError> {
        Body::take(document, value)
            .map_err(|error| DecodeError::new(document.name(), "JSON", &error.to_string()))?
            .document(document)
    }
}

/// The visitor of a place of the table: the document, a group of values, or a value.
struct At<'b> {
    place: Place,
    is_root: bool,
    /// `true` if another key of the same object already gave this value, so that this one is
    /// skipped.
    is_settled: bool,
    body: &'b mut Body,
}

impl At<'_> {
    /// Takes a value that is not an object.
    fn take(self, found: Found<'_>) {
        let readings = &mut self.body.readings;
        match tree::leaf(self.place) {
            _ if self.is_settled => {}
            Some(field) => readings.put(field.id, field.accept(found)),
            None if self.is_root => self.body.no_object = Some(found.shown()),
            None => {
                let path = tree::path(self.place);
                let error = DecodeError::new(path, "a JSON object", &found.shown());
                // The rows of a group are not all adjacent in the table.
                let below = |field: &&Field| {
                    field.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
                };
                for field in FIELDS.iter().filter(below) {
                    readings.put(field.id, Err(error.clone()));
                }
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for At<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for At<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(tree::path(self.place))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.take(Found::Null);
        Ok(())
    }

    fn visit_bool<E>(self, flag: bool) -> Result<(), E> {
        self.take(Found::Flag(flag));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.take(Found::Unsigned(number));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.take(Found::Signed(number));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.take(Found::Decimal(number));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.take(Found::Text(text));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        TreeVisitor.visit_seq(list)?;
        self.take(Found::List);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        if tree::leaf(self.place).is_some() {
            TreeVisitor.visit_map(object)?;
            self.take(Found::Object);
            return Ok(());
        }
        // Sets of places: keys as in the table, and keys that end in a colon.
        let (mut exact, mut with_colon) = (0_u128, 0_u128);
        let mut others = Map::new();
        let mut after = None;
        while let Some(key) = object.next_key_seed(KeyOf { parent: self.place, after })? {
            match key {
                Key::Known { place, has_colon } => {
                    let bit = 1 << place;
                    let seen = if has_colon { &mut with_colon } else { &mut exact };
                    if *seen & bit != 0 {
                        return Err(twice(tree::path(place)));
                    }
                    *seen |= bit;
                    after = Some(place);
                    let is_settled = has_colon && exact & bit != 0;
                    let body = &mut *self.body;
                    object.next_value_seed(At { place, is_root: false, is_settled, body })?;
                }
                Key::Other(key) => {
                    if others.contains_key(&key) {
                        return Err(twice(&key));
                    }
                    let Tree(value) = object.next_value()?;
                    if self.is_root && key == RESPONSE {
                        self.body.response = Some(value);
                    }
                    others.insert(key, Value::Null);
                }
            }
        }
        Ok(())
    }
}

/// A key of an object of the table.
enum Key {
    Known { place: Place, has_colon: bool },
    Other(String),
}

/// Finds a key inside `parent`; `after` was the last one found.
struct KeyOf {
    parent: Place,
    after: Option<Place>,
}

impl<'de> DeserializeSeed<'de> for KeyOf {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyOf {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Key, E> {
        if let Some(place) = tree::find(self.parent, self.after, key) {
            return Ok(Key::Known { place, has_colon: false });
        }
        // Before SmartModule 4.0.0.100 some keys end in a colon: `"voltage:"`, `"max_current:"`
        // and `"frequency:"` were seen on real units.
        let bare = key.strip_suffix(':');
        Ok(match bare.and_then(|bare| tree::find(self.parent, self.after, bare)) {
            Some(place) => Key::Known { place, has_colon: true },
            None => Key::Other(key.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::code::{ChargingStatus, Code};
    use crate::field::FieldId;
    use crate::reading::Scalar;

    fn values(value: &Value) -> Readings {
        let from_tree = Readings::from_json(DocumentName::Values, value).unwrap();
        let text = value.to_string();
        let from_text = Body::parse(DocumentName::Values, text.as_bytes()).unwrap().readings;
        assert_eq!(from_text, from_tree, "a text and its tree say the same");
        from_text
    }

    fn misfits(readings: &Readings) -> Vec<String> {
        readings.misfits().map(|(_, error)| error.to_string()).collect()
    }

    #[test]
    fn whole_numbers_may_have_decimals_and_flags_may_be_booleans() {
        let readings = values(&json!({
            "energy": {"charged_energy": 13.0},
            "powerflow": {"charging_current": 6},
            "general": {"charge_permitted": true, "status": 3.0}
        }));
        assert_eq!(readings.get(FieldId::ChargedEnergy), Some(&Scalar::Unsigned(13)));
        assert_eq!(readings.get(FieldId::SignalledCurrent), Some(&Scalar::Decimal(6.0)));
        assert_eq!(readings.get(FieldId::ChargePermitted), Some(&Scalar::Flag(true)));
        let charging = Scalar::Code(Code::ChargingStatus(ChargingStatus::Charging));
        assert_eq!(readings.get(FieldId::Status), Some(&charging));
    }

    #[test]
    fn keys_with_a_colon_and_missing_groups_are_tolerated() {
        let readings = values(&json!({
            "powerflow": {"l1": {"voltage:": 230.5}, "l2": {"voltage": 1, "voltage:": 2}, "new": 1}
        }));
        assert_eq!(readings.get(FieldId::VoltageL1), Some(&Scalar::Decimal(230.5)));
        assert_eq!(readings.get(FieldId::VoltageL2), Some(&Scalar::Decimal(1.0)));
        assert_eq!((readings.iter().count(), readings.misfits().count()), (2, 0));
    }

    #[test]
    fn what_cannot_be_is_a_misfit_of_its_row_alone() {
        for (part, place, found) in [
            (json!({"general": {"status": 300}}), "values.general.status", "300"),
            (json!({"general": {"status": -1}}), "values.general.status", "-1"),
            (json!({"general": {"status": true}}), "values.general.status", "true"),
            (json!({"general": {"charge_permitted": 2}}), "values.general.charge_permitted", "2"),
            (json!({"general": {"charge_count": 65536}}), "values.general.charge_count", "65536"),
            (json!({"general": {"charge_count": "6"}}), "values.general.charge_count", "\"6\""),
            (json!({"energy": {"charged_energy": 1.5}}), "values.energy.charged_energy", "1.5"),
            (json!({"energy": {"charged_energy": null}}), "values.energy.charged_energy", "null"),
            (
                json!({"powerflow": {"l1": {"current": "NaN"}}}),
                "values.powerflow.l1.current",
                "\"NaN\"",
            ),
            (
                json!({"powerflow": {"l1": {"current": {"a": 1}}}}),
                "values.powerflow.l1.current",
                "an object",
            ),
            (
                json!({"powerflow": {"l1": {"current": [[]]}}}),
                "values.powerflow.l1.current",
                "a list",
            ),
        ] {
            let mut whole = part;
            whole["temperatures"] = json!({"housing": 31.5});
            let readings = values(&whole);
            let found_misfits: Vec<_> = readings.misfits().collect();
            let [(field, error)] = found_misfits[..] else { panic!("{whole}: {found_misfits:?}") };
            assert_eq!((error.place.as_str(), error.found.as_str()), (place, found));
            assert_eq!((field.path, readings.reported(field.id)), (place, None));
            assert_eq!(readings.get(FieldId::HousingTemperature), Some(&Scalar::Decimal(31.5)));
        }
    }

    #[test]
    fn a_number_beyond_a_double_is_no_value_and_takes_no_other_with_it() {
        for (number, count) in [("1e999", 1), ("-1E+400", 1), ("1234e309", 7)] {
            let odd = format!("{number}\n, ").repeat(count - 1) + number;
            let text = format!(
                r#"{{"energy": {{"charged_energy": 5,
                "total_charged_energy": {number}, "new": [{odd}]}},"temperatures":{{}}}}"#
            );
            let body = Body::parse(DocumentName::Values, text.as_bytes()).unwrap();
            let readings = body.document(DocumentName::Values).unwrap();
            assert_eq!(readings.reported(FieldId::ChargedEnergy), Some(&Scalar::Unsigned(5)));
            assert_eq!(readings.reported(FieldId::TotalChargedEnergy), None, "{text}");
            assert!(crate::json::parse(text.as_bytes()).unwrap()["energy"]["charged_energy"] == 5);
        }
        let many = format!("{{\"energy\": [{}0]}}", "1e999,".repeat(100_000));
        assert!(crate::json::parse(many.as_bytes()).is_err(), "not for ever");
        for cut in [&b"{\"energy\": 1e999"[..], b"1e999,", b"{\"energy\": 1e}"] {
            assert!(Body::parse(DocumentName::Values, cut).is_err());
        }
    }

    #[test]
    fn a_group_that_is_none_is_a_misfit_of_all_its_rows() {
        let readings =
            values(&json!({"powerflow": {"l1": 5, "l3": null}, "general": {"status": 1}}));
        assert_eq!(readings.misfits().count(), 12);
        let error = readings.misfit(FieldId::VoltageL1).unwrap().to_string();
        assert_eq!(error, "values.powerflow.l1: expected a JSON object, found 5");
        assert_eq!(readings.misfit(FieldId::VoltageL2), None);
        assert!(readings.get(FieldId::Status).is_some());
        assert_eq!(values(&json!({"powerflow": []})).misfits().count(), 27);
    }

    #[test]
    fn what_stands_for_no_value_is_unknown() {
        let readings = values(&json!({
            "energy": {"total_charged_energy": u64::MAX, "charged_energy": u32::MAX},
            "powerflow": {
                "total_active_power": -310.4,
                "peak_power": -0.001,
                "l1": {"current": -0.4, "voltage": 655.35},
                "total_power_factor": -32.768
            },
            "general": {
                "vehicle_connect_time": 4_294_967_296_u64,
                "vehicle_charging_time": -1,
                "charge_count": 65535
            },
            "temperatures": {"housing": -327.68, "connector_l1": -12.5}
        }));
        let known: Vec<_> = readings.iter().map(|(field, _)| field.id).collect();
        let shown_as_read = [
            FieldId::ActivePower,
            FieldId::CurrentL1,
            FieldId::ChargeCount,
            FieldId::AttachmentTemperatureL1,
        ];
        assert_eq!(known, shown_as_read);
        assert_eq!(readings.misfits().count(), 8);
        let reason = readings.misfit(FieldId::HousingTemperature).unwrap().to_string();
        let said = "values.temperatures.housing: expected a number, \
                    found -327.68, which stands for no value";
        assert_eq!(reason, said);
    }

    #[test]
    fn what_is_no_document_fails_whole() {
        for text in [
            "[1,2]",
            "\"x\"",
            "null",
            "7",
            r#"{"general":{"status":1,"status":3}}"#,
            r#"{"a":1,"a":1}"#,
            r#"{"general":{"new":{"a":1,"a":2}}}"#,
            r#"{"general":{},"general":{}}"#,
            r#"{"energy":{"charged_energy":[{"a":1,"a":1}]}}"#,
            r#"{"energy":{}} {}"#,
            r#"{"energy":{"#,
            "",
        ] {
            let read = Body::parse(DocumentName::Values, text.as_bytes());
            let read = read.ok().and_then(|body| body.document(DocumentName::Values).ok());
            assert_eq!(read, None, "{text}");
        }
        let error = Readings::from_json(DocumentName::Values, &json!([1, 2])).unwrap_err();
        assert_eq!(error.to_string(), "values: expected a JSON object, found a list");
    }

    #[test]
    fn an_error_of_a_row_can_be_logged() {
        let readings = values(&json!({"energy": {"charged_energy": "a\u{202e}b\nc\u{1b}[31m"}}));
        let said = "values.energy.charged_energy: expected an integer from 0 to 4294967295, \
                    found \"abc[31m\"";
        assert_eq!(misfits(&readings), [said]);
    }
}
