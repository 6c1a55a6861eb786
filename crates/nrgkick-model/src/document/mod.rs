//! The three documents as structs.
//!
//! Every value is optional: sections can be left out on request, and firmware moves. Field names
//! are the manufacturer's keys; `tests` prove that the structs and the table name the same set.
//! The derived serde traits are for exchange between our own programs; what comes from a charger
//! goes through [`Document::decode`], which tolerates what real firmware does.

mod control;
mod info;
mod values;

pub use control::Control;
pub use info::{Cellular, Connector, General, Gps, Grid, Info, Network, SIMULATED, Versions};
pub use values::{Energy, Neutral, PhaseValues, Powerflow, State, Temperatures, Values};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::DecodeError;
use crate::field::DocumentName;
use crate::reading::{Form, Readings};

/// A document of the device.
pub trait Document: Serialize + DeserializeOwned + Default {
    /// Which one.
    const NAME: DocumentName;

    /// Decodes a parsed JSON object.
    ///
    /// # Errors
    /// Names the path of the first value that cannot be what the table says.
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Self::from_readings(&Readings::from_json(Self::NAME, value)?)
    }

    /// Builds the document from readings, such as those decoded from registers.
    ///
    /// # Errors
    /// Only where the struct and the table disagree, which the laws exclude.
    fn from_readings(readings: &Readings) -> Result<Self, DecodeError> {
        serde_json::from_value(readings.to_value(Self::NAME)).map_err(|error| {
            DecodeError::new(Self::NAME.name(), "the document of the table", &error.to_string())
        })
    }

    /// The document's values by row.
    fn readings(&self) -> Readings {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| Readings::from_json(Self::NAME, &value).ok())
            .unwrap_or_default()
    }

    /// The document as the charger prints it, whole.
    fn to_json(&self, form: Form) -> String {
        self.readings().to_json(Self::NAME, &[], form)
    }
}

/// Flags travel as 0 and 1.
mod flag {
    use serde::de::{Deserialize, Deserializer, Error as _};
    use serde::ser::Serializer;

    #[expect(clippy::ref_option, reason = "serde hands out references")]
    pub(super) fn serialize<S: Serializer>(
        flag: &Option<bool>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match flag {
            Some(flag) => serializer.serialize_u8(u8::from(*flag)),
            None => serializer.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<bool>, D::Error> {
        match Option::<u8>::deserialize(deserializer)? {
            None => Ok(None),
            Some(0) => Ok(Some(false)),
            Some(1) => Ok(Some(true)),
            Some(other) => Err(D::Error::custom(format_args!("{other} is neither 0 nor 1"))),
        }
    }
}

/// Declares a struct of optional values, one row of Rust per key.
macro_rules! optional {
    (
        $(#[$attribute:meta])*
        $name:ident { $( $(#[$field:meta])* $key:ident: $type:ty, )* }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        pub struct $name {
            $(
                $(#[$field])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $key: Option<$type>,
            )*
        }

        #[cfg(test)]
        impl $name {
            pub(super) const KEYS: usize = [$(stringify!($key)),*].len();
        }
    };
}
use optional;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{FIELDS, Kind};
    use crate::reading::Scalar;

    fn example(kind: Kind) -> Scalar {
        match kind {
            Kind::Text => Scalar::Text("x".into()),
            Kind::Unsigned { .. } => Scalar::Unsigned(1),
            Kind::Int8 => Scalar::Signed(-1),
            Kind::Decimal => Scalar::Decimal(1.5),
            Kind::Flag => Scalar::Flag(true),
            Kind::Code(kind) => Scalar::Code(kind.from_number(1)),
        }
    }

    /// What is in the table and not in the struct is lost on the way; what is in the struct and
    /// not in the table has no value, and the struct would print fewer leaves than it has.
    fn assert_same_set<T: Document>() {
        let mut full = Readings::default();
        for field in T::NAME.fields() {
            full.set(field.id, Some(example(field.kind)));
        }
        let document = T::from_readings(&full).unwrap();
        assert_eq!(document.readings(), full, "{}", T::NAME);
        let printed = serde_json::to_value(&document).unwrap();
        assert_eq!(leaves(&printed), T::NAME.fields().count(), "{}", T::NAME);
    }

    fn leaves(value: &Value) -> usize {
        match value {
            Value::Object(map) => map.values().map(leaves).sum(),
            _ => 1,
        }
    }

    #[test]
    fn structs_and_table_name_the_same_set() {
        assert_same_set::<Info>();
        assert_same_set::<Control>();
        assert_same_set::<Values>();
        assert_eq!(FIELDS.len(), 33 + 4 + 45);
    }

    /// A key that only a struct has would get lost on the way without a trace, so they are counted.
    #[test]
    fn structs_have_no_key_that_the_table_does_not_have() {
        let info = Info::KEYS - 7
            + General::KEYS
            + Connector::KEYS
            + Grid::KEYS
            + Network::KEYS
            + Cellular::KEYS
            + Gps::KEYS
            + Versions::KEYS;
        assert_eq!(info, 33);
        assert_eq!(Control::KEYS, 4);
        let values = Values::KEYS - 4 + Energy::KEYS + Powerflow::KEYS - 4
            + 3 * PhaseValues::KEYS
            + Neutral::KEYS
            + State::KEYS
            + Temperatures::KEYS;
        assert_eq!(values, 45);
    }
}
