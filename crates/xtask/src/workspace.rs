//! Paths in this clone, and versions in its lock file.

use crate::{
    error::{Error, Result, other},
    process::{self, SHORT, cargo},
};
use std::{env, fs, path::PathBuf, process::Command};
use toml::de::DeTable;

/// The programs that tests start and that releases contain.
pub(crate) const SERVERS: [&str; 4] = ["cors-proxy", "modbus-proxy", "custom-api", "nrgkick-sim"];
/// Variables with compiler flags; the first that is set replaces all others.
const RUSTFLAGS: [&str; 2] = ["CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"];

/// Returns the folder of the root manifest.
pub(crate) fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = manifest
        .filter(|folder| folder.ends_with("crates/xtask"))
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    here.ancestors().nth(2).map_or_else(PathBuf::new, PathBuf::from)
}

/// Returns the folder of the built page.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// Returns a cargo command that runs in the root.
pub(crate) fn cargo_here(arguments: &[&str]) -> Command {
    let mut command = cargo();
    command.args(arguments).current_dir(root());
    command
}

/// Removes compiler flags from the environment of a command that compiles the page.
///
/// Those flags are meant for this machine's programs, but cargo would silently use them in place of
/// the wasm target's own in `.cargo/config.toml`.
pub(crate) fn with_wasm_flags(command: &mut Command) -> &mut Command {
    for variable in RUSTFLAGS {
        command.env_remove(variable);
    }
    command
}

/// Returns cargo's target folder, wherever the user's configuration puts it.
pub(crate) fn target() -> Result<PathBuf> {
    let mut command = cargo_here(&["metadata", "--no-deps", "--offline", "--format-version=1"]);
    let text = process::output(&mut command, SHORT)?;
    let metadata: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| Error::Other(format!("cargo metadata is not JSON: {error}")))?;
    match metadata.get("target_directory").and_then(|folder| folder.as_str()) {
        Some(folder) => Ok(folder.into()),
        None => other("cargo metadata names no target_directory"),
    }
}

/// Returns the version of a package in Cargo.lock, which is the only place where it is written.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    match version_in(&lock, package) {
        Some(version) => Ok(version),
        None => other(format!("{} has no package `{package}`", path.display())),
    }
}

/// Of several versions the first one counts. Not by `cargo metadata`: that needs every package of
/// the file to be there, and this is asked before anything was fetched.
fn version_in(lock: &str, package: &str) -> Option<String> {
    let lock = DeTable::parse(lock).ok()?;
    let packages = lock.get_ref().get("package")?.get_ref().as_array()?;
    let text =
        |entry: &DeTable<'_>, key: &str| Some(entry.get(key)?.get_ref().as_str()?.to_owned());
    let mut entries = packages.iter().filter_map(|entry| entry.get_ref().as_table());
    text(entries.find(|entry| text(entry, "name").as_deref() == Some(package))?, "version")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"# generated
version = 4

[[package]]
name = "wasm-bindgen-futures"
version = "0.4.80"
dependencies = [
 "wasm-bindgen",
]

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
"#;

    #[test]
    fn a_version_is_found_by_its_whole_name() {
        assert_eq!(version_in(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(LOCK, "wasm-bindgen-futures").as_deref(), Some("0.4.80"));
        assert_eq!(version_in(LOCK, "wasm"), None);
        assert_eq!(version_in("", "wasm-bindgen"), None);
    }

    #[test]
    fn every_program_but_the_page_the_probe_and_tools_is_a_server() {
        let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap());
        let mut programs: Vec<String> = crates
            .filter(|entry| entry.path().join("src/main.rs").is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .filter(|name| {
                !["manual", "nrgkick-app", "nrgkick-probe", "xtask"].contains(&name.as_str())
            })
            .collect();
        programs.sort();
        let mut servers = SERVERS;
        servers.sort_unstable();
        assert_eq!(programs, servers);
    }

    #[test]
    fn flags_of_the_environment_do_not_reach_the_page() {
        let mut command = Command::new("cargo");
        command.envs(RUSTFLAGS.map(|variable| (variable, "-C target-cpu=native")));
        with_wasm_flags(&mut command);
        let envs: Vec<_> = command.get_envs().collect();
        assert_eq!(envs.len(), RUSTFLAGS.len());
        assert!(envs.iter().all(|(_, value)| value.is_none()), "{envs:?}");
    }

    #[test]
    fn windows_line_ends_are_no_part_of_a_version() {
        let version = version_in(&LOCK.replace('\n', "\r\n"), "wasm-bindgen");
        assert_eq!(version.as_deref(), Some("0.2.130"));
    }

    #[test]
    fn this_clone_has_a_root_and_a_lock_file() {
        assert!(root().join("Cargo.toml").is_file());
        assert!(locked_version("wasm-bindgen").unwrap().starts_with("0.2."));
    }
}
