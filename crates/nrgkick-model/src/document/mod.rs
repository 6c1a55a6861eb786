//! The three documents as structs.
//!
//! Every value is optional: sections can be left out on request, and firmware moves. Field names
//! are the manufacturer's keys. The structs are filled from and emptied into
//! [`Readings`] by path, so that what is tolerated is decided in one
//! place; `tests` prove that structs and table name the same set.
//!
//! As serde types the documents read either form and print codes as numbers.

mod control;
mod group;
pub(crate) mod info;
mod values;

pub use control::Control;
pub use info::{Cellular, Connector, General, Gps, Grid, Info, Network, Versions};
pub use values::{Energy, Neutral, PhaseValues, Powerflow, State, Temperatures, Values};

use serde_json::Value;

use crate::error::DecodeError;
use crate::field::DocumentName;
use crate::reading::{Form, Readings};
use group::{document, optional};

/// A document of the device.
pub trait Document: Default {
    /// Which one.
    const NAME: DocumentName;

    /// Takes its values out of readings, such as those decoded from registers.
    fn from_readings(readings: &Readings) -> Self;

    /// The document's values by row.
    fn readings(&self) -> Readings;

    /// Decodes a parsed JSON object. A value that cannot be what the table says is nothing.
    ///
    /// # Errors
    /// Where it is no object.
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Ok(Self::from_readings(&Readings::from_json(Self::NAME, value)?))
    }

    /// The document as the charger prints it, whole.
    fn to_json(&self, form: Form) -> String {
        self.readings().to_json(Self::NAME, &[], form)
    }
}

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
        let document = T::from_readings(&full);
        assert_eq!(document.readings(), full, "{}", T::NAME);
        let printed: Value = serde_json::from_str(&document.to_json(Form::Raw)).unwrap();
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
