//! The three documents, each with its own age.
//!
//! One of them may be missing or older than the others: a failing `/info` hides no power.

use std::time::Duration;

use nrgkick_model::code::Code;
use nrgkick_model::field::{DocumentName, Field, FieldId};
use nrgkick_model::time::Moment;
use nrgkick_model::{Readings, Scalar};

/// The known values of a charger, by row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    received: [Option<Moment>; DocumentName::ALL.len()],
    readings: Readings,
    cycle: Duration,
    words: Vec<(u16, Vec<u16>)>,
}

impl Snapshot {
    /// Takes over blocks of registers as read, each with its first address, in place of the earlier
    /// ones. They are displayed beside the values and never decoded.
    #[must_use]
    pub fn with_words(mut self, blocks: Vec<(u16, Vec<u16>)>) -> Self {
        self.words = blocks;
        self
    }

    /// Returns the registers of `field` as read; `None` if they were not.
    pub fn words(&self, field: &Field) -> Option<&[u16]> {
        self.words.iter().find_map(|(address, words)| {
            let first = usize::from(field.register.address.checked_sub(*address)?);
            words.get(first..first + usize::from(field.register.encoding.words()))
        })
    }

    /// Takes over the duration of the last cycle, from one read of the values to the next.
    #[must_use]
    pub fn paced(mut self, cycle: Duration) -> Self {
        self.cycle = cycle;
        self
    }

    /// Returns the duration of the last cycle; zero before the first.
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

    /// Returns all values by row.
    pub fn readings(&self) -> &Readings {
        &self.readings
    }

    /// Returns the value of `field`; `None` if the device reports none.
    pub fn get(&self, field: FieldId) -> Option<&Scalar> {
        self.readings.get(field)
    }

    /// Returns the number of `field`.
    pub fn number(&self, field: FieldId) -> Option<f64> {
        self.readings.number(field)
    }

    /// Returns the text of `field`; `None` if it is empty.
    pub fn text(&self, field: FieldId) -> Option<&str> {
        self.readings.text(field)
    }

    /// Returns the code of `field`.
    pub fn code(&self, field: FieldId) -> Option<Code> {
        self.readings.code(field)
    }

    /// Returns the time at which `document` was received.
    pub fn at(&self, document: DocumentName) -> Option<Moment> {
        self.received[document as usize]
    }

    /// Returns the age of the measured values; `None` before the first.
    pub fn age(&self, now: Moment) -> Option<Duration> {
        Some(now.since(self.at(DocumentName::Values)?))
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
    fn words_are_found_by_their_row() {
        let snapshot = Snapshot::default().with_words(vec![(194, vec![160, 0, 1, 2, 3])]);
        let words = |id| snapshot.words(Field::of(id));
        assert_eq!(words(FieldId::CurrentSet), Some(&[160][..]));
        assert_eq!(words(FieldId::EnergyLimit), Some(&[1, 2][..]));
        assert_eq!(words(FieldId::SoftwareModem), None, "before the block");
        assert_eq!(words(FieldId::TotalChargedEnergy), None, "behind it");
    }
}
