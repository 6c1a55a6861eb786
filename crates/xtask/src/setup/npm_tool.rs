//! Tools from npm that make the page smaller: wasm-opt for the program, terser for the script that
//! loads it.

use super::{Found, announce, cache, version};
use crate::{
    error::{Result, other},
    process::{self, LONG, find_on_path},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A program in an npm package.
pub(super) struct NpmTool {
    package: &'static str,
    /// The package's version.
    version: &'static str,
    program: &'static str,
    /// The version that the program prints.
    says: &'static str,
    why: &'static str,
}

pub(super) const WASM_OPT: NpmTool = NpmTool {
    package: "binaryen",
    version: "132.0.0",
    program: "wasm-opt",
    says: "132",
    why: "its wasm-opt makes the page smaller",
};

/// Needed because Trunk's own minifier fails on wasm-bindgen's output.
pub(super) const TERSER: NpmTool = NpmTool {
    package: "terser",
    version: "5.51.2",
    program: "terser",
    says: "5.51.2",
    why: "it halves the script that loads the page",
};

impl NpmTool {
    /// Finds or installs the tool.
    pub(super) fn ready(&self) -> Result<Found> {
        let found = |folder| Found { name: self.program, version: self.says.to_owned(), folder };
        if find_on_path(&[self.program]).is_some_and(|program| self.answers(&program)) {
            return Ok(found(None));
        }
        let folder = cache::folder(self.package, self.version)?;
        let is_good = |folder: &Path| self.answers(&bin(folder).join(self.file()));
        if !is_good(&folder) {
            let name = format!("{} {}", self.package, self.version);
            announce(&name, self.why, "10 seconds", &folder);
            cache::install(&folder, is_good, |into| install(self.package, self.version, into))?;
        }
        Ok(found(Some(bin(&folder))))
    }

    fn answers(&self, program: &Path) -> bool {
        version::of(program).as_deref() == Some(self.says)
    }

    /// Returns the program's file name: npm writes a script on Windows, a link elsewhere.
    pub(super) fn file(&self) -> String {
        format!("{}{}", self.program, if cfg!(windows) { ".cmd" } else { "" })
    }
}

/// Installs an npm package into its own folder.
pub(super) fn install(package: &str, version: &str, into: &Path) -> Result<()> {
    let package = format!("{package}@{version}");
    let Some(npm) = find_on_path(&["npm"]) else {
        return other(format!(
            "there is no npm to install {package}: install Node.js, or put {package} on PATH"
        ));
    };
    let mut command = Command::new(npm);
    command
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
        .arg(into)
        .arg(package);
    process::run(&mut command, LONG)
}

/// Returns the folder of npm's programs.
fn bin(folder: &Path) -> PathBuf {
    folder.join("node_modules").join(".bin")
}
