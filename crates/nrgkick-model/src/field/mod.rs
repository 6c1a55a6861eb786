//! The one table: every value of the device with its name, meaning, unit and registers.
//!
//! [`FIELDS`] has a row for each of the 82 leaves of `/info`, `/control` and `/values`, in the
//! order of their registers. Documents, Modbus words, read blocks, the page's rows and the
//! simulator are projections of it; the invariants of the table are its tests.
//!
//! Not here: logic about charging, and words in other languages.
//!
//! Source: the manufacturer's local API page (seed 0) for paths, units, registers and factors;
//! JSON types and the `0` that means "none" are confirmed on real units unless the row says so.

mod path;
mod private;
mod table;
pub(crate) mod tree;
mod wiring;

use std::fmt;

pub use table::{FIELDS, FieldId};
pub use wiring::{Encoding, Register};

use crate::code::CodeKind;

/// One value of the device.
#[derive(Debug)]
pub struct Field {
    /// The row's name in code.
    pub id: FieldId,
    /// The path in the JSON documents, beginning with the document's name.
    pub path: &'static str,
    document: DocumentName,
    section: Option<&'static str>,
    /// The JSON type, which also limits the range of a value.
    pub kind: Kind,
    /// The unit of the value.
    pub unit: Unit,
    /// Number of decimals to display.
    pub decimals: u8,
    /// Access to the value.
    pub access: Access,
    /// The units on which it exists.
    pub presence: Presence,
    /// The device's way to report that there is no value.
    pub absence: Absence,
    /// Its Modbus registers.
    pub register: Register,
}

/// JSON type of a field, as the manufacturer's table gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// An integer from 0 to `max`.
    Unsigned {
        /// The largest value.
        max: u64,
    },
    /// An integer from -128 to 127.
    Int8,
    /// A number with decimals; whole numbers arrive as `13` or as `13.0`.
    Decimal,
    /// `0` or `1`; `true` and `false` are accepted.
    Flag,
    /// A code: a name, or a number from 0 to 255 in raw mode.
    Code(CodeKind),
}

impl Kind {
    /// uint8 of the manufacturer's table.
    pub const UINT8: Self = Self::Unsigned { max: u8::MAX as u64 };
    /// uint16 of the manufacturer's table.
    pub const UINT16: Self = Self::Unsigned { max: u16::MAX as u64 };
    /// uint32 of the manufacturer's table.
    pub const UINT32: Self = Self::Unsigned { max: u32::MAX as u64 };
    /// uint64 of the manufacturer's table.
    pub const UINT64: Self = Self::Unsigned { max: u64::MAX };

    /// Returns the accepted values, for error messages.
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Unsigned { max: 0xff } => "an integer from 0 to 255",
            Self::Unsigned { max: 0xffff } => "an integer from 0 to 65535",
            Self::Unsigned { max: 0xffff_ffff } => "an integer from 0 to 4294967295",
            Self::Unsigned { .. } => "an integer from 0 on",
            Self::Int8 => "an integer from -128 to 127",
            Self::Decimal => "a number",
            Self::Flag => "0 or 1",
            Self::Code(_) => "a code from 0 to 255, or its name",
        }
    }
}

/// Unit of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// No unit: a text, a code, a count, a ratio.
    None,
    /// A.
    Ampere,
    /// °C.
    Celsius,
    /// dBm.
    DecibelMilliwatt,
    /// Degrees of latitude or longitude.
    Degree,
    /// Hz.
    Hertz,
    /// km/h of range gained, from the consumption that the user entered in the app.
    KilometrePerHour,
    /// m.
    Metre,
    /// s.
    Second,
    /// V.
    Volt,
    /// VA.
    VoltAmpere,
    /// var.
    VoltAmpereReactive,
    /// W.
    Watt,
    /// Wh.
    WattHour,
}

impl Unit {
    /// Returns the symbol to print after a value; may be empty.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Ampere => "A",
            Self::Celsius => "°C",
            Self::DecibelMilliwatt => "dBm",
            Self::Degree => "°",
            Self::Hertz => "Hz",
            Self::KilometrePerHour => "km/h",
            Self::Metre => "m",
            Self::Second => "s",
            Self::Volt => "V",
            Self::VoltAmpere => "VA",
            Self::VoltAmpereReactive => "var",
            Self::Watt => "W",
            Self::WattHour => "Wh",
        }
    }
}

/// Access to a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read only.
    Read,
    /// Read, and written by a [`Command`](crate::Command).
    Write,
}

/// The units on which a field exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// On all units.
    Always,
    /// On units with a modem ("SIM" in the model type).
    Cellular,
    /// On units with a modem that has a position; without one the section is missing.
    Gps,
}

/// The device's way to report that there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// There is always a value.
    Never,
    /// By 0: there is no such sensor, or phases are being switched.
    Zero,
}

/// One of the three documents of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DocumentName {
    /// Master data of the unit.
    Info,
    /// Settings.
    Control,
    /// Measured values.
    Values,
}

impl DocumentName {
    /// All three, in the order of their registers.
    pub const ALL: [Self; 3] = [Self::Info, Self::Control, Self::Values];

    /// Returns the name in paths and routes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Control => "control",
            Self::Values => "values",
        }
    }

    /// Returns the rows of this document, in the order of the table.
    pub fn fields(self) -> impl Iterator<Item = &'static Field> {
        FIELDS.iter().filter(move |field| field.document() == self)
    }

    /// Returns the section of this document with that name.
    pub(crate) fn section(self, name: &str) -> Option<&'static str> {
        self.fields().filter_map(Field::section).find(|section| *section == name)
    }

    /// Returns the sections of this document in the order in which the device prints them.
    ///
    /// `/control` has none.
    pub fn sections(self) -> Vec<&'static str> {
        let mut sections: Vec<_> = self.fields().filter_map(Field::section).collect();
        sections.dedup();
        sections
    }
}

impl fmt::Display for DocumentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Field {
    /// Returns a short English name for people, unique within its section.
    pub fn label(&self) -> &'static str {
        table::LABELS[self.id as usize]
    }

    /// Returns the meaning of the value, as one English sentence.
    pub fn about(&self) -> &'static str {
        table::SENTENCES[self.id as usize]
    }

    /// Returns the row of `id`.
    pub fn of(id: FieldId) -> &'static Self {
        &FIELDS[id as usize]
    }

    /// Returns the row at `path`, such as the one that a fixture or a query names.
    pub fn at(path: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.path == path)
    }

    /// Returns the document of this field.
    pub const fn document(&self) -> DocumentName {
        self.document
    }

    /// Returns the section of its document, such as `powerflow`; `/control` has none.
    pub const fn section(&self) -> Option<&'static str> {
        self.section
    }

    /// Returns the keys that lead to the value inside its document.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.path.split('.').skip(1)
    }

    /// Returns the last key: the name in a write.
    pub fn key(&self) -> &'static str {
        self.keys().last().unwrap_or(self.path)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_table_has_82_rows_in_three_documents() {
        assert_eq!(FIELDS.len(), 82);
        let counts = DocumentName::ALL.map(|document| document.fields().count());
        assert_eq!(counts, [33, 4, 45]);
    }

    #[test]
    fn a_row_stands_at_the_place_of_its_id() {
        for (place, field) in FIELDS.iter().enumerate() {
            assert_eq!(field.id as usize, place, "{}", field.path);
            assert_eq!(Field::at(field.path).map(|f| f.id), Some(field.id));
        }
    }

    #[test]
    fn every_path_begins_with_its_document() {
        for field in FIELDS {
            assert!(field.path.starts_with(&format!("{}.", field.document())), "{}", field.path);
        }
    }

    #[test]
    fn sections_stand_in_the_order_of_the_device() {
        let info = ["general", "connector", "grid", "network", "cellular", "gps", "versions"];
        assert_eq!(DocumentName::Info.sections(), info);
        let values = ["energy", "powerflow", "general", "temperatures"];
        assert_eq!(DocumentName::Values.sections(), values);
        assert!(DocumentName::Control.sections().is_empty());
    }

    #[test]
    fn labels_are_unique_within_their_section_and_have_no_full_stop() {
        let mut seen = HashSet::new();
        for field in FIELDS {
            assert!(!field.label().is_empty() && !field.label().ends_with('.'), "{}", field.path);
            assert!(
                seen.insert((field.document(), field.section(), field.label())),
                "{} repeats {:?}",
                field.path,
                field.label()
            );
        }
    }

    #[test]
    fn every_row_says_in_a_sentence_what_it_means() {
        for field in FIELDS {
            let sentence = field.about().ends_with('.') && field.about().len() > 12;
            assert!(sentence, "{}: {:?}", field.path, field.about());
        }
    }

    #[test]
    fn only_numbers_have_a_unit_and_decimals() {
        for field in FIELDS {
            let number = matches!(field.kind, Kind::Unsigned { .. } | Kind::Int8 | Kind::Decimal);
            assert!(number || field.unit == Unit::None, "{}", field.path);
            assert!(field.kind == Kind::Decimal || field.decimals == 0, "{}", field.path);
        }
    }
}
