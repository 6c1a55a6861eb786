//! The options in a TOML text.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::given::{Given, Problem, Value};

/// The options, in the order of the text.
///
/// # Errors
/// If it is no TOML.
pub(super) fn options(text: &str) -> Result<Vec<Given>, Problem> {
    let table = DeTable::parse(text).map_err(|error| Problem {
        at: Some(error.span().unwrap_or_default().start),
        message: error.message().to_owned(),
    })?;
    let mut given: Vec<_> = table
        .get_ref()
        .iter()
        .map(|(key, value)| Given {
            name: key.get_ref().to_string(),
            at: Some(key.span().start),
            value: read(value),
            value_at: Some(value.span().start),
        })
        .collect();
    given.sort_by_key(|given| given.at);
    Ok(given)
}

fn read(value: &Spanned<DeValue<'_>>) -> Value {
    match value.get_ref() {
        DeValue::Boolean(on) => Value::Switch(*on),
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Value::Text(number.as_str().to_owned()),
        DeValue::Float(number) => Value::Text(number.as_str().to_owned()),
        DeValue::Array(values) => Value::List(values.iter().map(read).collect()),
        _ => Value::Other,
    }
}
