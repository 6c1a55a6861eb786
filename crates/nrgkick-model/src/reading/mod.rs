//! The values of a document by row of the table.
//!
//! [`Readings`] is the common form of all projections: JSON in either form, Modbus words, and the
//! structs of [`document`](crate::document) are each converted to and from it by iterating over
//! [`FIELDS`]. Tolerance is decided here, once per [`Kind`]; a row that cannot be read is a
//! [misfit](Readings::misfit) and does not affect other rows.
//!
//! [`Kind`]: crate::field::Kind

mod decode;
#[cfg(test)]
mod laws;
mod leaf;
mod meaning;
mod render;

pub(crate) use decode::{Body, RESPONSE};
pub use meaning::SIMULATED;
pub use render::Form;

use crate::code::Code;
use crate::error::DecodeError;
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
    /// `true` or `false`.
    Flag(bool),
    /// A code: a number with a name.
    Code(Code),
}

impl Scalar {
    /// Returns the value as a number: `None` for texts, 0 or 1 for flags, the number for codes.
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

/// The known values by row, and the errors of rows that were present and could not be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Readings {
    rows: Vec<Option<Scalar>>,
    /// Few; none from a healthy device.
    misfits: Vec<(FieldId, DecodeError)>,
}

impl Default for Readings {
    fn default() -> Self {
        Self { rows: vec![None; FIELDS.len()], misfits: Vec::new() }
    }
}

impl Readings {
    /// Returns the value of `field` as reported, also if it means "none".
    pub fn reported(&self, field: FieldId) -> Option<&Scalar> {
        self.rows[field as usize].as_ref()
    }

    /// Returns the value of `field`; `None` if the device reports that there is no value, or if its
    /// firmware is known to report an invalid one.
    pub fn get(&self, field: FieldId) -> Option<&Scalar> {
        if matches!(field, FieldId::Altitude | FieldId::GpsAccuracy) && !self.has_altitude() {
            return None;
        }
        self.reported(field).filter(|scalar| match Field::of(field).absence {
            Absence::Never => true,
            Absence::Zero => scalar.number() != Some(0.0),
        })
    }

    /// Sets or removes the value of `field`.
    pub fn set(&mut self, field: FieldId, scalar: Option<Scalar>) {
        self.rows[field as usize] = scalar;
        self.misfits.retain(|(misfit, _)| *misfit != field);
    }

    /// Sets the value of `field`, or the error of the value found.
    pub fn put(&mut self, field: FieldId, found: Result<Scalar, DecodeError>) {
        match found {
            Ok(scalar) => self.set(field, Some(scalar)),
            Err(error) => {
                self.set(field, None);
                self.misfits.push((field, error));
            }
        }
    }

    /// Returns the error of the value found for `field`; `None` if it is valid, or none was found.
    pub fn misfit(&self, field: FieldId) -> Option<&DecodeError> {
        self.misfits.iter().find_map(|(misfit, error)| (*misfit == field).then_some(error))
    }

    /// Returns all rows that were present and could not be read, with the error.
    pub fn misfits(&self) -> impl Iterator<Item = (&'static Field, &DecodeError)> {
        self.misfits.iter().map(|(id, error)| (Field::of(*id), error))
    }

    /// Returns these readings, if every row that was present could be read.
    ///
    /// # Errors
    /// The first error.
    pub fn whole(self) -> Result<Self, DecodeError> {
        match self.misfits.into_iter().next() {
            Some((_, error)) => Err(error),
            None => Ok(Self { rows: self.rows, misfits: Vec::new() }),
        }
    }

    /// Returns all known values in the order of the table, as reported.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Field, &Scalar)> {
        FIELDS.iter().zip(&self.rows).filter_map(|(field, scalar)| Some((field, scalar.as_ref()?)))
    }

    /// Returns the values that differ from those of `before`; `None` if one of them is gone or the
    /// misfits differ, as only the complete readings show that.
    pub fn changes_since(&self, before: &Self) -> Option<Self> {
        let mut changes = Self::default();
        for (row, (old, new)) in before.rows.iter().zip(&self.rows).enumerate() {
            match (old, new) {
                (Some(_), None) => return None,
                (old, new) if old != new => changes.rows[row].clone_from(new),
                _ => {}
            }
        }
        (before.misfits == self.misfits).then_some(changes)
    }

    /// Takes over every known value of `other`, and every row that it could not read.
    pub fn merge(&mut self, other: Self) {
        for (field, scalar) in FIELDS.iter().zip(other.rows) {
            if scalar.is_some() {
                self.set(field.id, scalar);
            }
        }
        for (field, error) in other.misfits {
            self.put(field, Err(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_told_unless_something_is_gone() {
        let readings = |power: f64, energy: Option<u64>| {
            let mut readings = Readings::default();
            readings.set(FieldId::ActivePower, Some(Scalar::Decimal(power)));
            readings.set(FieldId::ChargedEnergy, energy.map(Scalar::Unsigned));
            readings
        };
        let before = readings(1.0, None);
        let mut after = readings(2.0, Some(5));
        let changes = after.changes_since(&before).unwrap();
        assert_eq!(changes, after);
        let changes = readings(2.0, Some(6)).changes_since(&after).unwrap();
        assert_eq!(changes.iter().count(), 1);
        after.merge(changes);
        assert_eq!(after, readings(2.0, Some(6)));
        assert_eq!(after.changes_since(&after).unwrap(), Readings::default());
        assert!(before.changes_since(&after).is_none(), "the energy is gone");
        let error = DecodeError::new("x", "a number", "true");
        after.put(FieldId::ActivePower, Err(error));
        assert!(after.changes_since(&before).is_none());
    }

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
