//! axe-core, the accessibility checker that the browser tests run in the page.

use super::{announce, cache, npm_tool};
use crate::error::{Error, Result};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

const PACKAGE: &str = "axe-core";
/// Pinned, because each release finds more problems than the one before.
pub(super) const VERSION: &str = "4.14.1";

/// Finds or installs the script.
pub(super) fn ready() -> Result<PathBuf> {
    let folder = cache::folder(PACKAGE, VERSION)?;
    if !is_good(&folder) {
        let why = "the tests look for barriers in the page with it";
        announce(&format!("{PACKAGE} {VERSION}"), why, "10 seconds", &folder);
        cache::install(&folder, is_good, |into| npm_tool::install(PACKAGE, VERSION, into))?;
    }
    Ok(package(&folder).join("axe.min.js"))
}

fn package(folder: &Path) -> PathBuf {
    folder.join("node_modules").join(PACKAGE)
}

/// Checks version and script: npm writes a package's folder as a whole, so then it is complete.
fn is_good(folder: &Path) -> bool {
    version(&package(folder).join("package.json")).is_ok_and(|version| version == VERSION)
        && package(folder).join("axe.min.js").is_file()
}

fn version(manifest: &Path) -> Result<String> {
    let text = fs::read_to_string(manifest).map_err(Error::file("read", manifest))?;
    let manifest: Value = serde_json::from_str(&text)
        .map_err(|error| Error::Other(format!("{}: {error}", manifest.display())))?;
    Ok(manifest["version"].as_str().unwrap_or_default().to_owned())
}
