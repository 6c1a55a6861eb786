//! Logs unreadable values when they first occur and when they are readable again, not with every
//! poll in between.

use std::collections::BTreeSet;

use nrgkick_model::{FieldId, Readings};

/// The rows of a charger that are unreadable at present.
#[derive(Debug, Default)]
pub struct MisfitLog(BTreeSet<FieldId>);

impl MisfitLog {
    /// Logs the changes in `readings`, which may be any part of a charger's documents. Returns the
    /// number of lines logged.
    pub fn note(&mut self, charger: &str, readings: &Readings) -> usize {
        let mut lines = 0;
        let mut place = "";
        for (field, error) in readings.misfits() {
            // A group that is not an object is one error for many rows.
            if self.0.insert(field.id) && place != error.place {
                place = &error.place;
                lines += 1;
                tracing::warn!(charger, %error, "a value cannot be read; it counts as unknown");
            }
        }
        for (field, _) in readings.iter() {
            if self.0.remove(&field.id) {
                lines += 1;
                tracing::info!(charger, value = field.path, "it can be read again");
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use nrgkick_model::field::DocumentName;
    use serde_json::{Value, json};

    use super::*;

    fn info(value: &Value) -> Readings {
        Readings::from_json(DocumentName::Info, value).unwrap()
    }

    #[test]
    fn a_value_is_named_when_it_begins_and_ends_to_be_odd() {
        let mut log = MisfitLog::default();
        let odd = |rssi: i32| info(&json!({"network": {"rssi": rssi, "ssid": "home"}}));
        assert_eq!(log.note("garage", &odd(-70)), 0);
        assert_eq!(log.note("garage", &odd(-23941)), 1);
        assert_eq!(log.note("garage", &odd(-23941)), 0, "not with every poll");
        assert_eq!(log.note("garage", &odd(-23950)), 0, "nor because it moves");
        assert_eq!(log.note("garage", &info(&json!({"grid": {"voltage": 230}}))), 0);
        assert_eq!(log.note("garage", &odd(-70)), 1, "it can be read again");
        assert_eq!(log.note("garage", &odd(-23941)), 1);
        assert_eq!(log.note("garage", &info(&json!({"connector": 5}))), 1, "one line a group");
    }
}
