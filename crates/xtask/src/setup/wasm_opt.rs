//! wasm-opt, which makes the page smaller: binaryen, from npm.

use super::{Found, announce, cache, version};
use crate::{
    error::{Result, other},
    process::{self, LONG, find_on_path},
};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The npm package's version; the program says only the first part of it.
const BINARYEN: &str = "132.0.0";

/// Finds wasm-opt or installs it.
pub(super) fn ready() -> Result<Found> {
    let found = |folder| Found { name: "wasm-opt", version: wanted().to_owned(), folder };
    if find_on_path(&["wasm-opt"]).is_some_and(|program| answers(&program)) {
        return Ok(found(None));
    }
    let folder = cache::folder("binaryen", BINARYEN)?;
    let is_good = |folder: &Path| answers(&bin(folder).join(file()));
    if !is_good(&folder) {
        let Some(npm) = find_on_path(&["npm"]) else {
            return other(format!(
                "wasm-opt {0} is not on PATH and there is no npm to install it: install Node.js, \
                 or binaryen {0} itself",
                wanted()
            ));
        };
        let why = "its wasm-opt makes the page smaller";
        announce(&format!("binaryen {BINARYEN}"), why, "10 seconds", &folder);
        cache::install(&folder, is_good, |into| {
            let mut command = Command::new(npm);
            command.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
            process::run(command.arg(into).arg(format!("binaryen@{BINARYEN}")), LONG)
        })?;
    }
    Ok(found(Some(bin(&folder))))
}

/// Where npm puts programs.
fn bin(folder: &Path) -> PathBuf {
    folder.join("node_modules").join(".bin")
}

fn wanted() -> &'static str {
    BINARYEN.split('.').next().unwrap_or(BINARYEN)
}

fn answers(program: &Path) -> bool {
    version::of(program).as_deref() == Some(wanted())
}

/// npm writes a script on Windows, a link elsewhere.
fn file() -> String {
    format!("wasm-opt{}", if cfg!(windows) { ".cmd" } else { env::consts::EXE_SUFFIX })
}
