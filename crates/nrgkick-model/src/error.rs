//! The error of an answer's value.

use serde_json::Value;

use crate::found::Found;

/// A value that its field does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: expected {expected}, found {found}")]
pub struct DecodeError {
    /// The JSON path, such as `values.general.status`, or the name of the whole answer.
    pub place: String,
    /// The values that the field accepts.
    pub expected: &'static str,
    /// The value found, shortened.
    pub found: String,
}

/// Describes a foreign JSON value in few words.
///
/// Not its serialisation: that would bring a second printer of numbers into the page.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => Found::Null,
        Value::Bool(flag) => Found::Flag(*flag),
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(number), _) => Found::Unsigned(number),
            (_, Some(number)) => Found::Signed(number),
            _ => Found::Decimal(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Found::Text(text),
        Value::Array(_) => Found::List,
        Value::Object(_) => Found::Object,
    }
    .shown()
}

impl DecodeError {
    /// The largest length of a foreign value in an error, in characters.
    const SHOWN: usize = 60;

    /// Builds an error at `place`; `found` is shortened so that a long body does not fill a log.
    pub fn new(place: impl Into<String>, expected: &'static str, found: &str) -> Self {
        let mut found: String = found.chars().take(Self::SHOWN + 1).collect();
        if found.chars().count() > Self::SHOWN {
            found = found.chars().take(Self::SHOWN - 1).collect();
            found.push('…');
        }
        Self { place: place.into(), expected, found }
    }
}
