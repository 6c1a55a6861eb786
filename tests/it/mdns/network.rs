//! Two network namespaces with a cable between them, gone when dropped.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use super::roles::{IP, NEIGHBOUR, ROLE};

/// Where the proxies are, and where the chargers will be.
const HOUSE: &str = "10.77.0.1/24";
const NEIGHBOURS: [&str; 5] =
    ["10.77.0.40/24", "10.77.0.41/24", "10.77.0.50/24", "10.77.0.51/24", "10.77.0.66/24"];

/// How many networks this process has made.
static MADE: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Network {
    ip: PathBuf,
    house: String,
    neighbours: String,
}

impl Network {
    /// Makes it; nothing, and a line that says so, where this machine does not allow it.
    pub(crate) fn make(ip: &Path, test: &str) -> Option<Self> {
        // Tests of one process may make theirs at the same time.
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let id = format!("{}-{number}", std::process::id());
        let (house, neighbours) = (format!("nrgkick-a{id}"), format!("nrgkick-b{id}"));
        let network = Self { ip: ip.to_owned(), house, neighbours };
        let allowed = network.run(&["netns", "add", &network.house]).status.success()
            && network.run(&["netns", "exec", &network.house, "true"]).status.success();
        if !allowed {
            // Past the test harness, which swallows what passing tests print.
            let mut stderr = std::io::stderr().lock();
            let _ = writeln!(stderr, "skipped: {test} needs to make network namespaces (root)");
            return None;
        }
        network.must(&["netns", "add", &network.neighbours]);
        let cable = ["link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns"];
        let at_house = ["-n", network.house.as_str()];
        network.must(&[&at_house[..], &cable, &[&network.neighbours]].concat());
        for (side, addresses) in
            [(&network.house, &[HOUSE][..]), (&network.neighbours, &NEIGHBOURS)]
        {
            for address in addresses {
                network.must(&["-n", side, "address", "add", address, "dev", "cable"]);
            }
            for device in ["lo", "cable"] {
                network.must(&["-n", side, "link", "set", device, "up"]);
            }
        }
        Some(network)
    }

    /// Runs this same test in the house.
    pub(crate) fn run_inside(&self, test: &str) {
        let this = std::env::current_exe().unwrap();
        let output = Command::new(&self.ip)
            .args(["netns", "exec", &self.house])
            .arg(this)
            .args([test, "--exact", "--nocapture"])
            .env(ROLE, "house")
            .env(IP, &self.ip)
            .env(NEIGHBOUR, &self.neighbours)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(output.status.success(), "{}\n{}", text(&output.stdout), text(&output.stderr));
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(&self.ip).args(arguments).output().unwrap()
    }

    fn must(&self, arguments: &[&str]) {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "ip {}: {errors}", arguments.join(" "));
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for namespace in [&self.house, &self.neighbours] {
            // The second one may not have been made.
            self.run(&["netns", "delete", namespace]);
        }
    }
}
