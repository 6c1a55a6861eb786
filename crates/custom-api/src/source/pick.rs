//! One value out of a JSON document.

use nrgkick_model::custom_api::Observed;
use serde_json::Value;

use crate::config::Pick;

/// Longest piece of a device's answer that is shown in an error, in characters.
const LONGEST_PIECE: usize = 60;

impl Pick {
    /// Finds the value in a document.
    ///
    /// # Errors
    /// Says in words what stands there in its place.
    pub fn of(&self, document: &Value) -> Result<Observed, String> {
        let place = if self.pointer.is_empty() { "the answer" } else { self.pointer.as_str() };
        let found = document.pointer(&self.pointer);
        let number = match found {
            None => return Err(format!("the answer has nothing at {place}")),
            Some(Value::Bool(flag)) => return Ok(Observed::Flag(*flag)),
            Some(Value::Number(number)) => number.as_f64(),
            Some(Value::String(text)) if self.text => match switch(text.trim()) {
                Some(flag) => return Ok(Observed::Flag(flag)),
                None => text.trim().parse().ok(),
            },
            Some(Value::String(text)) => {
                let hint = match text.trim().parse::<f64>() {
                    Ok(_) => "; add text = true if it is a number",
                    Err(_) => "",
                };
                return Err(format!("{place} is the text {:?}{hint}", piece(text)));
            }
            Some(Value::Null) => return Err(format!("{place} is null")),
            Some(Value::Array(_)) => return Err(format!("{place} is a list, not a number")),
            Some(Value::Object(_)) => return Err(format!("{place} is an object, not a number")),
        };
        let number = number.map(|number| number * self.factor + self.offset);
        number.and_then(Observed::number).ok_or_else(|| {
            let found = found.map(Value::to_string).unwrap_or_default();
            format!("{place} is {}, which is no finite number", piece(&found))
        })
    }

    /// Finds the value in the text of a document.
    ///
    /// # Errors
    /// As [`of`](Self::of), and where the text is no JSON.
    pub fn of_text(&self, text: &[u8]) -> Result<Observed, String> {
        self.of(&parse(text)?)
    }
}

/// JSON as it must be: `NaN` and numbers beyond a double are none.
pub(super) fn parse(text: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(text).map_err(|error| {
        let text = String::from_utf8_lossy(&text[..text.len().min(4 * LONGEST_PIECE)]);
        format!("the answer is no JSON ({error}): {:?}", piece(&text))
    })
}

/// The states of a switch as Home Assistant and others write them.
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
        Pick { pointer: pointer.to_owned(), text, factor, offset }
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
            ("", "no JSON"),
        ] {
            let error = plain(text);
            assert!(error.contains(words), "{text}: {error}");
        }
        let text = pick("", true, 1.0, 0.0);
        for bad in ["\"NaN\"", "\"inf\"", "\"1e999\"", "\"unavailable\"", "\"\""] {
            assert!(text.of_text(bad.as_bytes()).is_err(), "{bad}");
        }
        let too_much = pick("", false, 1e300, 0.0).of_text(b"1e300").unwrap_err();
        assert!(too_much.contains("no finite number"), "{too_much}");
    }
}
