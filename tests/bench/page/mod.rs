//! The panel on a phone, beside another page before the same charger: what is seen when, what it
//! costs on the wire, and what a tick and a press cost afterwards.
//!
//! Chromium under a name of a LAN, so that it takes gzip and no brotli; on slow 4G (150 ms, 1.6 Mbit/s)
//! and on Wi-Fi (10 ms, 20 Mbit/s), always with a quarter of the CPU. The pages take turns.

mod measure;

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use nrgkick_tests::webdriver::{Browser, HOST};

use crate::process::Process;
use crate::table::{Spread, Table};
use crate::{PATIENCE, Result};
use measure::{Load, Network, load, presses, ticks};

/// A page of the comparison.
struct Contestant {
    name: &'static str,
    url: String,
    /// The selector of the power, which says when there is a first value.
    value: &'static str,
    /// The selector of what is there once the page is live.
    live: &'static str,
}

/// The figures of a load, in the order of the table.
const FIGURES: [&str; 7] = [
    "first paint ms",
    "first value ms",
    "live ms",
    "requests till value",
    "kB till value",
    "kB in all",
    "layout shift",
];

/// Runs the comparison; `peer` is the folder of another page with a `server.js`.
pub(crate) fn run(programs: &Path, rounds: u32, peer: Option<&Path>) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // The peer knows no port but 80.
    let charger = if peer.is_some() { "127.0.0.7:80" } else { "127.0.0.1:0" };
    let simulator = Process::start(&programs.join("nrgkick-sim"), &["--http", charger])?;
    let charger = simulator.address("http://")?;
    let Some(page) = crate::gateway::page() else { return Ok(()) };
    let page = page.to_str().ok_or("the path of the page is not UTF-8")?;
    let url = format!("http://{charger}");
    let flags = ["--charger", &url, "--listen", "127.0.0.1:0", "--app-dir", page, "--log", "error"];
    let proxy = Process::start(&programs.join("cors-proxy"), &flags)?;
    let address = proxy.address("http://")?;
    let mut contestants = vec![Contestant {
        name: "panel",
        url: format!("http://{HOST}:{}/", address.port()),
        value: "[data-testid=power]",
        live: ".app[data-link=live]",
    }];
    let other = peer.map(|folder| start_peer(folder, charger)).transpose()?;
    if let Some(other) = &other {
        contestants.push(Contestant {
            name: "peer",
            url: format!("http://{HOST}:{}/", other.address.port()),
            value: "#power-value",
            live: "#power-value",
        });
    }
    runtime.block_on(async {
        for network in [Network::SLOW_4G, Network::WIFI] {
            loads(&contestants, network, rounds).await?;
        }
        afterwards(&contestants).await
    })
}

struct Peer {
    address: SocketAddr,
    process: Child,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn start_peer(folder: &Path, charger: SocketAddr) -> Result<Peer> {
    let free = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let process = Command::new("node")
        .arg("server.js")
        .current_dir(folder)
        .env("PORT", free.port().to_string())
        .env("NRGKICK_IP", charger.ip().to_string())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| format!("node, for the peer: {error}"))?;
    let peer = Peer { address: free, process };
    let until = std::time::Instant::now() + PATIENCE;
    while std::net::TcpStream::connect(free).is_err() {
        if std::time::Instant::now() > until {
            return Err(format!("{} does not listen", folder.display()).into());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(peer)
}

async fn loads(contestants: &[Contestant], network: Network, rounds: u32) -> Result<()> {
    let mut figures: BTreeMap<&str, Vec<Load>> = BTreeMap::new();
    for _ in 0..rounds {
        for page in contestants {
            // A browser of its own: no cache, no connection is left.
            let Some(browser) = Browser::start_counting("bench page").await else { return Ok(()) };
            let seen = load(&browser, page, network).await?;
            figures.entry(page.name).or_default().push(seen);
        }
    }
    let mut headings = vec![""];
    headings.extend(FIGURES);
    let mut table = Table::new(&headings);
    let median = |name: &str, at: usize| {
        let all = figures.get(name).into_iter().flatten().map(|load| load.0[at]).collect();
        Spread::of(all).median
    };
    for page in contestants {
        table.row(page.name, (0..FIGURES.len()).map(|at| format!("{:.2}", median(page.name, at))));
    }
    table.print(&format!("{}, CPU x 1/4, medians of {rounds}", network.name));
    if contestants.len() > 1 {
        let of_peer = |at: usize, by: usize| median("panel", at) / median("peer", by);
        println!(
            "  panel to peer: first paint {:.2}, first value {:.2}, live to the peer's first value {:.2}",
            of_peer(0, 0),
            of_peer(1, 1),
            of_peer(2, 1)
        );
    }
    Ok(())
}

/// What the pages cost once they are there.
async fn afterwards(contestants: &[Contestant]) -> Result<()> {
    let mut table = Table::new(&["", "script ms a tick, CPU x 1/4", "slowest press ms, CPU x 1/4"]);
    for page in contestants {
        let Some(browser) = Browser::start_counting("bench page").await else { return Ok(()) };
        load(&browser, page, Network::WIFI).await?;
        let script = ticks(&browser).await?;
        let slowest = match page.name {
            "panel" => format!("{:.0}", presses(&browser).await?),
            _ => "-".to_owned(),
        };
        table.row(page.name, [format!("{script:.2}"), slowest]);
    }
    table.print("One tick of 2 s, over 20 s; every control of the overview pressed");
    Ok(())
}
