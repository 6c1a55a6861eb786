//! Set-up: installs missing tools and skips present ones.
//!
//! A tool is searched on PATH first, in the right version, then in the cache folder; the program
//! itself is asked (`--version`), so a broken one is installed again. The network is used only if
//! something is missing. Only our own child processes get the tools on PATH.

mod axe;
mod browser;
mod cache;
mod cargo_tool;
mod debian;
mod engines;
mod npm_tool;
mod outsiders;
mod python;
mod version;
mod wasm_target;

pub(crate) use browser::Browser;
pub(crate) use outsiders::Named;

use crate::{
    error::{Error, Result},
    process::{self, LONG},
};
use std::{
    panic::resume_unwind,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Instant,
};

/// The tools that build the page.
#[derive(Debug)]
pub(crate) struct PageTools {
    /// Folders to put first on PATH; empty if all tools were there already.
    folders: Vec<PathBuf>,
}

impl PageTools {
    /// Finds or installs the wasm target, trunk, wasm-bindgen, wasm-opt and terser.
    pub(crate) fn ready() -> Result<Self> {
        let started = Instant::now();
        wasm_target::ready()?;
        // npm downloads while cargo compiles.
        let (of_cargo, of_npm) = thread::scope(|scope| {
            let of_npm = scope
                .spawn(|| Ok::<_, Error>((npm_tool::WASM_OPT.ready()?, npm_tool::TERSER.ready()?)));
            let of_cargo = || {
                Ok::<_, Error>((cargo_tool::trunk().ready()?, cargo_tool::wasm_bindgen()?.ready()?))
            };
            (of_cargo(), of_npm.join())
        });
        let (trunk, wasm_bindgen) = of_cargo?;
        let (wasm_opt, terser) = match of_npm {
            Ok(tools) => tools?,
            Err(panic) => resume_unwind(panic),
        };
        let all = [trunk, wasm_bindgen, wasm_opt, terser];
        let names: Vec<String> =
            all.iter().map(|tool| format!("{} {}", tool.name, tool.version)).collect();
        ready_line(&format!("wasm target, {}", names.join(", ")), started);
        Ok(Self { folders: all.into_iter().filter_map(|tool| tool.folder).collect() })
    }

    /// Puts the tools first on this command's PATH.
    pub(crate) fn apply(&self, command: &mut Command) -> Result<()> {
        command.env("PATH", process::path_with(&self.folders)?);
        Ok(())
    }

    /// Returns a command for terser, which minifies scripts.
    pub(crate) fn terser(&self) -> Result<Command> {
        let mut command = Command::new(self.program(npm_tool::TERSER.file()));
        self.apply(&mut command)?;
        Ok(command)
    }

    /// Returns the program that runs wasm tests in a browser; it comes with wasm-bindgen.
    pub(crate) fn test_runner(&self) -> PathBuf {
        self.program(format!("wasm-bindgen-test-runner{}", std::env::consts::EXE_SUFFIX))
    }

    /// Returns the path of a tool's `file`; its name alone if it is on PATH.
    fn program(&self, file: String) -> PathBuf {
        let cached = self.folders.iter().map(|folder| folder.join(&file)).find(|f| f.is_file());
        cached.unwrap_or_else(|| file.into())
    }
}

/// Subcommands of cargo.
#[derive(Debug)]
pub(crate) struct CargoTools {
    folders: Vec<PathBuf>,
}

impl CargoTools {
    /// Puts the tools first on this command's PATH.
    pub(crate) fn apply(&self, command: &mut Command) -> Result<()> {
        command.env("PATH", process::path_with(&self.folders)?);
        Ok(())
    }
}

/// Finds or installs what judges licences and sources.
pub(crate) fn deny() -> Result<PathBuf> {
    let started = Instant::now();
    let found = cargo_tool::deny().ready()?;
    ready_line(&format!("{} {}", found.name, found.version), started);
    let file = format!("{}{}", found.name, std::env::consts::EXE_SUFFIX);
    Ok(found.folder.map_or_else(|| file.clone().into(), |folder| folder.join(&file)))
}

/// Finds or installs the tools that make a release.
pub(crate) fn release_tools() -> Result<CargoTools> {
    let started = Instant::now();
    let tools = cargo_tool::release().map(|tool| tool.ready()).collect::<Result<Vec<_>>>()?;
    let names: Vec<_> =
        tools.iter().map(|tool| format!("{} {}", tool.name, tool.version)).collect();
    ready_line(&names.join(", "), started);
    Ok(CargoTools { folders: tools.into_iter().filter_map(|tool| tool.folder).collect() })
}

/// Finds or installs the C compiler for static programs.
pub(crate) fn musl() -> Result<()> {
    match process::find_on_path(&["musl-gcc"]) {
        Some(_) => Ok(()),
        None => debian::musl().install(),
    }
}

/// A working tool; `folder` is `None` if it is on PATH.
#[derive(Debug)]
struct Found {
    name: &'static str,
    version: String,
    folder: Option<PathBuf>,
}

/// Finds or installs the Python environment of the tests; returns its interpreter.
pub(crate) fn python() -> Result<PathBuf> {
    let started = Instant::now();
    let python = python::ready()?;
    ready_line(&format!("Python with {}", python::packages()), started);
    Ok(python)
}

/// Finds or installs Chromium and its driver.
pub(crate) fn browser() -> Result<Browser> {
    let started = Instant::now();
    let browser = browser::ready()?;
    ready_line(&format!("chromium and chromedriver {}", browser.version), started);
    Ok(browser)
}

/// Finds or installs the browsers with other engines, and their drivers.
pub(crate) fn engines() -> Result<Named> {
    let started = Instant::now();
    let programs = engines::ready()?;
    ready_line(&paths(&programs), started);
    if !programs.iter().any(|(variable, _)| variable.contains("WEBKIT")) {
        println!("skipped: the tests in WebKitGTK, which is for Linux only");
    }
    Ok(programs)
}

/// Finds or installs the accessibility checker.
pub(crate) fn axe() -> Result<PathBuf> {
    let started = Instant::now();
    let script = axe::ready()?;
    ready_line(&format!("axe-core {}", axe::VERSION), started);
    Ok(script)
}

/// Finds or installs the third-party programs that the tests run.
pub(crate) fn outsiders() -> Result<Named> {
    let started = Instant::now();
    let programs = outsiders::ready()?;
    ready_line(&paths(&programs), started);
    Ok(programs)
}

/// Returns the third-party programs that are present; nothing is installed.
pub(crate) fn outsiders_found() -> Result<Named> {
    outsiders::found()
}

/// Installs only the wasm target, for checks that build no page.
pub(crate) fn wasm_target() -> Result<()> {
    wasm_target::ready()
}

/// `cargo xtask setup`.
pub(crate) fn command(tests: bool) -> Result<()> {
    let tools = PageTools::ready()?;
    if tests {
        python()?;
        outsiders()?;
        browser()?;
        engines()?;
        axe()?;
        deny()?;
    }
    if !tools.folders.is_empty() {
        println!("To use them by hand, put these first on PATH:");
        tools.folders.iter().for_each(|folder| println!("  {}", folder.display()));
    }
    Ok(())
}

fn paths(programs: &Named) -> String {
    let paths: Vec<String> =
        programs.iter().map(|(_, program)| program.display().to_string()).collect();
    paths.join(", ")
}

fn ready_line(what: &str, started: Instant) {
    println!("ready: {what} ({:.1} s)", started.elapsed().as_secs_f64());
}

/// Prints the tool, its purpose and the duration before an installation.
fn announce(what: &str, why: &str, duration: &str, into: &Path) {
    println!("installing {what}: {why}");
    println!("  takes about {duration}, into {}", into.display());
}

/// A method of installation: its name for output, and its command.
struct InstallMethod {
    name: &'static str,
    command: Command,
}

/// Tries the methods in order and prints each; returns the last one's error.
fn first_that_works(mut ways: Vec<InstallMethod>) -> Result<()> {
    let last = ways.pop();
    for mut way in ways {
        println!("  way: {}", way.name);
        match process::run(&mut way.command, LONG) {
            Ok(()) => return Ok(()),
            Err(error) => println!("  {} did not work, trying the next: {error}", way.name),
        }
    }
    last.map_or(Ok(()), |mut way| {
        println!("  way: {}", way.name);
        process::run(&mut way.command, LONG)
    })
}
