//! Many chargers, in shape: what each part of the way holds and costs for 10,000 of them.
//!
//! A real gateway over one simulated charger is asked what it tells Prometheus and a broker. That is
//! then told 10,000 times, by names and values of its own, to a real Prometheus and to a real
//! Mosquitto, one connection for each. Nobody has 10,000 chargers here: [docs/many-chargers.md] says
//! what that shows and what it does not.

mod broker;
mod gateway;
mod prometheus;
mod shape;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::Result;
use crate::process::Process;

/// Chargers, each in a house of its own with a gateway of its own.
const CHARGERS: usize = 10_000;
/// One of so many charges at any time.
const CHARGING: usize = 5;

/// Runs all parts.
pub(crate) fn run(programs: &Path) -> Result<()> {
    let [mosquitto, prometheus, promtool] =
        ["NRGKICK_MOSQUITTO", "NRGKICK_PROMETHEUS", "NRGKICK_PROMTOOL"].map(tool);
    let folder = tempfile::tempdir()?;
    let mosquitto = mosquitto?;
    let shape = Arc::new(gateway::run(programs, &mosquitto, folder.path())?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    broker::run(&runtime, &mosquitto, folder.path(), &shape)?;
    prometheus::run(&runtime, &prometheus?, folder.path(), &shape)?;
    prometheus::on_disk(&promtool?, folder.path(), &shape)
}

/// The program that `variable` names.
fn tool(variable: &str) -> Result<PathBuf> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| {
        format!("{variable} names no program; `cargo xtask bench fleet` sets it").into()
    })
}

/// CPU of a process over a time, in per cent of one core.
struct Usage<'p> {
    process: &'p Process,
    begun: Instant,
    cpu: f64,
}

impl<'p> Usage<'p> {
    fn begin(process: &'p Process) -> Result<Self> {
        Ok(Self { process, begun: Instant::now(), cpu: process.cpu()? })
    }

    fn per_cent(&self) -> Result<f64> {
        let spent = self.process.cpu()? - self.cpu;
        Ok(spent / self.begun.elapsed().as_secs_f64() / 1e4)
    }
}

/// A port that was free just now.
fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Bytes of all files below a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let data = entry.metadata()?;
        sum += if data.is_dir() { size(&entry.path())? } else { data.len() };
    }
    Ok(sum)
}
