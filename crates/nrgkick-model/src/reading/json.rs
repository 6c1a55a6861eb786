//! Readings from JSON and to JSON.
//!
//! Tolerant: missing, `null` and additional keys; `13` and `13.0`; `0`, `1`, `true`, `false`;
//! names and numbers of codes; keys with a trailing colon. Strict: a number outside its type, a
//! text where a number belongs; the error names the path.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use super::{Readings, Scalar};
use crate::code::UNKNOWN;
use crate::error::{DecodeError, shown};
use crate::field::{DocumentName, Field, Kind};

/// How codes are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As names, the charger's default. A number without a name is lost.
    #[default]
    Text,
    /// As numbers, the charger's `raw` mode.
    Raw,
}

impl Readings {
    /// Reads the rows of `document` from its JSON object.
    ///
    /// # Errors
    /// Names the path of the first value that cannot be what its row says.
    pub fn from_json(document: DocumentName, value: &Value) -> Result<Self, DecodeError> {
        if !value.is_object() {
            return Err(DecodeError::new(document.name(), "a JSON object", &shown(value)));
        }
        let mut readings = Self::default();
        for field in document.fields() {
            if let Some(leaf) = find(field, value)? {
                readings.set(field.id, Some(scalar(field, leaf)?));
            }
        }
        Ok(readings)
    }

    /// The JSON object of `document`, its keys in the order of the device.
    ///
    /// Only the named `sections` are in it; all are where none is named.
    pub fn to_json(&self, document: DocumentName, sections: &[&str], form: Form) -> String {
        let tree = self.tree(document, sections, form);
        // Strings, numbers and maps with string keys always serialise.
        serde_json::to_string(&tree).unwrap_or_default()
    }

    /// Serialises the whole `document`, codes as numbers.
    pub(crate) fn serialize_as<S: Serializer>(
        &self,
        document: DocumentName,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        self.tree(document, &[], Form::Raw).serialize(serializer)
    }

    fn tree(&self, document: DocumentName, sections: &[&str], form: Form) -> Node<'_> {
        let mut root = Node::Branch(Vec::new());
        for (field, scalar) in self.iter().filter(|(field, _)| field.document() == document) {
            let wanted = |section| sections.is_empty() || sections.contains(&section);
            if field.section().is_none_or(wanted) {
                root.insert(field.keys(), Node::Leaf(scalar, form));
            }
        }
        root
    }
}

/// A JSON value whose keys stay in the order of their insertion.
enum Node<'a> {
    Leaf(&'a Scalar, Form),
    Branch(Vec<(&'static str, Self)>),
}

impl<'a> Node<'a> {
    fn insert(&mut self, mut keys: impl Iterator<Item = &'static str>, leaf: Self) {
        let (Some(key), Self::Branch(children)) = (keys.next(), &mut *self) else {
            *self = leaf;
            return;
        };
        let place = children.iter().position(|(name, _)| *name == key).unwrap_or_else(|| {
            children.push((key, Node::Branch(Vec::new())));
            children.len() - 1
        });
        // The recursion must not grow a type for each level.
        let keys: &mut dyn Iterator<Item = &'static str> = &mut keys;
        children[place].1.insert(keys, leaf);
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Branch(children) => {
                let mut map = serializer.serialize_map(Some(children.len()))?;
                for (key, child) in children {
                    map.serialize_entry(key, child)?;
                }
                map.end()
            }
            Self::Leaf(Scalar::Text(text), _) => serializer.serialize_str(text),
            Self::Leaf(Scalar::Unsigned(number), _) => serializer.serialize_u64(*number),
            Self::Leaf(Scalar::Signed(number), _) => serializer.serialize_i64(*number),
            Self::Leaf(Scalar::Decimal(number), _) => serializer.serialize_f64(*number),
            Self::Leaf(Scalar::Flag(flag), _) => serializer.serialize_u8(u8::from(*flag)),
            Self::Leaf(Scalar::Code(code), Form::Text) => serializer.serialize_str(code.name()),
            Self::Leaf(Scalar::Code(code), Form::Raw) => match code.number() {
                Some(number) => serializer.serialize_u8(number),
                None => serializer.serialize_str(UNKNOWN),
            },
        }
    }
}

/// The leaf of `field` in its document, nothing where a key is missing or `null`.
fn find<'v>(field: &Field, document: &'v Value) -> Result<Option<&'v Value>, DecodeError> {
    let mut value = document;
    let mut place = field.document().name().to_owned();
    for key in field.keys() {
        let Some(object) = value.as_object() else {
            return Err(DecodeError::new(place, "a JSON object", &shown(value)));
        };
        // Before SmartModule 4.0.0.100 some keys end in a colon: `"voltage:"`, `"max_current:"`
        // and `"frequency:"` were seen on real units.
        let found = object.get(key).or_else(|| object.get(&format!("{key}:")));
        let Some(found) = found.filter(|found| !found.is_null()) else { return Ok(None) };
        value = found;
        place.push('.');
        place.push_str(key);
    }
    Ok(Some(value))
}

fn scalar(field: &Field, value: &Value) -> Result<Scalar, DecodeError> {
    let scalar = match field.kind {
        Kind::Text => value.as_str().map(|text| Scalar::Text(text.to_owned())),
        Kind::Unsigned { max } => unsigned(value).filter(|n| *n <= max).map(Scalar::Unsigned),
        Kind::Int8 => signed(value).filter(|n| i8::try_from(*n).is_ok()).map(Scalar::Signed),
        Kind::Decimal => value.as_f64().filter(|n| n.is_finite()).map(Scalar::Decimal),
        Kind::Flag => flag(value).map(Scalar::Flag),
        Kind::Code(kind) => match value.as_str() {
            Some(name) => Some(Scalar::Code(kind.from_name(name))),
            None => unsigned(value)
                .and_then(|number| u8::try_from(number).ok())
                .map(|number| Scalar::Code(kind.from_number(number))),
        },
    };
    scalar.ok_or_else(|| DecodeError::new(field.path, field.kind.expected(), &shown(value)))
}

fn unsigned(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| u64::try_from(whole(value)?).ok())
}

fn signed(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| whole(value))
}

/// `13.0` as 13, up to the integers that a float holds exactly.
#[expect(clippy::cast_possible_truncation, reason = "whole and within 53 bits")]
fn whole(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_f64().filter(|n| n.fract() == 0.0 && n.abs() <= EXACT).map(|n| n as i64)
}

fn flag(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| match unsigned(value)? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::code::{ChargingStatus, Code};
    use crate::field::FieldId;

    fn values(value: &Value) -> Result<Readings, DecodeError> {
        Readings::from_json(DocumentName::Values, value)
    }

    #[test]
    fn whole_numbers_may_have_decimals_and_flags_may_be_booleans() {
        let readings = values(&json!({
            "energy": {"charged_energy": 13.0},
            "powerflow": {"charging_current": 6},
            "general": {"charge_permitted": true, "status": 3.0}
        }))
        .unwrap();
        assert_eq!(readings.get(FieldId::ChargedEnergy), Some(&Scalar::Unsigned(13)));
        assert_eq!(readings.get(FieldId::SignalledCurrent), Some(&Scalar::Decimal(6.0)));
        assert_eq!(readings.get(FieldId::ChargePermitted), Some(&Scalar::Flag(true)));
        let charging = Scalar::Code(Code::ChargingStatus(ChargingStatus::Charging));
        assert_eq!(readings.get(FieldId::Status), Some(&charging));
    }

    #[test]
    fn keys_with_a_colon_null_and_missing_groups_are_tolerated() {
        let readings = values(&json!({
            "powerflow": {"l1": {"voltage:": 230.5}, "l2": {"voltage": null}, "new": 1},
            "general": null
        }))
        .unwrap();
        assert_eq!(readings.get(FieldId::VoltageL1), Some(&Scalar::Decimal(230.5)));
        assert_eq!(readings.iter().count(), 1);
    }

    #[test]
    fn what_cannot_be_is_an_error_that_names_the_path() {
        let cases = [
            (json!({"general": {"status": 300}}), "values.general.status", "300"),
            (json!({"general": {"status": -1}}), "values.general.status", "-1"),
            (json!({"general": {"charge_permitted": 2}}), "values.general.charge_permitted", "2"),
            (json!({"general": {"charge_count": 65536}}), "values.general.charge_count", "65536"),
            (json!({"energy": {"charged_energy": 1.5}}), "values.energy.charged_energy", "1.5"),
            (
                json!({"powerflow": {"l1": {"current": "NaN"}}}),
                "values.powerflow.l1.current",
                "\"NaN\"",
            ),
            (json!({"powerflow": {"l1": 5}}), "values.powerflow.l1", "5"),
            (json!({"powerflow": []}), "values.powerflow", "a list"),
            (json!([]), "values", "a list"),
        ];
        for (value, place, found) in cases {
            let error = values(&value).unwrap_err();
            assert_eq!((error.place.as_str(), error.found.as_str()), (place, found));
        }
    }

    #[test]
    fn json_keeps_the_order_of_the_device() {
        let readings = values(&json!({
            "general": {"status": 1},
            "powerflow": {"n": {"current": 0}, "l1": {"power_factor": 1, "voltage": 2}},
            "energy": {"charged_energy": 5}
        }))
        .unwrap();
        assert_eq!(
            readings.to_json(DocumentName::Values, &[], Form::Text),
            r#"{"energy":{"charged_energy":5},"powerflow":{"l1":{"voltage":2.0,"power_factor":1.0},"n":{"current":0.0}},"general":{"status":"STANDBY"}}"#
        );
        assert_eq!(
            readings.to_json(DocumentName::Values, &["general"], Form::Raw),
            r#"{"general":{"status":1}}"#
        );
    }
}
