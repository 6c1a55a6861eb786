//! The tools of a test run, and the environment variables that pass them to the tests.

use crate::{
    error::{Error, Result},
    setup::{self, Browser, Named, PageTools},
    site, workspace,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The tools that were set up before the first step.
pub(super) struct Environment {
    python: PathBuf,
    /// In a quick run, those that are already present.
    outsiders: Named,
    target: PathBuf,
    /// `None` in a quick run.
    full: Option<Full>,
}

struct Full {
    tools: PageTools,
    browser: Browser,
    /// Other engines than Chromium's.
    engines: Named,
    axe: PathBuf,
    deny: PathBuf,
    webdriver: PathBuf,
}

impl Environment {
    /// Sets up the tools for the steps.
    pub(super) fn ready(quick: bool) -> Result<Self> {
        let target = workspace::target()?;
        if quick {
            setup::wasm_target()?;
            let (python, outsiders) = (setup::python()?, setup::outsiders_found()?);
            return Ok(Self { python, outsiders, target, full: None });
        }
        let tools = PageTools::ready()?;
        let python = setup::python()?;
        let outsiders = setup::outsiders()?;
        let browser = setup::browser()?;
        let engines = setup::engines()?;
        let (axe, deny) = (setup::axe()?, setup::deny()?);
        let webdriver = webdriver(&target, &browser.chromium)?;
        let full = Some(Full { tools, browser, engines, axe, deny, webdriver });
        Ok(Self { python, outsiders, target, full })
    }

    /// Prepares a command for native tests: names the tools, and requires all of them.
    ///
    /// A quick run builds no page and installs no system packages, so tests that need one of them
    /// may skip themselves there.
    pub(super) fn native(&self, mut command: Command) -> Command {
        command.env("NRGKICK_PYTHON", &self.python);
        command.envs(self.outsiders.iter().map(|(variable, program)| (variable, program)));
        command.env("NRGKICK_BIN_DIR", self.target.join("debug"));
        if let Some(full) = &self.full {
            command.env("NRGKICK_REQUIRE_TOOLS", "1").env("NRGKICK_DIST", workspace::dist());
            command.env("NRGKICK_CARGO_DENY", &full.deny);
        }
        command
    }

    /// Prepares a command for tests that drive the page in a browser; `None` in a quick run.
    pub(super) fn browser(&self, command: Command) -> Option<Command> {
        let full = self.full.as_ref()?;
        let mut command = self.native(command);
        command.env("NRGKICK_CHROMEDRIVER", &full.browser.chromedriver);
        command.env("NRGKICK_CHROMIUM", &full.browser.chromium);
        command.envs(full.engines.iter().map(|(variable, program)| (variable, program)));
        command.env("NRGKICK_SITE", site::archive(&self.target));
        command.env("NRGKICK_AXE", &full.axe);
        Some(command)
    }

    /// `true` if tests run in WebKitGTK here.
    pub(super) fn has_webkit(&self) -> bool {
        let engines = self.full.iter().flat_map(|full| &full.engines);
        engines.into_iter().any(|(variable, _)| *variable == "NRGKICK_WEBKITDRIVER")
    }

    /// Prepares a command for tests built with other settings, in their own target folder, so that
    /// neither build invalidates the other; `None` in a quick run, as it takes minutes.
    pub(super) fn apart(&self, command: Command, folder: &str) -> Option<Command> {
        self.full.as_ref()?;
        let mut command = self.native(command);
        command.env("CARGO_TARGET_DIR", self.target.join("xtask").join(folder));
        Some(command)
    }

    /// Prepares a command for tests that run inside the browser; `None` in a quick run.
    pub(super) fn wasm(&self, mut command: Command) -> Option<Command> {
        let full = self.full.as_ref()?;
        let runner = full.tools.test_runner();
        workspace::with_wasm_flags(&mut command);
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
        command.env("CHROMEDRIVER", &full.browser.chromedriver);
        command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &full.webdriver);
        Some(command)
    }
}

/// Writes the app's webdriver.json with the found browser into the target folder.
fn webdriver(target: &Path, chromium: &Path) -> Result<PathBuf> {
    let source = workspace::root().join("crates/nrgkick-app/webdriver.json");
    let text = fs::read_to_string(&source).map_err(Error::file("read", &source))?;
    let mut capabilities: Value = serde_json::from_str(&text)
        .map_err(|error| Error::Other(format!("{}: {error}", source.display())))?;
    name_browser(&mut capabilities, chromium);
    let folder = target.join("xtask");
    fs::create_dir_all(&folder).map_err(Error::file("create", &folder))?;
    let file = folder.join("webdriver.json");
    fs::write(&file, capabilities.to_string()).map_err(Error::file("write", &file))?;
    Ok(file)
}

/// Sets the browser's path, without which the driver searches its own default places.
///
/// `--no-sandbox`, which Chromium needs as root, is not in the list: the runner of wasm-bindgen
/// always adds it.
fn name_browser(capabilities: &mut Value, chromium: &Path) {
    let options = &mut capabilities["goog:chromeOptions"];
    if !options.is_object() {
        *options = json!({});
    }
    options["binary"] = json!(chromium.to_string_lossy());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_named_and_its_flags_stay() {
        let source = workspace::root().join("crates/nrgkick-app/webdriver.json");
        let mut capabilities = serde_json::from_str(&fs::read_to_string(source).unwrap()).unwrap();
        name_browser(&mut capabilities, Path::new("/opt/chromium"));
        let options = &capabilities["goog:chromeOptions"];
        assert_eq!(options["binary"], "/opt/chromium");
        let args = options["args"].as_array().unwrap();
        assert!(args.contains(&json!("--headless=new")), "{args:?}");
    }
}
