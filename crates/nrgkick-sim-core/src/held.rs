//! Held values: patched from outside, shown instead of computed ones, and used in further
//! computation.

use nrgkick_model::{Field, FieldId, Readings, Scalar};

use crate::unit::fit;

/// The held values, by row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(Readings);

impl Held {
    /// Holds `field` at `scalar`; `None` releases it.
    pub(crate) fn set(&mut self, field: FieldId, scalar: Option<Scalar>) {
        self.0.set(field, scalar);
    }

    /// Returns the held value of `field`.
    pub(crate) fn get(&self, field: FieldId) -> Option<&Scalar> {
        self.0.reported(field)
    }

    /// Returns the held value of `field` as a number.
    pub(crate) fn number(&self, field: FieldId) -> Option<f64> {
        self.get(field).and_then(Scalar::number)
    }

    /// Returns the held value of `field`, otherwise `computed` as its register would hold it.
    pub(crate) fn or(&self, field: FieldId, computed: f64) -> f64 {
        self.number(field).unwrap_or_else(|| fit(field, computed))
    }

    /// Returns the held rows.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.0.iter().map(|(field, _)| field)
    }

    /// Overwrites `readings` with the held values.
    pub(crate) fn cover(&self, readings: &mut Readings) {
        readings.merge(self.0.clone());
    }
}
