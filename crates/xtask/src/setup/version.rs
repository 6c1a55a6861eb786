//! Versions of programs.

use crate::process::{self, SHORT};
use std::{path::Path, process::Command};

/// Returns the version of `PROGRAM --version`; `None` if it is missing, broken or prints none.
pub(super) fn of(program: &Path) -> Option<String> {
    let text = process::output(Command::new(program).arg("--version"), SHORT).ok()?;
    in_text(&text).map(str::to_owned)
}

/// As [`of`], for a program that cargo calls with the name of its command first.
pub(super) fn of_subcommand(program: &Path, name: &str) -> Option<String> {
    let text = process::output(Command::new(program).args([name, "--version"]), SHORT).ok()?;
    in_text(&text).map(str::to_owned)
}

/// Returns the first word that begins with a digit: `trunk 0.21.14`, `wasm-opt version 132
/// (version_132)`, `ChromeDriver 156.0.8078.79 (a21c…)`.
fn in_text(text: &str) -> Option<&str> {
    text.lines()
        .next()?
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_found_in_what_tools_say() {
        assert_eq!(in_text("trunk 0.21.14\n"), Some("0.21.14"));
        assert_eq!(in_text("wasm-bindgen 0.2.130"), Some("0.2.130"));
        assert_eq!(in_text("wasm-opt version 132 (version_132)"), Some("132"));
        assert_eq!(in_text("Chromium 156.0.8078.79 built on Debian"), Some("156.0.8078.79"));
        assert_eq!(in_text("usage: tool\n1.2.3"), None);
        assert_eq!(in_text(""), None);
    }

    #[test]
    fn a_program_that_is_not_there_has_no_version() {
        assert_eq!(of(Path::new("/nonexistent/program")), None);
    }
}
