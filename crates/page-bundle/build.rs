//! Copies the folder named by `NRGKICK_PAGE` into the build and writes a table of its files.
//!
//! Never calls trunk or cargo: who wants the real page builds it first, as `cargo xtask dist` does.

#[path = "build/collect.rs"]
mod collect;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const VARIABLE: &str = "NRGKICK_PAGE";

fn main() -> ExitCode {
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let table = match std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        None => collect::placeholder(),
        Some(value) => {
            // A relative path is meant from the workspace's root, where the command is typed.
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            let page = root.join(value);
            println!("cargo::rerun-if-changed={}", page.display());
            collect::embed(&page, &out.join("page"))
                .map_err(|message| format!("{VARIABLE}: {message}"))?
        }
    };
    let path = out.join("files.rs");
    std::fs::write(&path, table)
        .map_err(|error| format!("cannot write {}: {error}", path.display()))
}
