//! The messages of one language, as its file holds them.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// The messages of one language by their keys, in the order of the file: one JSON object of texts,
/// without objects inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue(Vec<(String, String)>);

/// A file that is no catalogue.
#[derive(Debug, thiserror::Error)]
#[error("no catalogue: {0}")]
pub struct CatalogueError(#[from] serde_json::Error);

impl Catalogue {
    /// Reads a catalogue.
    ///
    /// # Errors
    /// [`CatalogueError`] where `json` is not an object of texts, or has a key twice.
    pub fn parse(json: &str) -> Result<Self, CatalogueError> {
        Ok(serde_json::from_str(json)?)
    }

    /// The message with `key`.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.entries().find(|(there, _)| *there == key).map(|(_, text)| text)
    }

    /// Keys and messages in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, text)| (key.as_str(), text.as_str()))
    }

    /// A text that differs where another list of keys is meant: messages are found by their place
    /// in this list.
    pub fn version(&self) -> String {
        // FNV-1a: the same in the build, in tools and in years, as no library's hash promises.
        let bytes = self.entries().flat_map(|(key, _)| key.bytes().chain([b'\n']));
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

impl<'de> Deserialize<'de> for Catalogue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Catalogue;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Catalogue, A::Error> {
                let mut entries: Vec<(String, String)> = Vec::new();
                while let Some((key, text)) = map.next_entry()? {
                    if entries.iter().any(|(there, _)| *there == key) {
                        return Err(serde::de::Error::custom(format!("“{key}” is there twice")));
                    }
                    entries.push((key, text));
                }
                Ok(Catalogue(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_file() {
        let catalogue = Catalogue::parse(r#"{"b": "2", "a": "1"}"#).unwrap();
        assert_eq!(catalogue.entries().collect::<Vec<_>>(), [("b", "2"), ("a", "1")]);
        assert_eq!((catalogue.get("a"), catalogue.get("c")), (Some("1"), None));
    }

    #[test]
    fn what_is_no_catalogue_is_refused() {
        for text in ["", "[]", r#"{"a": 1}"#, r#"{"a": {"b": "c"}}"#, r#"{"a": "1", "a": "2"}"#] {
            assert!(Catalogue::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_version_follows_the_keys_and_not_the_words() {
        let version = |text| Catalogue::parse(text).unwrap().version();
        assert_eq!(version(r#"{"a": "1", "b": ""}"#), version(r#"{"a": "2", "b": "3"}"#));
        assert_ne!(version(r#"{"a": "1", "b": ""}"#), version(r#"{"b": "", "a": "1"}"#));
        assert_ne!(version(r#"{"a": "", "b": ""}"#), version(r#"{"ab": ""}"#));
    }
}
