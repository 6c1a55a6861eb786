//! A file of options as arguments of the command line: TOML, or JSON where its name ends in `.json`.

use std::ffi::OsString;
use std::fmt;
use std::io::Read as _;
use std::path::Path;

use super::given::{Given, Problem, Value};
use super::{Known, json, toml};

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
    let given = if path.extension().is_some_and(|ending| ending == "json") {
        json::options(&text, path, known)
    } else {
        toml::options(&text)
    };
    let mut reader = Reader { text: &text, path, wrong: Vec::new() };
    let found = match given {
        Ok(given) => reader.all(given, known),
        Err(Problem { at, message }) => {
            reader.add(at, message);
            Vec::new()
        }
    };
    if reader.wrong.is_empty() { Ok(found) } else { Err(FileError(reader.wrong)) }
}

struct Reader<'t> {
    text: &'t str,
    path: &'t Path,
    wrong: Vec<String>,
}

impl Reader<'_> {
    fn all(&mut self, given: Vec<Given>, known: &[Known<'_>]) -> Vec<(String, Vec<OsString>)> {
        let mut found = Vec::new();
        for given in given {
            match known.iter().find(|known| known.name == given.name) {
                Some(known) => {
                    if let Some(arguments) = self.arguments(known, &given) {
                        found.push((given.name, arguments));
                    }
                }
                None => self.unknown(&given, known),
            }
        }
        found
    }

    fn add(&mut self, at: Option<usize>, message: impl fmt::Display) {
        let path = self.path.display();
        self.wrong.push(match at {
            Some(at) => {
                let before = self.text.get(..at).unwrap_or(self.text);
                format!("{path}:{}: {message}", before.matches('\n').count() + 1)
            }
            None => format!("{path}: {message}"),
        });
    }

    fn unknown(&mut self, given: &Given, known: &[Known<'_>]) {
        let name = &*given.name;
        let rest = match crate::nearest(name, known.iter().map(|known| known.name)) {
            Some(nearest) => format!("; did you mean {nearest}?"),
            None if super::OWN.contains(&name) => {
                " in a file: it stands on the command line".to_owned()
            }
            None => "; --help lists all".to_owned(),
        };
        self.add(given.at, format_args!("{name}: there is no such option{rest}"));
    }

    /// The arguments that stand for a value; none, with a message, for one of the wrong kind.
    fn arguments(&mut self, known: &Known<'_>, given: &Given) -> Option<Vec<OsString>> {
        let (name, at) = (known.name, given.value_at);
        match &given.value {
            Value::Switch(on) if !known.takes_value => {
                Some(if *on { vec![format!("--{name}").into()] } else { Vec::new() })
            }
            _ if !known.takes_value => {
                self.add(at, format_args!("{name}: write {name} = true, or false"));
                None
            }
            Value::List(values) if known.repeats => {
                values.iter().map(|value| self.argument(known, at, value)).collect()
            }
            Value::List(_) => {
                self.add(at, format_args!("{name}: there may be one only: leave out [ and ]"));
                None
            }
            value => Some(vec![self.argument(known, at, value)?]),
        }
    }

    fn argument(
        &mut self,
        known: &Known<'_>,
        at: Option<usize>,
        value: &Value,
    ) -> Option<OsString> {
        if let Value::Text(text) = value {
            return Some(known.argument(text.as_ref()));
        }
        let name = known.name;
        self.add(
            at,
            format_args!("{name}: write a text in quotes, as {name} = \"…\", or a number"),
        );
        None
    }
}
