//! Third-party programs that the tests run against our servers: a Modbus client, an MQTT broker.
//! Tests start the broker themselves; a broker of the system is never used.

use super::debian::{Packages, named};
use crate::{
    error::{Result, other},
    process::{find_on_path, is_executable},
};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A program, with the variable that names it for set-up and for the tests.
struct Outsider {
    /// Its name on PATH, and of its Debian package.
    name: &'static str,
    variable: &'static str,
}

const ALL: [Outsider; 2] = [
    Outsider { name: "mbpoll", variable: "NRGKICK_MBPOLL" },
    Outsider { name: BROKER, variable: "NRGKICK_MOSQUITTO" },
];
const BROKER: &str = "mosquitto";

/// Environment variables of the tests, with their programs.
pub(crate) type Named = Vec<(&'static str, PathBuf)>;

/// Finds or installs every program.
pub(super) fn ready() -> Result<Named> {
    let missing = missing()?;
    if !missing.is_empty() {
        let packages = Packages {
            names: missing.clone(),
            what: "mbpoll and mosquitto",
            why: "the tests read the simulator over Modbus and publish values over MQTT with them",
            duration: "10 seconds",
            elsewhere: "install them by hand, on PATH or named in NRGKICK_MBPOLL and \
                        NRGKICK_MOSQUITTO",
        };
        packages.install()?;
        if missing.contains(&BROKER) {
            stop_service();
        }
        if let [name, ..] = self::missing()?[..] {
            return other(format!("`{}` went through, but {name} is missing", packages.command()));
        }
    }
    found()
}

/// Returns the programs that are present.
pub(super) fn found() -> Result<Named> {
    let mut all = Vec::new();
    for outsider in ALL {
        all.extend(outsider.find()?.map(|program| (outsider.variable, program)));
    }
    Ok(all)
}

fn missing() -> Result<Vec<&'static str>> {
    let mut names = Vec::new();
    for outsider in ALL {
        if outsider.find()?.is_none() {
            names.push(outsider.name);
        }
    }
    Ok(names)
}

impl Outsider {
    fn find(&self) -> Result<Option<PathBuf>> {
        // Debian installs servers where only root's PATH looks.
        let system = Path::new("/usr/sbin").join(self.name);
        let found = named(self.variable)?.or_else(|| find_on_path(&[self.name]));
        Ok(found.or_else(|| is_executable(&system).then_some(system)))
    }
}

/// Stops the broker that Debian starts with its package, as only the tests need one.
fn stop_service() {
    if !Path::new("/run/systemd/system").is_dir() {
        return;
    }
    let mut systemctl = Command::new("systemctl");
    let result = systemctl.args(["disable", "--now", "mosquitto.service"]).status();
    if !result.is_ok_and(|status| status.success()) {
        println!("  note: Debian started a broker as a service, and it could not be stopped");
    }
}
