//! Chromium and its driver, for the tests. System packages: installed only by root on Debian.

use super::{Way, announce, first_that_works, version};
use crate::{
    error::{Result, other},
    process::{find_on_path, is_executable, is_root},
};
use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

const INSTALL: [&str; 5] =
    ["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"];

/// A browser and the driver that steers it.
#[derive(Debug)]
pub(crate) struct Browser {
    /// The browser's program.
    pub(crate) chromium: PathBuf,
    /// The driver's program.
    pub(crate) chromedriver: PathBuf,
    /// What the driver says of itself.
    pub(super) version: String,
}

/// Finds both or installs both.
pub(super) fn ready() -> Result<Browser> {
    if let Some(browser) = find()? {
        return Ok(browser);
    }
    let command = format!("apt-get {}", INSTALL.join(" "));
    if find_on_path(&["apt-get"]).is_none() {
        return other(
            "the tests need Chromium (or Chrome) and a chromedriver of the same version on PATH; \
             install them by hand, or name them in NRGKICK_CHROMIUM and NRGKICK_CHROMEDRIVER",
        );
    }
    if !is_root() {
        return other(format!(
            "the tests need Chromium and its driver, and only root installs system packages; \
             please run\n    sudo {command}"
        ));
    }
    let into = Path::new("/usr/bin");
    announce("chromium and chromedriver", "the tests drive the page in it", "1 minute", into);
    let apt = |arguments: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    let plain = Way { name: "from the package lists as they are", command: apt(&INSTALL) };
    if let Err(error) = first_that_works(vec![plain]) {
        println!("  {error}; the lists may be missing or old");
        first_that_works(vec![Way { name: "refreshing the lists", command: apt(&["update"]) }])?;
        first_that_works(vec![Way { name: "from fresh lists", command: apt(&INSTALL) }])?;
    }
    match find()? {
        Some(browser) => Ok(browser),
        None => other(format!("`{command}` went through, but chromium or chromedriver is missing")),
    }
}

fn find() -> Result<Option<Browser>> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let chromium = named("NRGKICK_CHROMIUM")?.or_else(|| find_on_path(&names));
    let chromedriver = named("NRGKICK_CHROMEDRIVER")?.or_else(|| find_on_path(&["chromedriver"]));
    Ok(chromium.zip(chromedriver).and_then(|(chromium, chromedriver)| {
        let version = version::of(&chromedriver)?;
        Some(Browser { chromium, chromedriver, version })
    }))
}

/// A program named by environment; one that cannot run is an error, not a reason to look on.
fn named(variable: &str) -> Result<Option<PathBuf>> {
    match env::var_os(variable).map(PathBuf::from) {
        Some(program) if !is_executable(&program) => {
            other(format!("{variable} is {}, which is no program", program.display()))
        }
        program => Ok(program),
    }
}
