//! Where things are in this clone, and which versions its lock file names.

use crate::{
    error::{Error, Result, other},
    process::{self, SHORT, cargo},
};
use std::{env, fs, path::PathBuf, process::Command};

/// The programs that are served or shipped; a name whose crate is not there yet is left out.
const SERVERS: [&str; 4] = ["cors-proxy", "nrgkick-sim", "modbus-proxy", "custom-api"];

/// The folder of the root manifest.
pub(crate) fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = manifest
        .filter(|folder| folder.ends_with("crates/xtask"))
        .unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    here.ancestors().nth(2).map_or_else(PathBuf::new, PathBuf::from)
}

/// The built page.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// A cargo command that runs in the root.
pub(crate) fn cargo_here(arguments: &[&str]) -> Command {
    let mut command = cargo();
    command.args(arguments).current_dir(root());
    command
}

/// Cargo's target folder, wherever the user's configuration puts it.
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

/// The servers that this clone has.
pub(crate) fn servers() -> Vec<&'static str> {
    let crates = root().join("crates");
    SERVERS.into_iter().filter(|name| crates.join(name).join("src/main.rs").is_file()).collect()
}

/// The version of a package in Cargo.lock, which is the one place where it is written.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let path = root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
    match version_in(&lock, package) {
        Some(version) => Ok(version.to_owned()),
        None => other(format!("{} has no package `{package}`", path.display())),
    }
}

/// The version follows the name in every entry; of several versions the first one counts.
fn version_in<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let value = |line: &'a str, key: &str| {
        line.strip_prefix(key)?
            .trim()
            .strip_prefix('=')?
            .trim()
            .strip_prefix('"')?
            .strip_suffix('"')
    };
    lock.split("[[package]]").skip(1).find_map(|entry| {
        let mut lines = entry.lines().map(str::trim_end);
        lines.find(|line| value(line, "name") == Some(package))?;
        lines.find_map(|line| value(line, "version"))
    })
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
        assert_eq!(version_in(LOCK, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(version_in(LOCK, "wasm-bindgen-futures"), Some("0.4.80"));
        assert_eq!(version_in(LOCK, "wasm"), None);
        assert_eq!(version_in("", "wasm-bindgen"), None);
    }

    #[test]
    fn windows_line_ends_are_no_part_of_a_version() {
        assert_eq!(version_in(&LOCK.replace('\n', "\r\n"), "wasm-bindgen"), Some("0.2.130"));
    }

    #[test]
    fn this_clone_has_a_root_and_a_lock_file() {
        assert!(root().join("Cargo.toml").is_file());
        assert!(locked_version("wasm-bindgen").unwrap().starts_with("0.2."));
    }
}
