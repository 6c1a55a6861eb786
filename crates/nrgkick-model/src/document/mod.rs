//! The three documents as structs.
//!
//! Every value is optional: sections can be left out on request, and firmware versions differ.
//! Field names are the manufacturer's keys. The structs are converted from and to [`Readings`] by
//! path, so that tolerance is decided in one place; `tests` prove that structs and table have the
//! same fields.
//!
//! As serde types the documents read codes in either form and print them as numbers.

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
    /// The name of the document.
    const NAME: DocumentName;

    /// Takes its values out of readings, such as those decoded from registers.
    fn from_readings(readings: &Readings) -> Self;

    /// Returns the document's values by row.
    fn readings(&self) -> Readings;

    /// Decodes a parsed JSON object. A value that does not match its row of the table is left out.
    ///
    /// # Errors
    /// If it is not an object.
    fn decode(value: &Value) -> Result<Self, DecodeError> {
        Ok(Self::from_readings(&Readings::from_json(Self::NAME, value)?))
    }

    /// Prints the whole document as the charger does.
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

    /// A row of the table that the struct lacks is lost in the conversion; a key of the struct that
    /// the table lacks has no value, and the struct prints fewer leaves than it has.
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

    /// A key that only a struct has would be lost unnoticed, so the keys are counted.
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
