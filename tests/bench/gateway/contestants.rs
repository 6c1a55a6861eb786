//! The servers that are compared, each before the same charger.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, thread};

use nrgkick_tests::root;
use tempfile::TempDir;

use super::charger::Charger;
use crate::process::Process;
use crate::table::{Spread, Table};
use crate::{PATIENCE, Result, http};

/// A server that is running.
pub(super) struct Contestant {
    pub(super) name: &'static str,
    pub(super) process: Process,
    pub(super) address: SocketAddr,
    _files: Option<TempDir>,
}

/// The kinds of servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// cors-proxy as it is without flags, but for the number of connections.
    Shared,
    /// cors-proxy that passes every request on.
    PassThrough,
    /// nginx that keeps an answer for a second and lets one request through at a time.
    NginxCache,
    /// nginx that passes every request on.
    Nginx,
    /// `proxy.mjs`, which passes every request on.
    Node,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::Shared, Self::NginxCache, Self::PassThrough, Self::Nginx, Self::Node];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Shared => "cors-proxy",
            Self::PassThrough => "cors-proxy, nothing shared",
            Self::NginxCache => "nginx, cache 1 s and lock",
            Self::Nginx => "nginx, passed on",
            Self::Node => "Node, 60 lines",
        }
    }
}

/// The folder of the built page; `None`, with a line, where there is none.
pub(crate) fn page() -> Option<PathBuf> {
    let page = env::var_os("NRGKICK_DIST").map_or_else(|| root().join("dist"), PathBuf::from);
    if page.join("index.html.gz").is_file() {
        return Some(page);
    }
    println!("\nSKIPPED: files of the page: {} holds none; `cargo xtask page`", page.display());
    None
}

/// Starts a server; `None`, with a line, where its program is not on this machine.
pub(super) fn start(
    kind: Kind,
    programs: &Path,
    charger: &Charger,
    page: Option<&Path>,
) -> Result<Option<Contestant>> {
    let url = format!("http://{}", charger.address);
    let folder = page.map_or_else(|| root().join("tests/bench"), Path::to_path_buf);
    let folder = folder.to_str().ok_or("the path of the page is not UTF-8")?;
    let name = kind.name();
    let ours = |more: &[&str]| -> Result<Contestant> {
        let any = "127.0.0.1:0";
        let flags = ["--charger", &url, "--listen", any, "--log", "error"];
        let page = if page.is_some() { &["--app-dir", folder][..] } else { &[] };
        let flags = [&flags[..], page, more].concat();
        let process = Process::start(&programs.join("cors-proxy"), &flags)?;
        let address = process.address("listening on http://")?;
        Ok(Contestant { name, process, address, _files: None })
    };
    // All clients come from one address here.
    let many = ["--max-connections", "4096", "--max-per-address", "4096"];
    match kind {
        Kind::Shared => ours(&many).map(Some),
        Kind::PassThrough => ours(&["--max-age", "0s", "--max-rate", "0"]).map(Some),
        Kind::NginxCache => nginx(name, charger.address, folder, true),
        Kind::Nginx => nginx(name, charger.address, folder, false),
        Kind::Node => {
            let script = root().join("tests/bench/proxy.mjs");
            let script = script.to_str().ok_or("the path of this clone is not UTF-8")?;
            let Some(node) = found("node") else { return Ok(None) };
            let process = Process::start(&node, &[script, &url, folder])?;
            let address = process.address("listening on http://")?;
            Ok(Some(Contestant { name, process, address, _files: None }))
        }
    }
}

fn found(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let found = folders.map(|folder| folder.join(program)).find(|file| file.is_file());
    if found.is_none() {
        println!("\nSKIPPED: {program} is not on this machine");
    }
    found
}

fn nginx(
    name: &'static str,
    charger: SocketAddr,
    page: &str,
    caches: bool,
) -> Result<Option<Contestant>> {
    let Some(program) = found("nginx") else { return Ok(None) };
    let files = tempfile::tempdir()?;
    let here = files.path().display().to_string();
    // It does not say which port it was given.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let (zone, cache) = if caches {
        (
            format!("proxy_cache_path {here}/cache keys_zone=charger:1m;"),
            "proxy_cache charger; proxy_cache_valid 200 1s; proxy_cache_lock on; \
             proxy_cache_use_stale updating;",
        )
    } else {
        (String::new(), "")
    };
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {here}/{kind};"))
        .concat();
    let text = format!(
        "daemon off; master_process off; pid {here}/pid; error_log stderr crit;\n\
         events {{ worker_connections 4096; }}\n\
         http {{ access_log off; {temporary} {zone}\n\
         types {{ text/html html; text/css css; text/javascript js; application/wasm wasm; }}\n\
         upstream charger {{ server {charger}; keepalive 8; }}\n\
         server {{ listen {address}; root {page}; gzip_static on; keepalive_requests 1000000;\n\
         location ~ ^/(info|values|control)$ {{ proxy_pass http://charger;\n\
         proxy_http_version 1.1; proxy_set_header Connection ''; {cache} }} }} }}\n"
    );
    let config = files.path().join("nginx.conf");
    fs::write(&config, text)?;
    let config = config.display().to_string();
    let process = Process::start(&program, &["-c", &config, "-p", &here, "-e", "stderr"])?;
    let until = Instant::now() + PATIENCE;
    while TcpStream::connect(address).is_err() {
        if Instant::now() > until {
            return Err(format!("nginx does not listen on {address}").into());
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(Some(Contestant { name, process, address, _files: Some(files) }))
}

/// How long each takes from its start to its first answer.
pub(super) fn start_times(programs: &Path, rounds: u32) -> Result<()> {
    let charger = Charger::start()?;
    let page = page();
    let kinds = [Kind::Shared, Kind::Nginx, Kind::Node];
    let mut times = kinds.map(|_| Vec::new());
    for _ in 0..rounds {
        for (kind, times) in kinds.into_iter().zip(&mut times) {
            let begun = Instant::now();
            if let Some(server) = start(kind, programs, &charger, page.as_deref())? {
                http::get(server.address, "/control")?;
                times.push(begun.elapsed().as_secs_f64() * 1e3);
            }
        }
    }
    let mut table = Table::new(&["ms from start to first answer", "min", "median", "max"]);
    for (kind, times) in kinds.into_iter().zip(times).filter(|(_, times)| !times.is_empty()) {
        table.row(kind.name(), Spread::of(times).cells());
    }
    table.print(&format!("Start, {rounds} rounds"));
    let names = ["cors-proxy", "modbus-proxy", "custom-api", "nrgkick-sim"];
    let mut table = Table::new(&["program", "MB"]);
    for name in names {
        if let Ok(file) = fs::metadata(programs.join(name)) {
            #[expect(clippy::cast_precision_loss, reason = "a few million")]
            table.row(name, [format!("{:.2}", file.len() as f64 / 1e6)]);
        }
    }
    table.print("Size of each program, with the page that is compiled in");
    Ok(())
}
