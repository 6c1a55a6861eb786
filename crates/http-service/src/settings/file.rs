//! A TOML file as arguments of the command line.

use std::ffi::OsString;
use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Known;

/// Bytes of a file at most.
const MAX_BYTES: u64 = 64 * 1024;

/// All that is wrong in a file, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileError(Vec<String>);

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for FileError {}

/// The options in the file `path`, each with its arguments.
///
/// # Errors
/// If it cannot be read, or says what is no option: every line of that kind at once.
pub(super) fn read(
    path: &Path,
    known: &[Known<'_>],
) -> Result<Vec<(String, Vec<OsString>)>, FileError> {
    let mut text = String::new();
    let unreadable =
        |error: &dyn fmt::Display| FileError(vec![format!("{}: {error}", path.display())]);
    let file = std::fs::File::open(path).map_err(|error| unreadable(&error))?;
    file.take(MAX_BYTES + 1).read_to_string(&mut text).map_err(|error| unreadable(&error))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(unreadable(&format_args!(
            "no file of options has more than {MAX_BYTES} bytes"
        )));
    }
    parse(&text, path, known)
}

fn parse(
    text: &str,
    path: &Path,
    known: &[Known<'_>],
) -> Result<Vec<(String, Vec<OsString>)>, FileError> {
    let mut reader = Reader { text, path: path.to_owned(), wrong: Vec::new() };
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            reader.add(error.span().unwrap_or_default().start, error.message());
            return Err(FileError(reader.wrong));
        }
    };
    let mut found = Vec::new();
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let name: &str = key.get_ref();
        match known.iter().find(|known| known.name == name) {
            Some(known) => {
                if let Some(arguments) = reader.arguments(known, value) {
                    found.push((name.to_owned(), arguments));
                }
            }
            None => reader.unknown(key.span().start, name, known),
        }
    }
    if reader.wrong.is_empty() { Ok(found) } else { Err(FileError(reader.wrong)) }
}

struct Reader<'t> {
    text: &'t str,
    path: PathBuf,
    wrong: Vec<String>,
}

impl Reader<'_> {
    fn add(&mut self, at: usize, message: impl fmt::Display) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        self.wrong.push(format!("{}:{line}: {message}", self.path.display()));
    }

    fn unknown(&mut self, at: usize, name: &str, known: &[Known<'_>]) {
        let rest = match crate::nearest(name, known.iter().map(|known| known.name)) {
            Some(nearest) => format!("; did you mean {nearest}?"),
            None if super::OWN.contains(&name) => {
                " in a file: it stands on the command line".to_owned()
            }
            None => "; --help lists all".to_owned(),
        };
        self.add(at, format_args!("{name}: there is no such option{rest}"));
    }

    /// The arguments that stand for `value`; none, with a message, for one of the wrong kind.
    fn arguments(
        &mut self,
        known: &Known<'_>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<Vec<OsString>> {
        let name = known.name;
        let at = value.span().start;
        match value.get_ref() {
            DeValue::Boolean(on) if !known.takes_value => {
                Some(if *on { vec![format!("--{name}").into()] } else { Vec::new() })
            }
            _ if !known.takes_value => {
                self.add(at, format_args!("{name}: write {name} = true, or false"));
                None
            }
            DeValue::Array(values) if known.repeats => {
                values.iter().map(|value| self.argument(known, value)).collect()
            }
            DeValue::Array(_) => {
                self.add(at, format_args!("{name}: there may be one only: leave out [ and ]"));
                None
            }
            _ => Some(vec![self.argument(known, value)?]),
        }
    }

    fn argument(&mut self, known: &Known<'_>, value: &Spanned<DeValue<'_>>) -> Option<OsString> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().to_owned(),
            DeValue::Float(number) => number.as_str().to_owned(),
            _ => {
                let name = known.name;
                self.add(
                    value.span().start,
                    format_args!("{name}: write a text in quotes, as {name} = \"…\", or a number"),
                );
                return None;
            }
        };
        Some(known.argument(text.as_ref()))
    }
}
