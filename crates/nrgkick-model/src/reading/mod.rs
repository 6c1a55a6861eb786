//! The values of a document by row of the table.
//!
//! [`Readings`] is the middle that all projections meet in: JSON in either form, Modbus words,
//! and the structs of [`document`](crate::document) are each converted to and from it by
//! walking [`FIELDS`]. What is tolerated is decided here, once per [`Kind`].
//!
//! [`Kind`]: crate::field::Kind

mod json;

pub use json::Form;

use crate::code::Code;
use crate::field::{Absence, FIELDS, Field, FieldId};

/// A single value.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// A string.
    Text(String),
    /// A number that is never negative.
    Unsigned(u64),
    /// A number that may be negative.
    Signed(i64),
    /// A finite number with decimals.
    Decimal(f64),
    /// Yes or no.
    Flag(bool),
    /// A number with a name.
    Code(Code),
}

impl Scalar {
    /// The value as a number: nothing for texts, 0 or 1 for flags, the number for codes.
    #[expect(clippy::cast_precision_loss, reason = "for showing and scaling; energies stay exact")]
    pub fn number(&self) -> Option<f64> {
        match *self {
            Self::Text(_) => None,
            Self::Unsigned(number) => Some(number as f64),
            Self::Signed(number) => Some(number as f64),
            Self::Decimal(number) => Some(number),
            Self::Flag(flag) => Some(f64::from(u8::from(flag))),
            Self::Code(code) => code.number().map(f64::from),
        }
    }
}

/// The values that are known, by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings(Vec<Option<Scalar>>);

impl Default for Readings {
    fn default() -> Self {
        Self(vec![None; FIELDS.len()])
    }
}

impl Readings {
    /// The value of `field` as reported, also where it means "none".
    pub fn reported(&self, field: FieldId) -> Option<&Scalar> {
        self.0[field as usize].as_ref()
    }

    /// The value of `field`, nothing where the device says that there is none.
    pub fn get(&self, field: FieldId) -> Option<&Scalar> {
        self.reported(field).filter(|scalar| match Field::of(field).absence {
            Absence::Never => true,
            Absence::Zero => scalar.number() != Some(0.0),
        })
    }

    /// Sets or removes the value of `field`.
    pub fn set(&mut self, field: FieldId, scalar: Option<Scalar>) {
        self.0[field as usize] = scalar;
    }

    /// All known values in the order of the table, as reported.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Field, &Scalar)> {
        FIELDS.iter().zip(&self.0).filter_map(|(field, scalar)| Some((field, scalar.as_ref()?)))
    }

    /// Takes over every value that `other` knows.
    pub fn merge(&mut self, other: Self) {
        for (mine, theirs) in self.0.iter_mut().zip(other.0) {
            if theirs.is_some() {
                *mine = theirs;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_none_where_the_row_says_so() {
        let mut readings = Readings::default();
        for id in [FieldId::DomesticPlugTemperature1, FieldId::HousingTemperature] {
            readings.set(id, Some(Scalar::Decimal(0.0)));
        }
        assert_eq!(readings.get(FieldId::DomesticPlugTemperature1), None);
        assert_eq!(
            readings.reported(FieldId::DomesticPlugTemperature1),
            Some(&Scalar::Decimal(0.0))
        );
        assert_eq!(readings.get(FieldId::HousingTemperature), Some(&Scalar::Decimal(0.0)));
    }
}
