//! What can be wrong with an answer.

use serde_json::Value;

use crate::found::Found;

/// A value that cannot be what the field says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: expected {expected}, found {found}")]
pub struct DecodeError {
    /// Where: a JSON path such as `values.general.status`, or a register such as `register 251`.
    pub place: String,
    /// What would have been right.
    pub expected: &'static str,
    /// What was there, shortened.
    pub found: String,
}

/// A foreign JSON value in few words.
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
    /// The most of a foreign value that an error repeats.
    const SHOWN: usize = 60;

    /// An error at `place`; `found` is shortened so that a long body does not fill a log.
    pub fn new(place: impl Into<String>, expected: &'static str, found: &str) -> Self {
        let mut found: String = found.chars().take(Self::SHOWN + 1).collect();
        if found.chars().count() > Self::SHOWN {
            found = found.chars().take(Self::SHOWN - 1).collect();
            found.push('…');
        }
        Self { place: place.into(), expected, found }
    }
}
