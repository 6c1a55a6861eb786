//! Which currents a unit lets its owner set.

use super::ChargingCurrent;
use crate::field::FieldId;
use crate::reading::Readings;

/// The rated current of the smallest unit, A.
const SMALLEST_UNIT: f64 = 16.0;

impl Readings {
    /// The most current, in A, that the unit and its attachment allow; nothing while unknown.
    pub fn max_current(&self) -> Option<f64> {
        let attachment = self.number(FieldId::AttachmentMaxCurrent).filter(|max| *max > 0.0);
        match (self.rated_current(), attachment) {
            (Some(rated), Some(attachment)) => Some(rated.min(attachment)),
            (one, other) => one.or(other),
        }
    }

    /// The most current, in A, that may be offered to set.
    ///
    /// While the unit's rated current is unknown that is what every unit takes, or what is set
    /// already, and never more than the attachment takes: no guess is made at more.
    pub fn offered_current(&self) -> f64 {
        let set = self.number(FieldId::CurrentSet).unwrap_or_default();
        let known = self.max_current().unwrap_or(ChargingCurrent::MAX);
        match self.rated_current() {
            Some(_) => known,
            None => SMALLEST_UNIT.max(set).min(known),
        }
    }
}
