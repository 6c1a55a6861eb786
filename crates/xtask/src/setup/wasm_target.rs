//! The standard library for wasm32.

use super::announce;
use crate::{
    error::{Result, other},
    process::{self, LONG, SHORT, find_on_path},
    workspace,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The compilation target of the page.
const TARGET: &str = "wasm32-unknown-unknown";

/// Checks the compiler's own folder, which is faster than asking rustup, and adds the target.
pub(super) fn ready() -> Result<()> {
    let library = library()?;
    if has_std(&library) {
        return Ok(());
    }
    if find_on_path(&["rustup"]).is_none() {
        return other(format!(
            "{} has no standard library for {TARGET}, and there is no rustup to add it; Debian \
             has it as libstd-rust-dev-wasm32, Fedora as rust-std-static-{TARGET}",
            library.display()
        ));
    }
    announce(TARGET, "the page runs in the browser as wasm", "a few seconds", &library);
    let mut rustup = Command::new("rustup");
    process::run(rustup.args(["target", "add", TARGET]).current_dir(workspace::root()), LONG)?;
    if has_std(&library) {
        return Ok(());
    }
    other(format!("rustup added {TARGET}, but {} has no standard library", library.display()))
}

fn library() -> Result<PathBuf> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "sysroot"]).current_dir(workspace::root());
    let sysroot = process::output(&mut rustc, SHORT)?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib").join(TARGET).join("lib"))
}

fn has_std(library: &Path) -> bool {
    let is_std = |name: &str| name.starts_with("libstd-") && name.ends_with(".rlib");
    fs::read_dir(library)
        .is_ok_and(|files| files.flatten().any(|file| is_std(&file.file_name().to_string_lossy())))
}
