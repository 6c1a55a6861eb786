//! Reads TOML tables key by key and keeps the position of each entry for error messages.

use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::time::Duration;

use http_service::duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::EntryErrors;
use super::suggest::unknown;

/// A table of the file, with its path and position.
pub(super) struct Reader<'a, 't> {
    /// The path as `inverters.0`; empty for the file itself.
    pub(super) path: String,
    pub(super) table: &'a DeTable<'t>,
    pub(super) span: Range<usize>,
    pub(super) errors: &'a EntryErrors<'t>,
}

/// A value with the path of its key.
pub(super) struct Entry<'a, 't> {
    pub(super) path: String,
    pub(super) value: &'a Spanned<DeValue<'t>>,
    pub(super) errors: &'a EntryErrors<'t>,
}

impl<'a, 't> Entry<'a, 't> {
    pub(super) fn span(&self) -> Range<usize> {
        self.value.span()
    }

    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.errors.add(&self.span(), &self.path, message);
    }

    /// Returns the table of this entry; adds a mistake if it is none.
    pub(super) fn table(self) -> Option<Reader<'a, 't>> {
        let span = self.span();
        match self.value.get_ref() {
            DeValue::Table(table) => {
                Some(Reader { path: self.path, table, span, errors: self.errors })
            }
            other => {
                let found = other.type_str();
                self.errors.add(&span, &self.path, format!("must be a section, not a {found}"));
                None
            }
        }
    }
}

impl<'a, 't> Reader<'a, 't> {
    pub(super) fn get(&self, key: &str) -> Option<Entry<'a, 't>> {
        Some(Entry { path: self.join(key), value: self.table.get(key)?, errors: self.errors })
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Returns all entries, in the order of the file.
    pub(super) fn entries(&self) -> Vec<(&'a str, Range<usize>, Entry<'a, 't>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| {
                let name: &str = key.get_ref();
                (name, key.span(), Entry { path: self.join(name), value, errors: self.errors })
            })
            .collect();
        entries.sort_by_key(|(_, span, _)| span.start);
        entries
    }

    /// Adds a mistake for each key that is not in `known`.
    pub(super) fn only(&self, known: &[&str]) {
        for (key, span, entry) in self.entries() {
            if !known.contains(&key) {
                self.errors.add(&span, entry.path, unknown(key, known));
            }
        }
    }

    pub(super) fn wrong(&self, message: impl Into<String>) {
        self.errors.add(&self.span, &self.path, message);
    }

    /// Adds a mistake at the value of `key`.
    pub(super) fn wrong_at(&self, key: &str, message: impl Into<String>) {
        match self.get(key) {
            Some(entry) => entry.wrong(message),
            None => self.wrong(message),
        }
    }

    pub(super) fn string(&self, key: &str) -> Option<&'a str> {
        let entry = self.get(key)?;
        match entry.value.get_ref() {
            DeValue::String(text) => Some(text),
            _ => {
                entry.wrong("must be a text in quotes");
                None
            }
        }
    }

    /// As [`string`](Self::string); adds a mistake if the key is missing.
    pub(super) fn required(&self, key: &str) -> Option<&'a str> {
        if !self.has(key) {
            self.wrong(format!("{key} is missing"));
        }
        self.string(key)
    }

    pub(super) fn strings(&self, key: &str) -> Vec<&'a str> {
        let Some(entry) = self.get(key) else { return Vec::new() };
        let texts = entry.value.get_ref().as_array().and_then(|items| {
            items.iter().map(|item| item.get_ref().as_str()).collect::<Option<Vec<_>>>()
        });
        texts.unwrap_or_else(|| {
            entry.wrong("must be a list of texts, as [\"a\", \"b\"]");
            Vec::new()
        })
    }

    /// Reads a text, number or switch, or a list of them, all as texts.
    pub(super) fn words_of(&self, key: &str) -> Vec<String> {
        let Some(entry) = self.get(key) else { return Vec::new() };
        let word = |item: &DeValue<'_>| match item {
            DeValue::String(text) => Some(text.clone().into_owned()),
            DeValue::Boolean(flag) => Some(flag.to_string()),
            item => number(item).map(|number| number.to_string()),
        };
        let words = match entry.value.get_ref() {
            DeValue::Array(list) => list.iter().map(|item| word(item.get_ref())).collect(),
            item => word(item).map(|word| vec![word]),
        };
        let words: Vec<_> = words.unwrap_or_default();
        if words.is_empty() {
            entry.wrong("must be a text, number, true or false, or a list of them");
        }
        words
    }

    pub(super) fn number(&self, key: &str) -> Option<f64> {
        let entry = self.get(key)?;
        let number = number(entry.value.get_ref());
        if number.is_none() {
            entry.wrong("must be a number, and a finite one");
        }
        number
    }

    /// Reads an integer from 0 to `max`.
    pub(super) fn integer(&self, key: &str, max: u16) -> Option<u16> {
        let entry = self.get(key)?;
        let integer = integer(entry.value.get_ref())
            .and_then(|integer| u16::try_from(integer).ok())
            .filter(|integer| *integer <= max);
        if integer.is_none() {
            entry.wrong(format!("must be a whole number from 0 to {max}"));
        }
        integer
    }

    pub(super) fn flag(&self, key: &str) -> bool {
        let Some(entry) = self.get(key) else { return false };
        entry.value.get_ref().as_bool().unwrap_or_else(|| {
            entry.wrong("must be true or false");
            false
        })
    }

    pub(super) fn duration(&self, key: &str) -> Option<Duration> {
        const BOUNDS: RangeInclusive<Duration> =
            Duration::from_millis(1)..=Duration::from_secs(24 * 60 * 60);
        let entry = self.get(key)?;
        let duration = match entry.value.get_ref() {
            DeValue::String(text) => duration(text, &BOUNDS),
            // A number without quotes lacks its unit all the same; the message names that.
            DeValue::Integer(number) => duration(number.as_str(), &BOUNDS),
            DeValue::Float(number) => duration(number.as_str(), &BOUNDS),
            _ => Err("must be a time as \"5s\", \"500ms\", \"2m\" or \"1h\"".to_owned()),
        };
        duration.map_err(|message| entry.wrong(message)).ok()
    }

    /// Reads one of `words`; adds a mistake for any other text.
    pub(super) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let entry = self.get(key)?;
        let text = entry.value.get_ref().as_str().unwrap_or_default();
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<_> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
            entry.wrong(format!("must be one of {}", words.join(", ")));
        }
        found
    }

    /// Reads the name of a file, relative to `folder`.
    pub(super) fn file(&self, key: &str, folder: &std::path::Path) -> Option<PathBuf> {
        self.string(key).map(|name| folder.join(name))
    }

    fn join(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }
}

/// Returns the finite number of a TOML integer or float.
pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    let number = match value {
        DeValue::Float(float) => float.as_str().parse().ok()?,
        #[expect(clippy::cast_precision_loss, reason = "every bound is far below 2^53")]
        DeValue::Integer(_) => integer(value)? as f64,
        _ => return None,
    };
    Some(number).filter(|number: &f64| number.is_finite())
}

pub(super) fn integer(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}
