//! Values that someone has patched: shown in place of what the physics say, and fed back into
//! them.

use nrgkick_model::{Field, FieldId, Readings, Scalar};

use crate::unit::fit;

/// The held values, by row.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held(Readings);

impl Held {
    /// Holds `field` at `scalar`, or lets go of it.
    pub(crate) fn set(&mut self, field: FieldId, scalar: Option<Scalar>) {
        self.0.set(field, scalar);
    }

    /// The held value of `field`.
    pub(crate) fn get(&self, field: FieldId) -> Option<&Scalar> {
        self.0.reported(field)
    }

    /// The held value of `field` as a number.
    pub(crate) fn number(&self, field: FieldId) -> Option<f64> {
        self.get(field).and_then(Scalar::number)
    }

    /// The held value of `field`, or `computed` in the steps and bounds of its register.
    pub(crate) fn or(&self, field: FieldId, computed: f64) -> f64 {
        self.number(field).unwrap_or_else(|| fit(field, computed))
    }

    /// The rows that are held.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'static Field> {
        self.0.iter().map(|(field, _)| field)
    }

    /// Puts the held values over `readings`.
    pub(crate) fn cover(&self, readings: &mut Readings) {
        readings.merge(self.0.clone());
    }
}
