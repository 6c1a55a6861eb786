//! Upper limits of the current that can be set.

use super::ChargingCurrent;
use crate::field::FieldId;
use crate::reading::Readings;

/// The rated current of the smallest unit, A.
const SMALLEST_UNIT: f64 = 16.0;

impl Readings {
    /// Returns the largest current, A, that the unit and its attachment allow; `None` while
    /// unknown.
    pub fn max_current(&self) -> Option<f64> {
        let attachment = self.number(FieldId::AttachmentMaxCurrent).filter(|max| *max > 0.0);
        match (self.rated_current(), attachment) {
            (Some(rated), Some(attachment)) => Some(rated.min(attachment)),
            (one, other) => one.or(other),
        }
    }

    /// Returns the largest current, A, to offer for setting.
    ///
    /// While the unit's rated current is unknown, this is the larger of 16 A, which every unit
    /// takes, and the set current, limited by the attachment.
    pub fn offered_current(&self) -> f64 {
        let set = self.number(FieldId::CurrentSet).unwrap_or_default();
        let known = self.max_current().unwrap_or(ChargingCurrent::MAX);
        match self.rated_current() {
            Some(_) => known,
            None => SMALLEST_UNIT.max(set).min(known),
        }
    }
}
