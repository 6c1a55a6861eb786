//! CPU for each read of `/values?raw`, from memory and passed on.

use std::path::Path;
use std::thread;

use super::charger::Charger;
use super::contestants::{Contestant, Kind, start};
use crate::http::{self, Connection};
use crate::table::{Spread, Table};
use crate::{Result, ensure};

/// Clients with a kept connection each.
const CLIENTS: usize = 8;
/// Requests of each client in a round.
const REQUESTS: usize = 1_500;
const TARGET: &str = "/values?raw";

pub(super) fn run(programs: &Path, rounds: u32) -> Result<()> {
    let charger = Charger::start()?;
    let mut servers = Vec::new();
    for kind in Kind::ALL {
        if let Some(server) = start(kind, programs, &charger, None)? {
            servers.push((kind, server, Vec::new(), 0));
        }
    }
    for _ in 0..rounds {
        for (_, server, figures, asked) in &mut servers {
            let before = (server.process.cpu()?, charger.asked());
            load(server, charger.values())?;
            let requests = f64::from(u32::try_from(CLIENTS * REQUESTS)?);
            figures.push((server.process.cpu()? - before.0) / requests);
            *asked += charger.asked() - before.1;
        }
    }
    let headings =
        ["µs CPU for each request", "min", "median", "max", "MiB resident", "asked upstream"];
    let mut table = Table::new(&headings);
    let mut medians = Vec::new();
    for (kind, server, figures, asked) in servers {
        let spread = Spread::of(figures);
        medians.push((kind, spread.median));
        let resident = format!("{:.1}", server.process.resident()? / 1024.0);
        table.row(server.name, spread.cells().into_iter().chain([resident, asked.to_string()]));
    }
    let total = u32::try_from(CLIENTS * REQUESTS)? * rounds;
    table.print(&format!(
        "CPU for {TARGET}, {rounds} rounds of {} over {CLIENTS} kept connections; a charger that \
         answers at once; {total} requests each",
        CLIENTS * REQUESTS
    ));
    let of = |kind| medians.iter().find(|(found, _)| *found == kind).map(|(_, median)| *median);
    for (ours, theirs) in [
        (Kind::Shared, Kind::Node),
        (Kind::Shared, Kind::NginxCache),
        (Kind::PassThrough, Kind::Nginx),
        (Kind::PassThrough, Kind::Node),
    ] {
        if let (Some(our), Some(their)) = (of(ours), of(theirs)) {
            println!("  {} / {}: {:.3}", ours.name(), theirs.name(), our / their);
        }
    }
    Ok(())
}

fn load(server: &Contestant, values: &[u8]) -> Result<()> {
    let (name, address) = (server.name, server.address);
    let request = http::request(address, "GET", TARGET, "");
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    let mut connection = Connection::open(address)?;
                    for _ in 0..REQUESTS {
                        let body = connection.send(&request)?.body(TARGET)?;
                        ensure(body == values, || format!("{name}: other bytes"))?;
                    }
                    Ok(())
                })
            })
            .collect();
        clients.into_iter().try_for_each(|client| {
            client.join().unwrap_or_else(|_| Err("a client panicked".into()))
        })
    })
}
