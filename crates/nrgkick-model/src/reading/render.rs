//! Prints readings as JSON, in the order of the device.
//!
//! A row without a value has no key, as on a device that does not have it. A row that was present
//! and could not be read is `null`, so that clients find its key; but rows that a unit may lack
//! altogether (modem, position) are left out then too.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Readings, Scalar};
use crate::code::UNKNOWN;
use crate::field::{DocumentName, Presence};

/// The form in which codes are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// As names, the charger's default. A number without a name is lost.
    #[default]
    Text,
    /// As numbers, the charger's `raw` mode.
    Raw,
}

impl Readings {
    /// Prints the JSON object of `document`, its keys in the order of the device.
    ///
    /// It has only the named `sections`, or all if none is named.
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
        for field in document.fields() {
            let wanted = |section| sections.is_empty() || sections.contains(&section);
            if !field.section().is_none_or(wanted) {
                continue;
            }
            let is_null = field.presence == Presence::Always && self.misfit(field.id).is_some();
            match self.reported(field.id) {
                Some(scalar) => root.insert(field.keys(), Node::Leaf(scalar, form)),
                None if is_null => root.insert(field.keys(), Node::Null),
                None => {}
            }
        }
        root
    }
}

/// A JSON value whose keys stay in the order of their insertion.
enum Node<'a> {
    Leaf(&'a Scalar, Form),
    Null,
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
        // The recursion must not create a type for each level.
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
            Self::Null => serializer.serialize_unit(),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_keeps_the_order_of_the_device() {
        let values = json!({
            "general": {"status": 1},
            "powerflow": {"n": {"current": 0}, "l1": {"power_factor": 1, "voltage": 2}},
            "energy": {"charged_energy": 5}
        });
        let readings = Readings::from_json(DocumentName::Values, &values).unwrap();
        assert_eq!(
            readings.to_json(DocumentName::Values, &[], Form::Text),
            r#"{"energy":{"charged_energy":5},"powerflow":{"l1":{"voltage":2.0,"power_factor":1.0},"n":{"current":0.0}},"general":{"status":"STANDBY"}}"#
        );
        assert_eq!(
            readings.to_json(DocumentName::Values, &["general"], Form::Raw),
            r#"{"general":{"status":1}}"#
        );
    }

    #[test]
    fn what_could_not_be_read_is_null_and_what_a_unit_may_lack_is_left_out() {
        let info = json!({
            "network": {"ssid": "home", "rssi": -23941},
            "cellular": {"rssi": -23941, "operator": "o"},
            "gps": null
        });
        let readings = Readings::from_json(DocumentName::Info, &info).unwrap();
        assert_eq!(
            readings.to_json(DocumentName::Info, &[], Form::Raw),
            r#"{"network":{"ssid":"home","rssi":null},"cellular":{"operator":"o"}}"#
        );
    }
}
