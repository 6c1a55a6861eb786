//! custom-api: growth of its memory, and its CPU time compared with a plain Python server's.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::{env, thread};

use nrgkick_model::custom_api::VALUES_PATH;
use nrgkick_tests::{fixture, root};
use serde_json::Value;

use crate::http::{self, CLOSE, Connection};
use crate::process::Process;
use crate::table::{Spread, Table};
use crate::{Result, ensure};

/// Parallel clients in the memory run.
const CLIENTS: u64 = 4;
/// Parts of the memory run; memory is measured after each.
const PARTS: u64 = 10;
/// One request in so many uses a new connection.
const NEW_CONNECTION: u64 = 10;
/// Allowed growth of memory from the first part to the end. Pages come and go with the threads; one
/// byte kept for each of a million requests would exceed it.
const MOST_GROWTH: f64 = 1.1;

pub(crate) fn run(programs: &Path, rounds: u32, requests: u64) -> Result<()> {
    memory(programs, requests)?;
    cpu(programs, rounds, (requests / 100).clamp(1_000, 10_000))
}

/// Starts the server with the manufacturer's example and checks its document.
fn start(programs: &Path) -> Result<(Process, SocketAddr, Vec<u8>)> {
    let recipe = root().join("crates/custom-api/recipes/seed.toml");
    let recipe = recipe.to_str().ok_or("the path of this clone is not UTF-8")?;
    let flags = ["--config", recipe, "--listen", "127.0.0.1:0", "--log", "error"];
    let server = Process::start(&programs.join("custom-api"), &flags)?;
    let address = server.address("listening on http://")?;
    let document = http::get(address, VALUES_PATH)?;
    let official: Value = serde_json::from_str(&fixture("custom_api/official_values.json"))?;
    let found: Value = serde_json::from_slice(&document)?;
    ensure(found == official, || format!("{VALUES_PATH} is {found}, not {official}"))?;
    Ok((server, address, document))
}

fn memory(programs: &Path, requests: u64) -> Result<()> {
    let (server, address, document) = start(programs)?;
    let begun = server.resident()?;
    let cpu = server.cpu()?;
    let share = requests / PARTS / CLIENTS;
    let mut table = Table::new(&["requests", "KiB", "after a tenth = 1"]);
    table.row("0", [format!("{begun:.0}"), String::new()]);
    let mut clients =
        (0..CLIENTS).map(|_| Client::new(address, &document)).collect::<Result<Vec<_>>>()?;
    let mut after_first = None;
    let mut last = begun;
    for part in 1..=PARTS {
        thread::scope(|scope| {
            let running: Vec<_> =
                clients.iter_mut().map(|client| scope.spawn(|| client.ask(share))).collect();
            running.into_iter().try_for_each(|client| {
                client.join().unwrap_or_else(|_| Err("a client panicked".into()))
            })
        })?;
        last = server.resident()?;
        let first = *after_first.get_or_insert(last);
        let done = (part * share * CLIENTS).to_string();
        table.row(&done, [format!("{last:.0}"), format!("{:.3}", last / first)]);
    }
    let first = after_first.unwrap_or(begun);
    let total = f64::from(u32::try_from(share * CLIENTS * PARTS)?);
    let used = (server.cpu()? - cpu) / total;
    table.print(&format!(
        "custom-api: memory (VmRSS) with {CLIENTS} clients on kept connections, one request in \
         {NEW_CONNECTION} on a new one"
    ));
    println!(
        "  from a tenth to the end: {:+.0} KiB, ratio {:.3}; {used:.1} µs CPU for each request",
        last - first,
        last / first
    );
    ensure(last <= first * MOST_GROWTH, || {
        format!("memory grew from {first:.0} to {last:.0} KiB, by more than {MOST_GROWTH}")
    })
}

fn same(body: &[u8], document: &[u8]) -> Result<()> {
    ensure(body == document, || {
        let [body, document] = [body, document].map(String::from_utf8_lossy);
        format!("{VALUES_PATH} is {body}, not {document}")
    })
}

/// A client that polls as a charger does, but without pauses.
struct Client<'a> {
    address: SocketAddr,
    document: &'a [u8],
    connection: Connection,
    kept: String,
    last: String,
}

impl<'a> Client<'a> {
    fn new(address: SocketAddr, document: &'a [u8]) -> Result<Self> {
        Ok(Self {
            address,
            document,
            connection: Connection::open(address)?,
            kept: http::request(address, "GET", VALUES_PATH, ""),
            last: http::request(address, "GET", VALUES_PATH, CLOSE),
        })
    }

    fn ask(&mut self, count: u64) -> Result<()> {
        for index in 0..count {
            let answer = if index % NEW_CONNECTION == 0 {
                http::once(self.address, &self.last)?
            } else {
                self.connection.send(&self.kept)?
            };
            let body = answer.body(VALUES_PATH)?;
            same(&body, self.document)?;
        }
        Ok(())
    }
}

/// Compares both servers: a new connection for each request, the same JSON from both.
fn cpu(programs: &Path, rounds: u32, count: u64) -> Result<()> {
    let (ours, address, document) = start(programs)?;
    let mut file = tempfile::NamedTempFile::new()?;
    file.write_all(&document)?;
    let Some((python, python_address)) = plain(file.path())? else { return Ok(()) };

    let servers = [("custom-api", ours, address), ("Python", python, python_address)];
    let mut figures = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        for ((_, server, address), figures) in servers.iter().zip(&mut figures) {
            let request = http::request(*address, "GET", VALUES_PATH, CLOSE);
            let before = server.cpu()?;
            for _ in 0..count {
                let body = http::once(*address, &request)?.body(VALUES_PATH)?;
                same(&body, &document)?;
            }
            figures.push((server.cpu()? - before) / f64::from(u32::try_from(count)?));
        }
    }
    let mut table =
        Table::new(&["µs CPU for each request", "min", "median", "max", "MiB resident"]);
    let spreads = figures.map(Spread::of);
    for ((name, server, _), spread) in servers.iter().zip(&spreads) {
        let resident = format!("{:.1}", server.resident()? / 1024.0);
        table.row(name, spread.cells().into_iter().chain([resident]));
    }
    table.print(&format!(
        "custom-api: CPU beside a single-threaded Python socket server (tests/bench/\
         single_threaded.py), {rounds} rounds of {count}, a new connection for each request"
    ));
    let [ours, python] = spreads.map(|spread| spread.median);
    println!("  Python uses {:.2} times the CPU of custom-api", python / ours);
    Ok(())
}

/// Starts the Python server; prints a line and returns `None` if there is no Python.
fn plain(document: &Path) -> Result<Option<(Process, SocketAddr)>> {
    let named = env::var_os("NRGKICK_PYTHON").filter(|name| !name.is_empty()).map(PathBuf::from);
    let is_named = named.is_some();
    let python = named.unwrap_or_else(|| "python3".into());
    let script = root().join("tests/bench/single_threaded.py");
    let (Some(script), Some(document)) = (script.to_str(), document.to_str()) else {
        return Err("the path of this clone is not UTF-8".into());
    };
    match Process::start(&python, &[script, document]) {
        Ok(server) => {
            let address = server.address("listening on http://")?;
            Ok(Some((server, address)))
        }
        Err(error) if is_named => Err(error),
        Err(error) => {
            println!("\nSKIPPED: CPU beside a Python server: {error}; NRGKICK_PYTHON can name one");
            Ok(None)
        }
    }
}
