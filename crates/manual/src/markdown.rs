//! `docs/options.md`: every option of every program.

use std::fmt::Write as _;

use clap::{Arg, ArgAction, Command};

use crate::programs;

const HEAD: &str = "# Options\n\n\
    Made from the programs' own definitions; `UPDATE=1 cargo test -p manual` writes it again.\n\
    Options of the proxies may stand on the command line, in the environment (`NRGKICK_` and the name \
    in capitals, with underscores), or in the file of `--config`, in that order.\n";

/// The text of `docs/options.md`.
#[must_use]
pub fn options() -> String {
    let mut text = HEAD.to_owned();
    for program in programs() {
        program_into(&mut text, program);
    }
    text
}

fn program_into(text: &mut String, mut program: Command) {
    program.build();
    let about = program.get_about().map(ToString::to_string).unwrap_or_default();
    // Writing into a text cannot fail.
    let _ = write!(text, "\n## {}\n\n{about}.\n", program.get_name());
    table(text, &program);
    for command in program.get_subcommands() {
        if command.get_name() == "help" {
            continue;
        }
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let _ = write!(text, "\n### {} {}\n\n{about}.\n", program.get_name(), command.get_name());
        table(text, command);
    }
}

fn table(text: &mut String, command: &Command) {
    let shown = |arg: &&Arg| {
        !arg.is_hide_set()
            && !matches!(
                arg.get_action(),
                ArgAction::Help | ArgAction::HelpShort | ArgAction::HelpLong | ArgAction::Version
            )
    };
    let all: Vec<_> = command.get_arguments().filter(shown).collect();
    if all.is_empty() {
        return;
    }
    text.push_str("\n| option | meaning |\n| --- | --- |\n");
    for arg in all {
        let _ = writeln!(text, "| {} | {} |", name(arg), meaning(arg));
    }
}

/// `--charger [NAME=]ADDRESS`, as code.
fn name(arg: &Arg) -> String {
    let values = arg.get_value_names().filter(|_| arg.get_action().takes_values());
    let values: String =
        values.unwrap_or_default().iter().map(|value| format!(" {value}")).collect();
    match arg.get_long() {
        Some(long) => format!("`--{long}{values}`"),
        None => format!("`{}`", values.trim_start()),
    }
}

/// The help, with the default behind it.
fn meaning(arg: &Arg) -> String {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let mut text = help.replace('|', "\\|").replace('\n', " ");
    let defaults: Vec<_> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !defaults.is_empty() && arg.get_action().takes_values() {
        let _ = write!(text, " (`{}` unless told otherwise)", defaults.join(" "));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_list_of_options_is_that_of_the_programs() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/options.md");
        let text = options();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            kept.replace("\r\n", "\n") == text,
            "docs/options.md is not what the programs say: UPDATE=1 cargo test -p manual"
        );
    }
}
