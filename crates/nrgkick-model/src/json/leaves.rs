//! The leaves of a JSON text with their places in it, for who changes how one is printed.

use std::ops::Range;

use serde::de::IgnoredAny;

/// A text, number, flag or `null` in a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The keys that lead to it, joined by dots; those of a list are numbers.
    pub path: String,
    /// Its bytes in the text; those of a text include the quotes.
    pub range: Range<usize>,
}

/// An object or a list that is open.
enum Level {
    Object(Option<String>),
    List(usize),
}

/// Returns the leaves of `text` in their order; `None` if it is not JSON.
pub fn leaves(text: &str) -> Option<Vec<Leaf>> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    let bytes = text.as_bytes();
    let (mut levels, mut found, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' => levels.push(Level::Object(None)),
            b'[' => levels.push(Level::List(0)),
            b'}' | b']' => drop(levels.pop()),
            b',' => match levels.last_mut() {
                Some(Level::Object(key)) => *key = None,
                Some(Level::List(place)) => *place += 1,
                None => {}
            },
            b'"' => {
                at = end_of_text(bytes, at);
                match levels.last_mut() {
                    Some(Level::Object(key @ None)) => {
                        *key = serde_json::from_str(text.get(start..at)?).ok();
                    }
                    _ => found.push(Leaf { path: path(&levels), range: start..at }),
                }
            }
            b':' | b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => {
                let ends = |byte: &u8| b",]} \t\r\n".contains(byte);
                at += bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at);
                found.push(Leaf { path: path(&levels), range: start..at });
            }
        }
    }
    Some(found)
}

/// Returns the place behind the quote that ends the text whose first character is at `at`.
fn end_of_text(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

fn path(levels: &[Level]) -> String {
    let keys: Vec<_> = levels
        .iter()
        .map(|level| match level {
            Level::Object(key) => key.clone().unwrap_or_default(),
            Level::List(place) => place.to_string(),
        })
        .collect();
    keys.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_are_found_where_they_stand() {
        let text = r#"{"a":{"b" : 1.50, "c":"x\"}"},"d":[true,{"e":null},-2e3],"f":{}}"#;
        let found: Vec<_> = leaves(text)
            .unwrap()
            .into_iter()
            .map(|leaf| (leaf.path, text[leaf.range].to_owned()))
            .collect();
        let expected = [
            ("a.b", "1.50"),
            ("a.c", r#""x\"}""#),
            ("d.0", "true"),
            ("d.1.e", "null"),
            ("d.2", "-2e3"),
        ];
        assert_eq!(found, expected.map(|(path, leaf)| (path.to_owned(), leaf.to_owned())));
        assert_eq!(leaves("7").unwrap()[0], Leaf { path: String::new(), range: 0..1 });
        assert_eq!(leaves(r#"{"a":"#), None);
    }
}
