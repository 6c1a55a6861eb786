//! The Python environment with the client library that others use against a charger.

use super::{announce, cache};
use crate::{
    error::{Result, other},
    process::{self, LONG, SHORT, find_on_path, is_root},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// The newest release for Python 3.11.
const VERSION: &str = "1.7.1";
/// What pip is asked for.
pub(super) const PACKAGE: &str = "nrgkick-api 1.7.1";

/// Finds the environment or makes it; its interpreter.
pub(super) fn ready() -> Result<PathBuf> {
    let folder = cache::folder("venv-nrgkick-api", VERSION)?;
    if !is_good(&folder) {
        let Some(python) = find_on_path(&["python3", "python"]) else {
            return other(format!(
                "no Python: the tests read the simulator with {PACKAGE}; install Python 3.11 or \
                 newer, on Debian `apt-get install python3-venv`"
            ));
        };
        let why = "the tests read and write the simulator with it, as others do with a charger";
        announce(PACKAGE, why, "20 seconds", &folder);
        cache::install(&folder, is_good, |into| {
            make_environment(&python, into)?;
            let mut pip = Command::new(interpreter(into));
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            process::run(pip.arg(format!("nrgkick-api=={VERSION}")), LONG)
        })?;
    }
    Ok(interpreter(&folder))
}

/// Debian ships Python without `ensurepip`; there, and only as root, its package is added.
fn make_environment(python: &Path, into: &Path) -> Result<()> {
    let make =
        || process::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(into), LONG);
    let Err(error) = make() else { return Ok(()) };
    if find_on_path(&["apt-get"]).is_none() || !is_root() {
        return other(format!("{error}\non Debian: apt-get install python3-venv"));
    }
    println!("  adding Debian's python3-venv, then once more");
    let mut apt = Command::new("apt-get");
    apt.args(["install", "-y", "--no-install-recommends", "python3-venv"]);
    process::run(&mut apt, LONG)?;
    make()
}

/// pip writes a package's metadata last and the package itself after its dependencies, so this
/// answers only for a whole installation.
fn is_good(folder: &Path) -> bool {
    let ask = "import importlib.metadata as m; print(m.version('nrgkick-api'))";
    let mut python = Command::new(interpreter(folder));
    process::output(python.args(["-c", ask]), SHORT).is_ok_and(|answer| answer.trim() == VERSION)
}

fn interpreter(folder: &Path) -> PathBuf {
    folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}
