//! CPU for the files of the page: `index.html`, the wasm, and both again when nothing changed.

use std::path::Path;

use super::charger::Charger;
use super::contestants::{Kind, page, start};
use crate::http::{self, Connection};
use crate::table::{Spread, Table};
use crate::{Result, ensure};

const OFFER: &str = "Accept-Encoding: gzip, deflate\r\n";

pub(super) fn run(programs: &Path, rounds: u32) -> Result<()> {
    let Some(page) = page() else { return Ok(()) };
    let wasm = std::fs::read_dir(&page)?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.ends_with("_bg.wasm"))
        .ok_or("the page has no wasm")?;
    let charger = Charger::start()?;
    let mut servers = Vec::new();
    for kind in [Kind::Shared, Kind::Nginx, Kind::Node] {
        if let Some(server) = start(kind, programs, &charger, Some(&page))? {
            servers.push(server);
        }
    }
    let wasm = format!("/{wasm}");
    for (what, target, count, is_known) in [
        ("index.html", "/", 4_000, false),
        ("the wasm", &*wasm, 1_000, false),
        ("the wasm, 304", &*wasm, 4_000, true),
    ] {
        let mut figures: Vec<Vec<f64>> = servers.iter().map(|_| Vec::new()).collect();
        for _ in 0..rounds {
            for (server, figures) in servers.iter().zip(&mut figures) {
                let mut connection = Connection::open(server.address)?;
                let first =
                    connection.send(&http::request(server.address, "GET", target, OFFER))?;
                let condition = match (is_known, &first.etag) {
                    (false, _) => OFFER.to_owned(),
                    (true, Some(etag)) => format!("{OFFER}If-None-Match: {etag}\r\n"),
                    (true, None) => return Err(format!("{}: no ETag", server.name).into()),
                };
                let request = http::request(server.address, "GET", target, &condition);
                let before = server.process.cpu()?;
                for _ in 0..count {
                    let answer = connection.send(&request)?;
                    let (status, length) =
                        if is_known { (304, 0) } else { (200, first.body.len()) };
                    // The document has answers of the charger in it for as long as they are fresh.
                    let is_whole = answer.body.len() == length || (target == "/" && length > 0);
                    ensure(answer.status == status && is_whole, || {
                        let found = (answer.status, answer.body.len());
                        format!("{} {target}: {found:?}, not {:?}", server.name, (status, length))
                    })?;
                }
                figures.push((server.process.cpu()? - before) / f64::from(count));
            }
        }
        let mut table = Table::new(&["µs CPU for each request", "min", "median", "max"]);
        for (server, figures) in servers.iter().zip(figures) {
            let name = if server.name.starts_with("nginx") { "nginx" } else { server.name };
            table.row(name, Spread::of(figures).cells());
        }
        table.print(&format!("CPU for {what}, as gzip, {rounds} rounds of {count}"));
    }
    Ok(())
}
