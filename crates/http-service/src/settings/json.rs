//! The options in a JSON text, as Home Assistant hands them to an add-on.
//!
//! Its names have underscores, what was left empty counts as not there, and a secret stands in the
//! file itself, which its host alone writes: `password` is `--password-file` with this file and key.

use std::path::Path;

use serde_json::{Map, Value as Json};

use super::Known;
use super::given::{Given, Problem, Value};
use crate::secret;

/// Ending of the names of options that name the file of a secret.
const FILE: &str = "-file";

/// The options, in the order of their names.
///
/// # Errors
/// If it is no JSON object.
pub(super) fn options(text: &str, path: &Path, known: &[Known<'_>]) -> Result<Vec<Given>, Problem> {
    let all: Map<String, Json> = serde_json::from_str(text)
        .map_err(|error| Problem { at: None, message: error.to_string() })?;
    Ok(all.into_iter().filter_map(|(key, value)| option(&key, value, path, known)).collect())
}

fn option(key: &str, value: Json, path: &Path, known: &[Known<'_>]) -> Option<Given> {
    let mut name = key.replace('_', "-");
    let mut value = read(value)?;
    let file = format!("{name}{FILE}");
    if let Value::Text(_) = value
        && known.iter().any(|known| known.name == file)
    {
        name = file;
        value = Value::Text(secret::in_json(path, key));
    }
    Some(Given { name, at: None, value, value_at: None })
}

/// The value; `None` for one that was left empty.
fn read(value: Json) -> Option<Value> {
    match value {
        Json::Null => None,
        Json::Bool(on) => Some(Value::Switch(on)),
        Json::Number(number) => Some(Value::Text(number.to_string())),
        Json::String(text) if text.is_empty() => None,
        Json::String(text) => Some(Value::Text(text)),
        Json::Array(values) if values.is_empty() => None,
        Json::Array(values) => Some(Value::List(values.into_iter().filter_map(read).collect())),
        Json::Object(_) => Some(Value::Other),
    }
}
