//! The meaning of a device's values together: its identity, and the validity of some values.
//!
//! Each function reads rows, so it is the same for JSON, registers and a kept document.

use super::{Readings, Scalar};
use crate::code::Code;
use crate::field::FieldId;

/// Prefix of the serial number of this project's simulators, so that simulated data cannot be
/// mistaken for real data on any path.
pub const SIMULATED: &str = "SIMULATED";

/// From this modem software on, altitude and accuracy of the position are valid.
const MODEM_WITH_ALTITUDE: u16 = 15;

impl Readings {
    /// Returns the number of `field`; `None` if it has none, or the device reports that there is no
    /// value.
    pub fn number(&self, field: FieldId) -> Option<f64> {
        self.get(field)?.number()
    }

    /// Returns the text of `field`, trimmed; `None` if it is empty.
    pub fn text(&self, field: FieldId) -> Option<&str> {
        match self.get(field)? {
            Scalar::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// Returns the code of `field`.
    pub fn code(&self, field: FieldId) -> Option<Code> {
        match self.get(field)? {
            Scalar::Code(code) => Some(*code),
            _ => None,
        }
    }

    /// Returns `true` if the data comes from this project's simulator and not from a real charger.
    pub fn is_simulated(&self) -> bool {
        self.text(FieldId::SerialNumber).is_some_and(|serial| serial.starts_with(SIMULATED))
    }

    /// Returns `true` if the model type shows that a modem is built in.
    pub fn has_modem(&self) -> bool {
        self.text(FieldId::ModelType).is_some_and(|model| model.contains("SIM"))
    }

    /// Returns the name to show: the user's, else the model; empty names are skipped.
    pub fn display_name(&self) -> Option<&str> {
        self.text(FieldId::DeviceName).or_else(|| self.text(FieldId::ModelType))
    }

    /// Returns the rated current, A; `None` while unknown.
    pub fn rated_current(&self) -> Option<f64> {
        self.number(FieldId::RatedCurrent).filter(|current| *current > 0.0)
    }

    /// Returns `true` if the modem's software reports valid altitude and accuracy, by the number
    /// after the B of a version such as `1951B15V01`. A version that is not reported or cannot be
    /// parsed counts as older: no value is better than a wrong one.
    pub(super) fn has_altitude(&self) -> bool {
        let version = self.text(FieldId::SoftwareModem).and_then(|text| text.split_once('B'));
        let version = version.map_or("", |(_, rest)| rest);
        let end = version.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(version.len());
        version[..end].parse().is_ok_and(|build: u16| build >= MODEM_WITH_ALTITUDE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(values: &[(FieldId, Scalar)]) -> Readings {
        let mut readings = Readings::default();
        for (field, scalar) in values {
            readings.set(*field, Some(scalar.clone()));
        }
        readings
    }

    #[test]
    fn altitude_and_accuracy_are_unknown_before_modem_firmware_b15() {
        let position = |version: Option<&str>| {
            let mut values = vec![
                (FieldId::Latitude, Scalar::Decimal(46.9)),
                (FieldId::Altitude, Scalar::Decimal(350.3)),
                (FieldId::GpsAccuracy, Scalar::Decimal(15.0)),
            ];
            values.extend(version.map(|v| (FieldId::SoftwareModem, Scalar::Text(v.into()))));
            let known = readings(&values);
            assert_eq!(known.number(FieldId::Latitude), Some(46.9));
            (known.number(FieldId::Altitude), known.number(FieldId::GpsAccuracy))
        };
        for version in ["1951B15V01", "1951B16V01", "1951B150V01"] {
            assert_eq!(position(Some(version)), (Some(350.3), Some(15.0)), "{version}");
        }
        for version in ["1951B12V01", "1951B9V15", "1951B", "1951", "", "B99999999V1", "BxB15"] {
            assert_eq!(position(Some(version)), (None, None), "{version}");
        }
        assert_eq!(position(None), (None, None));
    }

    #[test]
    fn the_smaller_of_unit_and_attachment_limits_the_current() {
        let limits = |rated: u64, attachment: f64| {
            readings(&[
                (FieldId::RatedCurrent, Scalar::Unsigned(rated)),
                (FieldId::AttachmentMaxCurrent, Scalar::Decimal(attachment)),
            ])
        };
        assert_eq!(limits(32, 13.0).max_current(), Some(13.0));
        assert_eq!(limits(16, 32.0).max_current(), Some(16.0));
        assert_eq!(limits(16, 0.0).max_current(), Some(16.0));
        assert_eq!(Readings::default().max_current(), None);
    }

    #[test]
    fn no_more_is_offered_than_is_known_to_be_allowed() {
        let offered = |info: &[(FieldId, Scalar)], set: Option<f64>| {
            let mut all = readings(info);
            all.set(FieldId::CurrentSet, set.map(Scalar::Decimal));
            all.offered_current()
        };
        let rated = (FieldId::RatedCurrent, Scalar::Unsigned(32));
        let attachment = |max| (FieldId::AttachmentMaxCurrent, Scalar::Decimal(max));
        assert_eq!(offered(&[rated.clone(), attachment(32.0)], Some(6.0)), 32.0);
        assert_eq!(offered(&[rated, attachment(13.0)], Some(6.0)), 13.0);
        assert_eq!(offered(&[], Some(6.0)), 16.0, "every unit takes 16 A");
        assert_eq!(offered(&[], None), 16.0);
        assert_eq!(offered(&[attachment(32.0)], Some(6.0)), 16.0, "the unit may be a small one");
        assert_eq!(offered(&[attachment(13.0)], Some(6.0)), 13.0);
        assert_eq!(offered(&[], Some(25.0)), 25.0, "what is set is allowed");
    }

    #[test]
    fn an_empty_name_gives_way_to_the_model() {
        let named = |name: &str| {
            readings(&[
                (FieldId::DeviceName, Scalar::Text(name.into())),
                (FieldId::ModelType, Scalar::Text("NRGkick Gen2".into())),
            ])
        };
        assert_eq!(named(" ").display_name(), Some("NRGkick Gen2"));
        assert_eq!(named("NRGkick 🔌⚡️").display_name(), Some("NRGkick 🔌⚡️"));
    }
}
