//! The three documents, each with its own age.
//!
//! One of them may be missing or older than the others: a failing `/info` hides no power.

use std::time::Duration;

use crate::code::Code;
use crate::command::ChargingCurrent;
use crate::document::info::SIMULATED;
use crate::field::{DocumentName, Field, FieldId};
use crate::reading::{Readings, Scalar};
use crate::time::Moment;

/// What is known of a charger, by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    received: [Option<Moment>; DocumentName::ALL.len()],
    readings: Readings,
    cycle: Duration,
    words: Vec<(u16, Vec<u16>)>,
}

impl Snapshot {
    /// Takes over blocks of registers as they were read, each with its first address, in place of
    /// the earlier ones. They are shown beside the values and never turned into them.
    #[must_use]
    pub fn with_words(mut self, blocks: Vec<(u16, Vec<u16>)>) -> Self {
        self.words = blocks;
        self
    }

    /// The registers of `field` as they were read; nothing where they were not.
    pub fn words(&self, field: &Field) -> Option<&[u16]> {
        self.words.iter().find_map(|(address, words)| {
            let first = usize::from(field.register.address.checked_sub(*address)?);
            words.get(first..first + usize::from(field.register.encoding.words()))
        })
    }

    /// Takes over how long the last cycle took, from one question for the values to the next.
    #[must_use]
    pub fn paced(mut self, cycle: Duration) -> Self {
        self.cycle = cycle;
        self
    }

    /// How long the last cycle took; zero before the first.
    pub const fn cycle(&self) -> Duration {
        self.cycle
    }

    /// Takes over the readings of a `document` that was received at `at`, in place of the
    /// earlier ones.
    #[must_use]
    pub fn with(mut self, at: Moment, document: DocumentName, readings: Readings) -> Self {
        for field in document.fields() {
            self.readings.set(field.id, None);
        }
        self.readings.merge(readings);
        self.received[document as usize] = Some(at);
        self
    }

    /// All values by row.
    pub fn readings(&self) -> &Readings {
        &self.readings
    }

    /// The value of `field`, nothing where the device says that there is none.
    pub fn get(&self, field: FieldId) -> Option<&Scalar> {
        let scalar = self.readings.get(field)?;
        match field {
            FieldId::Altitude | FieldId::GpsAccuracy if !self.has_altitude() => None,
            _ => Some(scalar),
        }
    }

    /// Whether the modem's firmware is one whose altitude and accuracy mean something: `B15` or
    /// newer, the number behind the B of a version such as `1951B15V01`. What cannot be read as
    /// such a version, or is not reported, counts as older: no value is better than a wrong one.
    fn has_altitude(&self) -> bool {
        let version = match self.readings.get(FieldId::SoftwareModem) {
            Some(Scalar::Text(version)) => version.split_once('B').map_or("", |(_, rest)| rest),
            _ => "",
        };
        let end = version.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(version.len());
        version[..end].parse().is_ok_and(|build: u16| build >= 15)
    }

    /// The number of `field`.
    pub fn number(&self, field: FieldId) -> Option<f64> {
        self.get(field)?.number()
    }

    /// The text of `field`; nothing where it is empty.
    pub fn text(&self, field: FieldId) -> Option<&str> {
        match self.get(field)? {
            Scalar::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The code of `field`.
    pub fn code(&self, field: FieldId) -> Option<Code> {
        match self.get(field)? {
            Scalar::Code(code) => Some(*code),
            _ => None,
        }
    }

    /// When `document` was received.
    pub fn at(&self, document: DocumentName) -> Option<Moment> {
        self.received[document as usize]
    }

    /// How old the measured values are; nothing before the first.
    pub fn age(&self, now: Moment) -> Option<Duration> {
        Some(now.since(self.at(DocumentName::Values)?))
    }

    /// Whether the data is this project's simulator's.
    pub fn is_simulated(&self) -> bool {
        self.text(FieldId::SerialNumber).is_some_and(|serial| serial.starts_with(SIMULATED))
    }

    /// The name to show: the user's, else the model; empty names are skipped.
    pub fn display_name(&self) -> Option<&str> {
        self.text(FieldId::DeviceName).or_else(|| self.text(FieldId::ModelType))
    }

    /// The rated current in A; nothing while unknown.
    pub fn rated_current(&self) -> Option<f64> {
        self.number(FieldId::RatedCurrent).filter(|current| *current > 0.0)
    }

    /// The most current, in A, that the unit and its attachment allow; nothing while unknown.
    pub fn max_current(&self) -> Option<f64> {
        let attachment = self.number(FieldId::AttachmentMaxCurrent).filter(|max| *max > 0.0);
        match (self.rated_current(), attachment) {
            (Some(rated), Some(attachment)) => Some(rated.min(attachment)),
            (one, other) => one.or(other),
        }
    }
}

/// The rated current of the smallest unit, A.
const SMALLEST_UNIT: f64 = 16.0;

impl Snapshot {
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

    fn info(values: &[(FieldId, Scalar)]) -> Snapshot {
        Snapshot::default().with(Moment::default(), DocumentName::Info, readings(values))
    }

    #[test]
    fn a_new_document_replaces_the_old_one_and_no_other() {
        let at = Moment::from_millis;
        let first = Snapshot::default()
            .with(
                at(1_000),
                DocumentName::Values,
                readings(&[(FieldId::ChargedEnergy, Scalar::Unsigned(5))]),
            )
            .with(
                at(1_200),
                DocumentName::Control,
                readings(&[(FieldId::CurrentSet, Scalar::Decimal(6.0))]),
            );
        assert_eq!(first.number(FieldId::ChargedEnergy), Some(5.0));
        let second = first.with(at(3_000), DocumentName::Values, Readings::default());
        assert_eq!(second.get(FieldId::ChargedEnergy), None, "no value outlives its document");
        assert_eq!(second.number(FieldId::CurrentSet), Some(6.0));
        assert_eq!(second.age(at(3_500)), Some(Duration::from_millis(500)));
        assert_eq!(second.at(DocumentName::Control), Some(at(1_200)));
        assert_eq!(second.at(DocumentName::Info), None);
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
            let snapshot = info(&values);
            assert_eq!(snapshot.number(FieldId::Latitude), Some(46.9));
            (snapshot.number(FieldId::Altitude), snapshot.number(FieldId::GpsAccuracy))
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
    fn words_are_found_by_their_row() {
        let snapshot = Snapshot::default().with_words(vec![(194, vec![160, 0, 1, 2, 3])]);
        let words = |id| snapshot.words(Field::of(id));
        assert_eq!(words(FieldId::CurrentSet), Some(&[160][..]));
        assert_eq!(words(FieldId::EnergyLimit), Some(&[1, 2][..]));
        assert_eq!(words(FieldId::SoftwareModem), None, "before the block");
        assert_eq!(words(FieldId::TotalChargedEnergy), None, "behind it");
    }

    #[test]
    fn the_smaller_of_unit_and_attachment_limits_the_current() {
        let limits = |rated: u64, attachment: f64| {
            info(&[
                (FieldId::RatedCurrent, Scalar::Unsigned(rated)),
                (FieldId::AttachmentMaxCurrent, Scalar::Decimal(attachment)),
            ])
        };
        assert_eq!(limits(32, 13.0).max_current(), Some(13.0));
        assert_eq!(limits(16, 32.0).max_current(), Some(16.0));
        assert_eq!(limits(16, 0.0).max_current(), Some(16.0));
        assert_eq!(Snapshot::default().max_current(), None);
    }

    #[test]
    fn no_more_is_offered_than_is_known_to_be_allowed() {
        let offered = |info: &[(FieldId, Scalar)], set: Option<f64>| {
            let set: Vec<_> =
                set.map(|set| (FieldId::CurrentSet, Scalar::Decimal(set))).into_iter().collect();
            let control = readings(&set);
            let at = Moment::default();
            self::info(info).with(at, DocumentName::Control, control).offered_current()
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
            info(&[
                (FieldId::DeviceName, Scalar::Text(name.into())),
                (FieldId::ModelType, Scalar::Text("NRGkick Gen2".into())),
            ])
        };
        assert_eq!(named(" ").display_name(), Some("NRGkick Gen2"));
        assert_eq!(named("NRGkick 🔌⚡️").display_name(), Some("NRGkick 🔌⚡️"));
    }
}
