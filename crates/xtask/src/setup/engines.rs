//! Other browsers than Chromium, for the tests: Firefox with its driver, and on Linux WebKitGTK's
//! small browser with its driver and a screen that is in memory only.

use super::{
    Named, cargo_tool,
    debian::{Packages, named},
};
use crate::{
    error::{Result, other},
    process::{find_on_path, is_executable},
};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

const GECKODRIVER: &str = "NRGKICK_GECKODRIVER";

/// A program that a system package brings.
struct Program {
    /// Its names on PATH.
    names: &'static [&'static str],
    /// Debian's for its package.
    package: &'static str,
    variable: &'static str,
}

const PROGRAMS: &[Program] = &[
    Program {
        names: &["firefox-esr", "firefox"],
        package: "firefox-esr",
        variable: "NRGKICK_FIREFOX",
    },
    // Nobody builds WebKitGTK for other systems.
    #[cfg(target_os = "linux")]
    Program {
        names: &["WebKitWebDriver"],
        package: "webkit2gtk-driver",
        variable: "NRGKICK_WEBKITDRIVER",
    },
    #[cfg(target_os = "linux")]
    Program {
        names: &["MiniBrowser"],
        package: "webkit2gtk-driver",
        variable: "NRGKICK_MINIBROWSER",
    },
    #[cfg(target_os = "linux")]
    Program { names: &["Xvfb"], package: "xvfb", variable: "NRGKICK_XVFB" },
];

/// Finds or installs every program; returns them with the variables that name them for the tests.
pub(super) fn ready() -> Result<Named> {
    let missing = missing()?;
    if !missing.is_empty() {
        let packages = Packages {
            names: missing,
            what: "Firefox, and on Linux WebKitGTK with its driver and Xvfb",
            why: "some tests drive the page in them too",
            duration: "1 minute",
            elsewhere: "install them on PATH, or name them in NRGKICK_FIREFOX, \
                        NRGKICK_WEBKITDRIVER, NRGKICK_MINIBROWSER and NRGKICK_XVFB",
        };
        packages.install()?;
        if let [name, ..] = self::missing()?[..] {
            return other(format!(
                "`{}` went through, but what {name} brings is missing",
                packages.command()
            ));
        }
    }
    let mut all = Named::new();
    for program in PROGRAMS {
        all.extend(program.find()?.map(|path| (program.variable, path)));
    }
    all.push((GECKODRIVER, geckodriver()?));
    Ok(all)
}

/// Firefox's driver, which Debian has not packaged.
fn geckodriver() -> Result<PathBuf> {
    if let Some(program) = named(GECKODRIVER)? {
        return Ok(program);
    }
    let found = cargo_tool::geckodriver().ready()?;
    let file = format!("{}{}", found.name, env::consts::EXE_SUFFIX);
    match found.folder {
        Some(folder) => Ok(folder.join(file)),
        None => find_on_path(&[found.name]).map_or_else(|| other("geckodriver has gone"), Ok),
    }
}

fn missing() -> Result<Vec<&'static str>> {
    let mut packages = Vec::new();
    for program in PROGRAMS {
        if program.find()?.is_none() && !packages.contains(&program.package) {
            packages.push(program.package);
        }
    }
    Ok(packages)
}

impl Program {
    fn find(&self) -> Result<Option<PathBuf>> {
        let found = named(self.variable)?.or_else(|| find_on_path(self.names));
        Ok(found.or_else(|| self.names.iter().find_map(|name| beside_the_library(name))))
    }
}

/// Returns a program that stands beside WebKitGTK's library and not on PATH, in the newest version:
/// `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser` in Debian.
fn beside_the_library(name: &str) -> Option<PathBuf> {
    let list = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let mut folders = list(Path::new("/usr/lib"));
    folders.extend(["/usr/lib", "/usr/libexec"].map(PathBuf::from));
    let libraries = folders.iter().flat_map(|folder| list(folder)).filter(|folder| {
        folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("webkit"))
    });
    libraries.map(|folder| folder.join(name)).filter(|file| is_executable(file)).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_stand_beside_a_library_is_not_found() {
        assert_eq!(beside_the_library("no such program"), None);
    }
}
