//! Chromium and its driver, for the tests.

use super::{
    debian::{Packages, named},
    version,
};
use crate::{
    error::{Result, other},
    process::find_on_path,
};
use std::path::PathBuf;

/// A browser with its WebDriver program.
#[derive(Debug)]
pub(crate) struct Browser {
    /// The browser's program.
    pub(crate) chromium: PathBuf,
    /// The driver's program.
    pub(crate) chromedriver: PathBuf,
    /// The driver's version.
    pub(super) version: String,
}

/// Finds or installs both.
pub(super) fn ready() -> Result<Browser> {
    if let Some(browser) = find()? {
        return Ok(browser);
    }
    let packages = Packages {
        // Golden pictures are in this type.
        names: vec!["chromium", "chromium-driver", "fonts-dejavu-core"],
        what: "Chromium and its driver",
        why: "the tests drive the page in it",
        duration: "1 minute",
        elsewhere: "install Chromium (or Chrome) and a chromedriver of the same version on PATH, \
                    or name them in NRGKICK_CHROMIUM and NRGKICK_CHROMEDRIVER",
    };
    packages.install()?;
    match find()? {
        Some(browser) => Ok(browser),
        None => other(format!(
            "`{}` went through, but chromium or chromedriver is missing",
            packages.command()
        )),
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
