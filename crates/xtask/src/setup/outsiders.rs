//! Programs that others wrote and the tests run: a Modbus client, an MQTT broker, a web server, a
//! monitoring server, and on Linux what makes a network of its own. Tests start the servers themselves;
//! those that the system runs are never used.

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
    /// Its name on PATH.
    name: &'static str,
    /// Debian's for its package.
    package: &'static str,
    variable: &'static str,
}

const ALL: &[Outsider] = &[
    Outsider { name: "mbpoll", package: "mbpoll", variable: "NRGKICK_MBPOLL" },
    Outsider { name: BROKER, package: BROKER, variable: "NRGKICK_MOSQUITTO" },
    Outsider { name: WEB_SERVER, package: WEB_SERVER, variable: "NRGKICK_NGINX" },
    Outsider { name: MONITORING, package: MONITORING, variable: "NRGKICK_PROMETHEUS" },
    Outsider { name: "promtool", package: MONITORING, variable: "NRGKICK_PROMTOOL" },
    #[cfg(target_os = "linux")]
    Outsider { name: "ip", package: "iproute2", variable: "NRGKICK_IP" },
];
const BROKER: &str = "mosquitto";
const WEB_SERVER: &str = "nginx";
const MONITORING: &str = "prometheus";

/// Environment variables of the tests, with their programs.
pub(crate) type Named = Vec<(&'static str, PathBuf)>;

/// Finds or installs every program.
pub(super) fn ready() -> Result<Named> {
    let missing = missing()?;
    if !missing.is_empty() {
        let packages = Packages {
            names: missing.clone(),
            what: "mbpoll, mosquitto, nginx, prometheus and ip",
            why: "the tests read the simulator over Modbus, publish values over MQTT, serve the \
                  page from a static host, let a real Prometheus ask a gateway, and make a network with chargers that announce \
                  themselves",
            duration: "30 seconds",
            elsewhere: "install them by hand, on PATH or named in NRGKICK_MBPOLL, \
                        NRGKICK_MOSQUITTO, NRGKICK_NGINX, NRGKICK_PROMETHEUS, NRGKICK_PROMTOOL and \
                        NRGKICK_IP",
        };
        packages.install()?;
        for service in [BROKER, WEB_SERVER, MONITORING] {
            if missing.contains(&service) {
                stop_service(service);
            }
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
        if outsider.find()?.is_none() && !names.contains(&outsider.package) {
            names.push(outsider.package);
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

/// Stops what Debian starts with its package, as only the tests need it.
fn stop_service(name: &str) {
    if !Path::new("/run/systemd/system").is_dir() {
        return;
    }
    let mut systemctl = Command::new("systemctl");
    let result = systemctl.args(["disable", "--now", &format!("{name}.service")]).status();
    if !result.is_ok_and(|status| status.success()) {
        println!("  note: Debian started {name} as a service, and it could not be stopped");
    }
}
