//! Shared helpers of the tests: paths, a plain HTTP client, servers on port 0, tools.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says what is wrong")]

pub mod axe;
pub mod engine;
pub mod front;
pub mod http;
pub mod program;
pub mod qr;
pub mod record;
pub mod server;
pub mod tokens;
pub mod tool;
pub mod webdriver;
pub mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// Returns the root of the clone.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_owned).unwrap_or_default()
}

/// Returns the folder of the fixtures.
pub fn fixtures() -> PathBuf {
    root().join("tests/fixtures")
}

/// Returns a fixture's text.
///
/// # Panics
/// If there is no such file.
pub fn fixture(name: &str) -> String {
    let path = fixtures().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns a case of `fixtures/cases`, by its file name without the extension.
///
/// # Panics
/// If there is no such case.
pub fn case(name: &str) -> serde_json::Value {
    let text = fixture(&format!("cases/{name}.json"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}
