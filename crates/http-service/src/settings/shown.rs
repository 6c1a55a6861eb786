//! All options of a program as a file, as they are together.

use std::fmt::Write as _;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::{Known, Origins, known};

/// The file. What is not set by anybody is there as a comment.
pub(super) fn text(command: &Command, matches: &ArgMatches, origins: &Origins) -> String {
    let mut text = String::new();
    for arg in command.get_arguments() {
        let Some(known) = known(arg) else { continue };
        let id = arg.get_id().as_str();
        let is_default = !matches!(
            matches.value_source(id),
            Some(ValueSource::CommandLine | ValueSource::EnvVariable)
        );
        let raw = matches.get_raw(id).into_iter().flatten();
        let values: Vec<_> = raw.map(|value| value.to_string_lossy().into_owned()).collect();
        // Writing into a text cannot fail.
        let _ = match (is_default, value(&known, &values)) {
            (true, None) => writeln!(text, "# {} =", known.name),
            (true, Some(value)) => writeln!(text, "# {} = {value}", known.name),
            (false, value) => {
                let value = value.unwrap_or_else(|| "true".to_owned());
                let origin =
                    origins.of(known.name).unwrap_or_else(|| "the command line".to_owned());
                writeln!(text, "{} = {value} # {origin}", known.name)
            }
        };
    }
    text
}

/// The value as TOML; `None` for none.
fn value(known: &Known<'_>, values: &[String]) -> Option<String> {
    if !known.takes_value {
        return values.first().cloned();
    }
    if known.repeats && values.len() > 1 {
        let all: Vec<_> = values.iter().map(|value| quoted(value)).collect();
        return Some(format!("[{}]", all.join(", ")));
    }
    values.last().map(|value| quoted(value))
}

/// A text in quotes, as TOML has it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        // Writing into a text cannot fail.
        let _ = match character {
            '"' | '\\' => write!(quoted, "\\{character}"),
            control if control.is_control() => write!(quoted, "\\u{:04X}", u32::from(control)),
            other => write!(quoted, "{other}"),
        };
    }
    quoted.push('"');
    quoted
}
