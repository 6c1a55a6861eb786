//! The Python environment with third-party client libraries for a charger, one for its JSON API and
//! one for Modbus, and with a program that asks a server by its OpenAPI document.

use super::{announce, cache, debian::Packages};
use crate::{
    error::{Result, other},
    process::{self, LONG, SHORT, find_on_path},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The newest release for Python 3.11.
const NRGKICK_API: &str = "1.7.1";
/// The release that the scripts in `tests/` are written for.
const PYMODBUS: &str = "3.16.1";

/// The newest release.
const SCHEMATHESIS: &str = "4.32.5";

/// Describes the environment's packages for messages.
pub(super) fn packages() -> String {
    format!("nrgkick-api {NRGKICK_API}, pymodbus {PYMODBUS} and schemathesis {SCHEMATHESIS}")
}

/// Finds or creates the environment; returns its interpreter.
pub(super) fn ready() -> Result<PathBuf> {
    let name = format!("venv-nrgkick-api-{NRGKICK_API}-pymodbus-{PYMODBUS}-schemathesis");
    let folder = cache::folder(&name, SCHEMATHESIS)?;
    if !is_good(&folder) {
        let Some(python) = find_on_path(&["python3", "python"]) else {
            return other(format!(
                "no Python: the tests read the simulator with {}; install Python 3.11 or newer, \
                 on Debian `apt-get install python3-venv`",
                packages()
            ));
        };
        let why = "the tests read and write the simulator with them, as others do";
        announce(&packages(), why, "40 seconds", &folder);
        cache::install(&folder, is_good, |into| {
            make_environment(&python, into)?;
            let mut pip = Command::new(interpreter(into));
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            pip.arg(format!("nrgkick-api=={NRGKICK_API}")).arg(format!("pymodbus=={PYMODBUS}"));
            pip.arg(format!("schemathesis=={SCHEMATHESIS}"));
            process::run(&mut pip, LONG)
        })?;
    }
    Ok(interpreter(&folder))
}

/// Creates a virtual environment; Debian's Python lacks `ensurepip`, which is installed if needed.
fn make_environment(python: &Path, into: &Path) -> Result<()> {
    let mut ask = Command::new(python);
    if process::output(ask.args(["-c", "import ensurepip"]), SHORT).is_err() {
        let packages = Packages {
            names: vec!["python3-venv"],
            what: "Python's ensurepip",
            why: "it makes the environment for the Python packages",
            duration: "10 seconds",
            elsewhere: "install a Python that has it",
        };
        packages.install()?;
    }
    process::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(into), LONG)
}

/// Checks the versions. pip writes a package's metadata last and the package itself after its
/// dependencies, so only a complete installation passes.
fn is_good(folder: &Path) -> bool {
    let ask = "from importlib.metadata import version as v; \
               print(v('nrgkick-api'), v('pymodbus'), v('schemathesis'))";
    let mut python = Command::new(interpreter(folder));
    process::output(python.args(["-c", ask]), SHORT)
        .is_ok_and(|answer| answer.trim() == format!("{NRGKICK_API} {PYMODBUS} {SCHEMATHESIS}"))
}

fn interpreter(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}
