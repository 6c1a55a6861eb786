//! A strict JSON parser: an object with a duplicate key is an error, at any depth.
//!
//! With a duplicate key it is undefined which value is meant, and programs on the way may differ.

mod leaves;

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Map, Number, Value};

pub use leaves::{Leaf, leaves};

/// Parses a whole text.
///
/// A device that cuts a string inside a character sends invalid UTF-8. The incomplete character is
/// replaced, and the rest of the document is read.
///
/// # Errors
/// If it is not JSON, or an object has a duplicate key.
pub fn parse(text: &[u8]) -> Result<Value, Error> {
    tolerant(text, |text| serde_json::from_str(text).map(|Tree(value)| value))
}

/// Numbers of one text that may be too large for a double before the text is refused.
const TOO_LARGE_NUMBERS: u32 = 8;

/// Parses a text in which a number may be too large for a double: such a number becomes `null`, and
/// the rest of the document is read.
pub(crate) fn tolerant<T>(
    text: &[u8],
    parse: impl Fn(&str) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut text = String::from_utf8_lossy(text);
    for _ in 0..TOO_LARGE_NUMBERS {
        let error = match parse(&text) {
            Err(error) => error,
            parsed => return parsed,
        };
        match without_number(&text, &error) {
            Some(tamed) => text = Cow::Owned(tamed),
            None => return Err(error),
        }
    }
    parse(&text)
}

/// Returns `text` with `null` for the number that `error` is about; `None` for any other error.
fn without_number(text: &str, error: &Error) -> Option<String> {
    if !error.to_string().starts_with("number out of range") {
        return None;
    }
    let line = text.split_inclusive('\n').take(error.line().checked_sub(1)?).map(str::len);
    let near = line.sum::<usize>() + error.column();
    let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    let bytes = text.as_bytes();
    let start = near - bytes.get(..near)?.iter().rev().take_while(|byte| is_part(byte)).count();
    let end = start + bytes.get(start..)?.iter().take_while(|byte| is_part(byte)).count();
    (start < end).then(|| format!("{}null{}", &text[..start], &text[end..]))
}

/// A value in which no object has a duplicate key.
pub(crate) struct Tree(pub(crate) Value);

/// Builds the error of an object with a duplicate `key`.
pub(crate) fn twice<E: serde::de::Error>(key: &str) -> E {
    E::custom(format_args!("the key `{}` is there twice", crate::text::clean(key)))
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Self)
    }
}

pub(crate) struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Number::from_f64(number).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Tree(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            if values.contains_key(&key) {
                return Err(twice(&key));
            }
            let Tree(value) = object.next_value()?;
            values.insert(key, value);
        }
        Ok(Value::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_serde_json_reads() {
        for text in
            [r#"{"a":[1,-2,3.5,null,true,"x",{}],"b":18446744073709551615}"#, "1e300", " [ ] "]
        {
            let expected: Value = serde_json::from_str(text).unwrap();
            assert_eq!(parse(text.as_bytes()).unwrap(), expected);
        }
        for bad in ["", "{", "{} {}", "[1,]", "NaN", "\u{feff}{}"] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_key_twice_is_an_error_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"b":[{"a":1,"a":2}]}"#, r#"{"a":1,"\u0061":2}"#] {
            let error = parse(text.as_bytes()).unwrap_err();
            assert!(error.to_string().contains("the key `a` is there twice"), "{error}");
        }
        assert!(parse(br#"[{"a":1},{"a":1}]"#).is_ok());
    }

    #[test]
    fn a_string_cut_inside_a_character_is_read_as_far_as_it_goes() {
        let value = parse(b"{\"name\":\"garage \xf0\x9f\x94\",\"n\":1}").unwrap();
        assert_eq!(value["n"], 1);
        assert_eq!(value["name"], "garage \u{fffd}");
    }
}
