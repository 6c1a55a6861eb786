//! Settings between TOML and JSON.

use serde_json::{Map, Number, Value as Json};
use toml::de::DeValue;
use toml_edit::{Array, InlineTable, Value};

use crate::config::KEYS;

/// Returns a value of the file as JSON.
pub(super) fn to_json(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::String(text.clone().into_owned()),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Integer(number) => {
            let (text, radix) = (number.as_str(), number.radix());
            let signed = i64::from_str_radix(text, radix).map(Json::from);
            signed
                .or_else(|_| u64::from_str_radix(text, radix).map(Json::from))
                .unwrap_or(Json::Null)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Json::Null, Json::from),
        DeValue::Datetime(time) => time.to_string().into(),
        DeValue::Array(list) => list.iter().map(|item| to_json(item.get_ref())).collect(),
        DeValue::Table(table) => {
            let pair = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let key: &std::borrow::Cow<'_, str> = key.get_ref();
                (key.clone().into_owned(), to_json(value.get_ref()))
            };
            Json::Object(table.iter().map(pair).collect())
        }
    }
}

/// Returns a setting as TOML; an object becomes an inline table with its keys in the usual order.
///
/// # Errors
/// The message for what TOML does not have.
pub(super) fn to_toml(json: &Json) -> Result<Value, String> {
    Ok(match json {
        Json::Null => return Err("null stands for no setting and cannot stand in one".to_owned()),
        Json::Bool(flag) => (*flag).into(),
        Json::Number(number) => number_to_toml(number)?,
        Json::String(text) => text.as_str().into(),
        Json::Array(list) => {
            Value::Array(list.iter().map(to_toml).collect::<Result<Array, String>>()?)
        }
        Json::Object(object) => Value::InlineTable(table_to_toml(object)?),
    })
}

/// A whole number stays one, so that it fits a key for whole numbers.
fn number_to_toml(number: &Number) -> Result<Value, String> {
    /// Up to here every whole number has a float of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64().unwrap_or_default();
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and far below 2^63")]
    match number.as_i64() {
        Some(whole) => Ok(whole.into()),
        None if number.is_u64() => Err(format!("{number} is too large for a setting")),
        None if float.fract() == 0.0 && float.abs() < EXACT => Ok((float as i64).into()),
        None => Ok(float.into()),
    }
}

fn table_to_toml(object: &Map<String, Json>) -> Result<InlineTable, String> {
    let rank = |key: &str| KEYS.iter().position(|known| known.name == key).unwrap_or(KEYS.len());
    let mut keys: Vec<&String> = object.keys().collect();
    keys.sort_by_key(|key| rank(key));
    let mut table = InlineTable::new();
    for key in keys.into_iter().filter(|key| !object[*key].is_null()) {
        table.insert(key, to_toml(&object[key])?);
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_stay_whole_and_the_source_goes_first() {
        let json = json!({ "factor": -1.0, "pointer": "/a\"b", "http": "http://x", "null": null,
                           "offset": 0.5, "valid_if": { "pointer": "/c", "equals": [1, true] } });
        let expected = r#"{ http = "http://x", pointer = '/a"b', valid_if = { pointer = "/c", equals = [1, true] }, factor = -1, offset = 0.5 }"#;
        assert_eq!(to_toml(&json).unwrap().to_string(), expected);
        assert!(to_toml(&json!([null])).is_err());
    }
}
