//! The place of a value in a JSON document, and what else the document tells of it.

use std::fmt;
use std::time::Duration;

use serde_json::Value as Json;
use serde_json_path::JsonPath;

/// The place of a value in a JSON document, and its conversion.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// The place.
    pub place: JsonPlace,
    /// Accepts a number or switch written as a text.
    pub text: bool,
    /// A comma is the decimal sign of a text, also where it could separate thousands.
    pub decimal_comma: bool,
    /// The unit that the value is wanted in; empty where the file does not tell.
    pub unit: &'static str,
    /// The place of the number's unit in the document.
    pub unit_pointer: Option<String>,
    /// The number that `null` stands for; `None` if it means "no value".
    pub null: Option<f64>,
    /// The rules for the number's age.
    pub clock: Clock,
    /// The condition under which the document counts.
    pub valid_if: Option<ValidIf>,
    /// `true` if the file converts units itself, so that a unit beside the number changes nothing.
    pub is_converted: bool,
}

/// The place of a value in a document.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonPlace {
    /// JSON pointers (RFC 6901); an empty one is the document itself. The first that exists is
    /// used, for devices that moved the value between versions. Never empty.
    Pointers(Vec<String>),
    /// A JSONPath (RFC 9535).
    Path {
        /// The path.
        path: Box<JsonPath>,
        /// Several matches are added up; otherwise there must be one.
        is_sum: bool,
    },
}

impl fmt::Display for JsonPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pointers(pointers) => f.write_str(&pointers.join(" or ")),
            Self::Path { path, .. } => path.fmt(f),
        }
    }
}

/// The source of a number's age.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Clock {
    /// The number is as old as the answer.
    #[default]
    Answer,
    /// The document holds the age at these pointers (the first that exists), in this unit.
    Age(Vec<String>, Duration),
    /// The document holds the time at these pointers (the first that exists).
    Time(Vec<String>),
}

/// A condition: the document has one of these at a pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct ValidIf {
    /// The JSON pointer.
    pub pointer: String,
    /// Numbers, texts, switches or `null`.
    pub equals: Vec<Json>,
}
