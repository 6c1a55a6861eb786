//! Extracts one value from a JSON document.

use nrgkick_model::custom_api::Observed;
use serde_json::Value;

use crate::config::Pick;

/// Longest quote of a device's answer in an error, in characters.
const LONGEST_PIECE: usize = 60;

impl Pick {
    /// Extracts the value from a document.
    ///
    /// # Errors
    /// A message with what stands in its place.
    pub fn of(&self, document: &Value) -> Result<Observed, String> {
        let found = self.pointers.iter().find_map(|pointer| {
            let place = if pointer.is_empty() { "the answer" } else { pointer.as_str() };
            Some((place, document.pointer(pointer)?))
        });
        let Some((place, found)) = found else {
            let said = reason(document).map(|said| format!("; it says {said:?}"));
            let pointers = self.pointers.join(" or ");
            return Err(format!(
                "the answer has nothing at {pointers}{}",
                said.unwrap_or_default()
            ));
        };
        let number = match found {
            Value::Bool(flag) => return Ok(Observed::Flag(*flag)),
            Value::Number(number) => number.as_f64(),
            Value::Null => return self.null(place),
            Value::String(text) if is_nothing(text) => {
                return Err(format!("{place} is {text:?}: the device has no value now"));
            }
            Value::String(text) if self.text => match switch(text.trim()) {
                Some(flag) => return Ok(Observed::Flag(flag)),
                None => text.trim().parse().ok(),
            },
            Value::String(text) => {
                let hint = match text.trim().parse::<f64>() {
                    Ok(_) => "; add text = true if it is a number",
                    Err(_) => "",
                };
                return Err(format!("{place} is the text {:?}{hint}", piece(text)));
            }
            Value::Array(_) => return Err(format!("{place} is a list, not a number")),
            Value::Object(_) => return Err(format!("{place} is an object, not a number")),
        };
        let number = number.map(|number| number * self.factor + self.offset);
        number.and_then(Observed::number).ok_or_else(|| {
            format!("{place} is {}, which is no finite number", piece(&found.to_string()))
        })
    }

    fn null(&self, place: &str) -> Result<Observed, String> {
        self.null.and_then(Observed::number).ok_or_else(|| {
            format!("{place} is null: the device has no value now (null = 0 where that means zero)")
        })
    }

    /// Extracts the value from bytes. With `text = true`, a bare text that is not JSON is itself
    /// the value.
    ///
    /// # Errors
    /// As [`of`](Self::of), and if the bytes are not JSON.
    pub fn of_text(&self, bytes: &[u8]) -> Result<Observed, String> {
        match (parse(bytes), std::str::from_utf8(bytes)) {
            (Ok(document), _) => self.of(&document),
            (Err(_), Ok(text)) if is_nothing(text) => {
                Err(format!("what came is {text:?}: the device has no value now"))
            }
            (Err(_), Ok(text)) if self.text => self.of(&text.into()),
            (Err(error), _) => Err(error),
        }
    }
}

/// `true` for texts that devices send in place of a value.
pub(super) fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || ["unavailable", "unknown", "nan"].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Finds a device's error text under its usual keys, at any depth.
fn reason(document: &Value) -> Option<String> {
    let Value::Object(map) = document else { return None };
    let is_reason = |key: &str| {
        ["reason", "message", "error", "error_description"]
            .iter()
            .any(|name| key.eq_ignore_ascii_case(name))
    };
    let own = map.iter().find_map(|(key, value)| match value {
        Value::String(text) if is_reason(key) && !text.trim().is_empty() => Some(piece(text)),
        _ => None,
    });
    own.or_else(|| map.values().find_map(reason))
}

/// Parses strict JSON: `NaN` and numbers beyond a double are refused.
pub(super) fn parse(text: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(text).map_err(|error| {
        let text = String::from_utf8_lossy(&text[..text.len().min(4 * LONGEST_PIECE)]);
        format!("the answer is no JSON ({error}): {:?}", piece(&text))
    })
}

/// Parses the states of a switch as Home Assistant and others write them.
fn switch(text: &str) -> Option<bool> {
    let is = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["on", "true"]) { Some(true) } else { is(["off", "false"]).then_some(false) }
}

fn piece(text: &str) -> String {
    let mut piece: String = text.chars().take(LONGEST_PIECE).collect();
    if piece.len() < text.len() {
        piece.push('…');
    }
    piece
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(pointer: &str, text: bool, factor: f64, offset: f64) -> Pick {
        Pick { pointers: vec![pointer.to_owned()], text, factor, offset, null: None }
    }

    #[test]
    fn a_number_is_found_and_computed() {
        let found = pick("/a/0/b~1c", false, -1000.0, 1.0).of_text(br#"{"a":[{"b/c":1.5}]}"#);
        assert_eq!(found, Ok(Observed::Number(-1499.0)));
        assert_eq!(pick("", false, 1.0, 0.0).of_text(b"42"), Ok(Observed::Number(42.0)));
        assert_eq!(pick("", false, 1.0, 0.0).of_text(b"true"), Ok(Observed::Flag(true)));
        let text = pick("/state", true, 1.0, 0.0).of_text(br#"{"state":" 5.5"}"#);
        assert_eq!(text, Ok(Observed::Number(5.5)));
        for (text, flag) in [("\"on\"", true), ("\"False\"", false)] {
            let found = pick("", true, 1.0, 0.0).of_text(text.as_bytes());
            assert_eq!(found, Ok(Observed::Flag(flag)), "{text}");
        }
    }

    #[test]
    fn null_is_what_the_file_says_and_of_several_places_the_first_counts() {
        let mut moved = pick("/result/p", false, -1.0, 5.0);
        moved.pointers.push("/p".to_owned());
        for (text, number) in
            [(r#"{"result":{"p":1},"p":2}"#, 4.0), (r#"{"p":2}"#, 3.0), (r#"{"p":null}"#, 0.0)]
        {
            moved.null = Some(0.0);
            assert_eq!(moved.of_text(text.as_bytes()), Ok(Observed::Number(number)), "{text}");
        }
        let error = moved.of_text(b"{}").unwrap_err();
        assert!(error.contains("/result/p or /p"), "{error}");
        let text = pick("", true, 1.0, 0.0);
        assert_eq!(text.of_text(b"on"), Ok(Observed::Flag(true)), "bare, as it is published");
        assert_eq!(text.of_text(b"78.2"), Ok(Observed::Number(78.2)));
    }

    #[test]
    fn everything_else_is_an_error_in_words() {
        let plain = |text: &str| pick("/p", false, 1.0, 0.0).of_text(text.as_bytes()).unwrap_err();
        for (text, words) in [
            ("{}", "nothing at /p"),
            (r#"{"p":"12"}"#, "text = true"),
            (r#"{"p":"off"}"#, "the text \"off\""),
            (r#"{"p":null}"#, "is null"),
            (r#"{"p":[1]}"#, "is a list"),
            (r#"{"p":{}}"#, "is an object"),
            (r#"{"p":1e999}"#, "no JSON"),
            (r#"{"p":NaN}"#, "no JSON"),
            (r#"{"p":True}"#, "no JSON"),
            ("<html>", "no JSON"),
            ("", "no value now"),
            (" Unavailable\n", "no value now"),
            (r#"{"p":"unknown"}"#, "no value now"),
            (r#"{"p":" NaN "}"#, "no value now"),
            (r#"{"p":""}"#, "no value now"),
            (r#"{"e":{"Status":{"Reason":"Meter 0 does not exist"}}}"#, "Meter 0 does not exist"),
        ] {
            let error = plain(text);
            assert!(error.contains(words), "{text}: {error}");
        }
        let mut text = pick("", true, 1.0, 0.0);
        text.null = Some(0.0);
        for bad in ["\"NaN\"", "\"inf\"", "\"1e999\"", "\"unavailable\"", "\"\""] {
            assert!(text.of_text(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(text.of_text(b"unavailable").is_err(), "and never what null is");
        let too_much = pick("", false, 1e300, 0.0).of_text(b"1e300").unwrap_err();
        assert!(too_much.contains("no finite number"), "{too_much}");
    }
}
