//! The errors of a configuration file: every mistake with file, line, key and remedy.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryError {
    /// The line, counted from 1.
    pub line: usize,
    /// The key as `inverters.0.KEY`; empty if the mistake belongs to no key.
    pub key: String,
    /// The mistake and the correction.
    pub message: String,
}

/// A file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The file has mistakes.
    #[error("{}", Listed(path, errors))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// The mistakes, by line; never empty.
        errors: Vec<EntryError>,
    },
}

impl ConfigError {
    /// `true` if an editor can mend it: the file has mistakes, or is still to be written.
    pub fn is_mendable(&self) -> bool {
        match self {
            Self::Read { source, .. } => source.kind() == std::io::ErrorKind::NotFound,
            Self::Invalid { .. } => true,
        }
    }
}

struct Listed<'a>(&'a Path, &'a [EntryError]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.1.iter().enumerate() {
            let separator = if place == 0 { "" } else { "\n" };
            write!(f, "{separator}{}:{}: ", self.0.display(), error.line)?;
            if !error.key.is_empty() {
                write!(f, "{}: ", error.key)?;
            }
            f.write_str(&error.message)?;
        }
        Ok(())
    }
}

/// Gathers mistakes, so that one run reports all of them.
pub(super) struct EntryErrors<'t> {
    text: &'t str,
    list: RefCell<Vec<EntryError>>,
}

impl<'t> EntryErrors<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, list: RefCell::default() }
    }

    pub(super) fn add(
        &self,
        span: &Range<usize>,
        key: impl Into<String>,
        message: impl Into<String>,
    ) {
        let line = self.line(span.start);
        self.list.borrow_mut().push(EntryError { line, key: key.into(), message: message.into() });
    }

    pub(super) fn add_at(&self, line: usize, key: impl Into<String>, message: impl Into<String>) {
        self.list.borrow_mut().push(EntryError { line, key: key.into(), message: message.into() });
    }

    /// Adds the TOML parser's error, in words for people who do not know TOML.
    pub(super) fn add_syntax(&self, error: &toml::de::Error) {
        let span = error.span().unwrap_or_default();
        let found = self.text.get(span.clone()).unwrap_or_default();
        let rest = self.text.get(span.start..).unwrap_or_default();
        let word: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        let message = if error.message().contains("duplicate key") {
            format!("{found:?} is here a second time: a key or section may stand only once")
        } else if let Some(right) = nearest_constant(&word) {
            format!("write {right} in lower case, not {word}")
        } else if word.eq_ignore_ascii_case("nan") || word.eq_ignore_ascii_case("inf") {
            format!("{word} is no number that a device can have")
        } else if has_decimal_comma(self.line_text(span.start)) {
            "numbers have a decimal point, not a comma".to_owned()
        } else if let Some(bare) = bare_word(self.line_text(span.start)) {
            match bare.strip_prefix(CURLY) {
                Some(rest) => {
                    let rest = rest.trim_end_matches(CURLY);
                    format!("write straight quotes: \"{rest}\", not {bare}")
                }
                None => format!("a text has to stand in quotes: write \"{bare}\""),
            }
        } else {
            format!("this is no TOML: {}", error.message().lines().next().unwrap_or_default())
        };
        let line = self.line_text(span.start).trim().to_owned();
        self.add(&span, "", format!("{message} (in: {line})"));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.borrow().is_empty()
    }

    pub(super) fn into_list(self) -> Vec<EntryError> {
        let mut list = self.list.into_inner();
        list.sort_by_key(|error| error.line);
        list
    }

    /// Returns the line of a byte offset, counted from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or(self.text);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    fn line_text(&self, offset: usize) -> &'t str {
        self.text.lines().nth(self.line(offset) - 1).unwrap_or_default()
    }
}

/// The quotes of word processors and phones.
const CURLY: &[char] = &['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

/// Returns the first value of a line that is a text without straight quotes.
fn bare_word(line: &str) -> Option<String> {
    let mut rest = line.trim();
    loop {
        let (_, value) = rest.split_once('=')?;
        let value = value.trim_start();
        rest = value;
        let begin = value.chars().next()?;
        if CURLY.contains(&begin) {
            let end = value[begin.len_utf8()..].find(CURLY)? + begin.len_utf8();
            let close = value[end..].chars().next().map_or(0, char::len_utf8);
            return Some(value[..end + close].to_owned());
        }
        if let '"' | '\'' = begin {
            // The end of the text, so that an equals sign in it counts for nothing.
            let inner = &value[1..];
            rest = inner.find(begin).map_or("", |end| &inner[end + 1..]);
            continue;
        }
        let word = value.split([',', '}', ']', '#', ' ', '\t']).next().unwrap_or_default();
        let is_number = word.starts_with(['+', '-']) || word.parse::<f64>().is_ok();
        let is_number = is_number || word.starts_with("0x");
        let is_word = word.starts_with(|c: char| c.is_alphanumeric() || c == '/');
        if is_word && !is_number && !["true", "false"].contains(&word) {
            return Some(word.to_owned());
        }
    }
}

/// Returns `true` or `false` for their spelling in Python or YAML.
fn nearest_constant(word: &str) -> Option<&'static str> {
    let constants = ["true", "false"];
    constants.into_iter().find(|right| word.eq_ignore_ascii_case(right) && word != *right)
}

/// `true` if the line's value is written with a decimal comma, outside any list.
fn has_decimal_comma(line: &str) -> bool {
    let value = line.split_once('=').map_or("", |(_, value)| value.trim());
    let is_number = |part: &str| {
        let digits = part.trim_start_matches(['+', '-']);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    value.split_once(',').is_some_and(|(whole, rest)| {
        let fraction: String =
            rest.chars().take_while(|c| !c.is_whitespace() && *c != '#').collect();
        is_number(whole) && is_number(&fraction)
    })
}
