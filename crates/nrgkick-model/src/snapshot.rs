//! The three documents, each with its own age.
//!
//! One of them may be missing or older than the others: a failing `/info` hides no power.

use std::time::Duration;

use crate::document::{Control, Document, Info, Values};
use crate::field::{DocumentName, Field, FieldId};
use crate::reading::{Readings, Scalar};
use crate::time::Moment;

/// A value and when it was received.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aged<T> {
    /// When.
    pub at: Moment,
    /// What.
    pub value: T,
}

/// What is known of a charger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// What the unit is.
    pub info: Option<Aged<Info>>,
    /// What can be set.
    pub control: Option<Aged<Control>>,
    /// What is measured.
    pub values: Option<Aged<Values>>,
    readings: Readings,
}

/// Any of the three documents.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyDocument {
    /// What the unit is.
    Info(Info),
    /// What can be set.
    Control(Control),
    /// What is measured.
    Values(Values),
}

impl From<Info> for AnyDocument {
    fn from(info: Info) -> Self {
        Self::Info(info)
    }
}

impl From<Control> for AnyDocument {
    fn from(control: Control) -> Self {
        Self::Control(control)
    }
}

impl From<Values> for AnyDocument {
    fn from(values: Values) -> Self {
        Self::Values(values)
    }
}

impl Snapshot {
    /// Takes over a document that was received at `at`, in place of the earlier one.
    #[must_use]
    pub fn with(mut self, at: Moment, document: impl Into<AnyDocument>) -> Self {
        match document.into() {
            AnyDocument::Info(value) => {
                self.replace(&value);
                self.info = Some(Aged { at, value });
            }
            AnyDocument::Control(value) => {
                self.replace(&value);
                self.control = Some(Aged { at, value });
            }
            AnyDocument::Values(value) => {
                self.replace(&value);
                self.values = Some(Aged { at, value });
            }
        }
        self
    }

    fn replace<T: Document>(&mut self, document: &T) {
        for field in T::NAME.fields() {
            self.readings.set(field.id, None);
        }
        self.readings.merge(document.readings());
    }

    /// All values by row.
    pub fn readings(&self) -> &Readings {
        &self.readings
    }

    /// The value of `field`, nothing where the device says that there is none.
    pub fn get(&self, field: FieldId) -> Option<&Scalar> {
        self.readings.get(field)
    }

    /// When the document of `field` was received.
    pub fn at(&self, field: FieldId) -> Option<Moment> {
        match Field::of(field).document() {
            DocumentName::Info => self.info.as_ref().map(|info| info.at),
            DocumentName::Control => self.control.as_ref().map(|control| control.at),
            DocumentName::Values => self.values.as_ref().map(|values| values.at),
        }
    }

    /// How old the measured values are; nothing before the first.
    pub fn age(&self, now: Moment) -> Option<Duration> {
        self.values.as_ref().map(|values| now.since(values.at))
    }

    /// Whether the data is this project's simulator's.
    pub fn is_simulated(&self) -> bool {
        self.info.as_ref().is_some_and(|info| info.value.is_simulated())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Energy;

    #[test]
    fn a_new_document_replaces_the_old_one_and_no_other() {
        let energy = |wh| Values {
            energy: Some(Energy { charged_energy: wh, ..Energy::default() }),
            ..Values::default()
        };
        let control = Control { current_set: Some(6.0), ..Control::default() };
        let first = Snapshot::default()
            .with(Moment::from_millis(1_000), energy(Some(5)))
            .with(Moment::from_millis(1_200), control);
        assert_eq!(first.get(FieldId::ChargedEnergy), Some(&Scalar::Unsigned(5)));
        let second = first.with(Moment::from_millis(3_000), energy(None));
        assert_eq!(second.get(FieldId::ChargedEnergy), None, "no value outlives its document");
        assert_eq!(second.get(FieldId::CurrentSet), Some(&Scalar::Decimal(6.0)));
        assert_eq!(second.age(Moment::from_millis(3_500)), Some(Duration::from_millis(500)));
        assert_eq!(second.at(FieldId::CurrentSet), Some(Moment::from_millis(1_200)));
    }
}
