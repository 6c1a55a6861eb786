//! The options of a program out of three places: the command line, else the environment, else one
//! TOML file. All three know the same options by the same names, those of `--help`.
//!
//! Here: which place counts. In `file`: the file as arguments, read by `toml` or `json`; in `shown`:
//! the options as such a file.
//!
//! Not here: what the options mean. clap reads whatever came from wherever, so that a value is
//! checked, and options that need or exclude one another are told, the same way.
//!
//! The environment has an option as `NRGKICK_` and its name in capitals: `NRGKICK_MAX_RATE`. What may
//! repeat stands there separated by spaces. A secret never stands in any of them, only its file.

mod file;
mod given;
mod json;
mod shown;
mod toml;

use std::collections::BTreeSet;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command, CommandFactory, FromArgMatches};

use crate::program;

/// Prefix of the environment's variables.
const PREFIX: &str = "NRGKICK_";

/// Options about the options. Flatten it into a program's own arguments.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingsArgs {
    /// TOML file with any of these options by their long names, as `listen = "0.0.0.0:8080"`. Flags
    /// come first, then the environment (NRGKICK_LISTEN), then this file
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Print all options as they are together, as such a file, and end
    #[arg(long)]
    pub print_config: bool,

    /// Check all options and the files that they name, and end. The record is not opened
    #[arg(long)]
    pub check: bool,
}

/// The names of these options, which no file has.
const OWN: [&str; 3] = ["config", "print-config", "check"];

/// A program's arguments, with what is asked about them.
#[derive(Debug)]
struct Settings<A> {
    args: A,
    /// All options as a file, if that was asked for.
    shown: Option<String>,
}

/// The options of this process. clap ends it where they are wrong, or the help was asked for.
///
/// # Errors
/// The exit code, where all that was asked for was to see them.
pub fn parse<A: CommandFactory + FromArgMatches>() -> Result<A, ExitCode> {
    let parsed = parse_from(&env::args_os().collect::<Vec<_>>(), &|name| env::var_os(name));
    let Settings { args, shown } = parsed.unwrap_or_else(|error| error.exit());
    shown.map_or(Ok(args), |shown| Err(program::print(&shown)))
}

/// The options by this command line and this environment.
fn parse_from<A: CommandFactory + FromArgMatches>(
    line: &[OsString],
    environment: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Settings<A>, clap::Error> {
    let mut command = A::command();
    command.build();
    let mut all = line.to_owned();
    let mut origins = Origins::default();
    // A command of its own, as `discover`, has options of its own.
    if line.get(1).is_none_or(|first| first.as_encoded_bytes().starts_with(b"-")) {
        let given = given(line);
        for arg in options(&command) {
            if !given.contains(arg.name)
                && let Some(value) = environment(&variable(arg.name))
            {
                all.extend(arg.arguments(&value));
                origins.environment.insert(arg.name.to_owned());
            }
        }
        if let Some(path) = config(line, environment) {
            let known: Vec<Known<'_>> = options(&command).collect();
            let found = file::read(&path, &known)
                .map_err(|error| A::command().error(ErrorKind::InvalidValue, error))?;
            for (name, arguments) in found {
                if !given.contains(&name) && !origins.environment.contains(&name) {
                    all.extend(arguments);
                    origins.file.insert(name);
                }
            }
            origins.path = Some(path);
        }
    }
    let matches = A::command().try_get_matches_from(all).map_err(|error| origins.add_to(error))?;
    let args = A::from_arg_matches(&matches)?;
    let is_asked = matches.try_get_one::<bool>("print_config").ok().flatten();
    let shown = (is_asked == Some(&true)).then(|| shown::text(&command, &matches, &origins));
    Ok(Settings { args, shown })
}

/// Where options come from that are not on the command line, by their names.
#[derive(Debug, Default)]
struct Origins {
    environment: BTreeSet<String>,
    file: BTreeSet<String>,
    path: Option<PathBuf>,
}

impl Origins {
    /// The place in words; `None` for the command line.
    fn of(&self, name: &str) -> Option<String> {
        if self.environment.contains(name) {
            return Some(format!("the environment's {}", variable(name)));
        }
        let path = self.path.as_deref().filter(|_| self.file.contains(name))?;
        Some(path.display().to_string())
    }

    /// Says where the option stands that is wrong.
    fn add_to(&self, mut error: clap::Error) -> clap::Error {
        let named = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(named)) => named.clone(),
            Some(ContextValue::Strings(named)) => named.first().cloned().unwrap_or_default(),
            _ => String::new(),
        };
        let name = named.trim_start_matches('-').split([' ', '=']).next().unwrap_or_default();
        if let Some(place) = self.of(name) {
            let text = format!("--{name} stands in {place}").into();
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![text]));
        }
        error
    }
}

/// An option that may stand in a file.
#[derive(Clone, Copy, Debug)]
struct Known<'c> {
    /// Its long name, without hyphens.
    name: &'c str,
    /// `false` for a switch.
    takes_value: bool,
    repeats: bool,
}

impl Known<'_> {
    fn argument(&self, value: &OsStr) -> OsString {
        let mut argument = OsString::from(format!("--{}=", self.name));
        argument.push(value);
        argument
    }

    /// The arguments that stand for a variable's value.
    fn arguments(&self, value: &OsStr) -> Vec<OsString> {
        match value.to_str() {
            Some(text) if self.repeats => {
                text.split_whitespace().map(|one| self.argument(one.as_ref())).collect()
            }
            Some("true") if !self.takes_value => vec![format!("--{}", self.name).into()],
            Some("false" | "") if !self.takes_value => Vec::new(),
            // clap says that a switch takes no value.
            _ => vec![self.argument(value)],
        }
    }
}

/// The options of a program, in the order of its help.
fn options(command: &Command) -> impl Iterator<Item = Known<'_>> {
    command.get_arguments().filter_map(known)
}

fn known(arg: &Arg) -> Option<Known<'_>> {
    let name = arg.get_long().filter(|name| !OWN.contains(name))?;
    let action = arg.get_action();
    let takes_value = match action {
        ArgAction::Set | ArgAction::Append => true,
        ArgAction::SetTrue => false,
        _ => return None,
    };
    Some(Known { name, takes_value, repeats: matches!(action, ArgAction::Append) })
}

/// The variable for the option `name`.
fn variable(name: &str) -> String {
    PREFIX.to_owned() + &name.replace('-', "_").to_uppercase()
}

/// The names of the long options of a command line.
fn given(line: &[OsString]) -> BTreeSet<String> {
    let texts = line.iter().skip(1).map_while(|word| word.to_str().filter(|word| *word != "--"));
    let names = texts.filter_map(|word| word.strip_prefix("--")?.split('=').next());
    names.map(str::to_owned).collect()
}

/// The file that the command line names, else the environment.
fn config(line: &[OsString], environment: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let mut words = line.iter().skip(1);
    while let Some(word) = words.next() {
        if word == "--config" {
            return words.next().map(PathBuf::from);
        }
        let value = word.to_str().and_then(|word| word.strip_prefix("--config="));
        if let Some(value) = value {
            return Some(PathBuf::from(value));
        }
    }
    environment(&variable("config")).map(PathBuf::from).filter(|path| path != Path::new(""))
}

#[cfg(test)]
mod tests;
