//! Man pages, shell completions and `docs/options.md`, out of the definitions that `--help` prints.
//!
//! A crate of its own, as it knows every program, and so that no program carries what is needed once,
//! when a release is made. Not here: a word about any option.

mod markdown;

use std::fs::{self, File};
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;

pub use markdown::options;

/// The shells that get completions.
const SHELLS: [Shell; 3] = [Shell::Bash, Shell::Zsh, Shell::Fish];

/// The command lines of all programs.
#[must_use]
pub fn programs() -> Vec<Command> {
    vec![
        cors_proxy::Args::command(),
        modbus_proxy::Args::command(),
        custom_api::Args::command().name(custom_api::NAME),
        nrgkick_probe::Args::command(),
        nrgkick_sim::cli::Args::command(),
    ]
}

/// Writes `man/` and `completions/` into `folder`.
///
/// # Errors
/// The system's, if a file cannot be written.
pub fn write(folder: &Path) -> io::Result<()> {
    let (man, completions) = (folder.join("man"), folder.join("completions"));
    for folder in [&man, &completions] {
        fs::create_dir_all(folder)?;
    }
    for mut program in programs() {
        let name = program.get_name().to_owned();
        clap_mangen::generate_to(program.clone(), &man)?;
        for shell in SHELLS {
            clap_complete::generate_to(shell, &mut program, &name, &completions)?;
        }
    }
    File::open(&man)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_a_page_for_itself_and_its_commands_and_completions() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path()).unwrap();
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let page = text("man/cors-proxy.1");
        for part in
            [".TH cors", "\\-\\-charger", "\\-\\-print\\-config", "cors\\-proxy\\-backup(1)"]
        {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(text("man/custom-api-check.1").contains("\\-\\-time\\-limit"));
        for program in programs() {
            let name = program.get_name();
            for file in [format!("{name}.bash"), format!("_{name}"), format!("{name}.fish")] {
                assert!(text(&format!("completions/{file}")).contains(name), "{file}");
            }
        }
    }
}
