//! The part of a catalogue that a page loads.

use serde_json::Value;

use crate::Catalogue;

/// The keys, or the beginnings of keys, whose messages in the source language are in the program: state,
/// pause, link, simulation, faults and what to do about them.
const NEVER_MUTE: [&str; 8] =
    ["language", "capitals", "simulated", "state.", "pause.", "link.", "stop.", "fault."];

/// Whether the program itself has the message with `key` in the source language, as a page must never
/// be mute about it. No file of that language needs it.
pub fn is_never_mute(key: &str) -> bool {
    NEVER_MUTE.iter().any(|start| key.starts_with(start))
}

/// Messages without their keys, in the order of the source language; those that the page does not
/// need are empty. On the wire a JSON array: the version, then the messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack(Vec<String>);

impl Pack {
    /// The messages of `translation` whose keys are `wanted`, in the order of `source`. One that
    /// the translation lacks is taken from the source.
    pub fn new(translation: &Catalogue, source: &Catalogue, wanted: impl Fn(&str) -> bool) -> Self {
        let message = |(key, original): (&str, &str)| {
            let text = if wanted(key) { translation.get(key).unwrap_or(original) } else { "" };
            text.to_owned()
        };
        Self(std::iter::once(source.version()).chain(source.entries().map(message)).collect())
    }

    /// The file.
    pub fn to_json(&self) -> Value {
        Value::from_iter(self.0.iter().map(String::as_str))
    }

    /// The messages of a `file` with `version` and this `count` of messages; `None` if it is
    /// something else, or of another version of the page.
    pub fn read(file: Value, version: &str, count: usize) -> Option<Vec<String>> {
        let Value::Array(mut all) = file else { return None };
        if all.len() != count + 1 || all.remove(0) != version {
            return None;
        }
        let text = |text| if let Value::String(text) = text { Some(text) } else { None };
        all.into_iter().map(text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_is_read_as_it_was_written() {
        let source = Catalogue::parse(r#"{"a.x": "1", "b.y": "2", "a.z": "3"}"#).unwrap();
        let translation = Catalogue::parse(r#"{"a.x": "eins", "b.y": "zwei"}"#).unwrap();
        let pack = Pack::new(&translation, &source, |key| key.starts_with("a."));
        let read = |version: &str, count| Pack::read(pack.to_json(), version, count);
        let texts = ["eins", "", "3"].map(str::to_owned).to_vec();
        assert_eq!(read(&source.version(), 3), Some(texts));
        assert_eq!(read("0", 3), None);
        assert_eq!(read(&source.version(), 2), None);
        for other in ["null", "[]", "{}", r#"["0"]"#] {
            let other = serde_json::from_str(other).unwrap();
            assert_eq!(Pack::read(other, &source.version(), 3), None);
        }
    }
}
