//! The cost of the servers and of decoding, each compared with an alternative, in one run.
//!
//! `cargo xtask bench` builds the programs and calls this. Contestants take turns in rounds, so
//! that a busy machine affects all of them; every answer is checked, status and bytes. Times depend
//! on the machine, so quote the ratios. Times never fail the run; a wrong answer, a wrong count of
//! Modbus frames and growing memory do.
//!
//! Linux only: resource use is read from `/proc`.
#![allow(clippy::print_stdout, reason = "a benchmark speaks on standard output")]
#![allow(clippy::disallowed_methods, reason = "native only: Instant::now cannot panic here")]

mod custom_api;
mod decode;
mod fleet;
mod gateway;
mod http;
mod modbus;
mod page;
mod process;
mod record;
mod registers;
mod soak;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs, thread};

use clap::{Parser, ValueEnum};

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// Limit for an answer or the start of a program; exceeded only if something is broken.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Debug, Parser)]
struct Args {
    /// Which one; all but soak and fleet where none is named
    which: Option<Which>,

    /// Requests of the memory run of custom-api
    #[arg(long, value_name = "N", default_value_t = 1_000_000,
        value_parser = clap::value_parser!(u64).range(10_000..))]
    requests: u64,

    /// Rounds in which the contestants take turns
    #[arg(long, value_name = "N", default_value_t = 5,
        value_parser = clap::value_parser!(u32).range(3..=100))]
    rounds: u32,

    /// Minutes of the soak
    #[arg(long, value_name = "N", default_value_t = 60,
        value_parser = clap::value_parser!(u64).range(4..=10_000))]
    minutes: u64,

    /// Another page to compare the panel with: a folder with a `server.js` for Node
    #[arg(long, value_name = "FOLDER")]
    peer: Option<PathBuf>,

    /// Given by `cargo bench`; without it nothing is measured
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Which {
    /// modbus-proxy against the registers themselves, and few large reads against many small ones
    Modbus,
    /// Reading a document: rows of the table, a tree, a derived struct, and CPython
    Decode,
    /// cors-proxy beside nginx and Node: start, CPU, files, many pages, many listeners
    Gateway,
    /// The last 24 h of a record, looked at for a day: bytes and time
    Record,
    /// The panel on a phone: what is seen when, and what it costs
    Page,
    /// The panel for an hour, with a charger that comes and goes: it must not grow
    Soak,
    /// 10,000 chargers in shape, at a real Prometheus and a real Mosquitto
    Fleet,
    /// custom-api: memory over many requests, and its CPU against a plain Python server
    CustomApi,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if !args.bench {
        println!("skipped: the benchmark of the servers; `cargo xtask bench` runs it");
        return ExitCode::SUCCESS;
    }
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let programs = env::var_os("NRGKICK_BIN_DIR").map(PathBuf::from).ok_or(
        "NRGKICK_BIN_DIR names no folder with the built programs; `cargo xtask bench` sets it",
    )?;
    let cores = thread::available_parallelism()?;
    let load = fs::read_to_string("/proc/loadavg").map_err(|error| {
        format!(
            "/proc/loadavg: {error}; this benchmark reads what processes use there, as on Linux"
        )
    })?;
    let load = load.split(' ').next().unwrap_or_default();
    println!(
        "{cores} cores, load {load} at the start. Clients, servers and simulator share them over \
         loopback.\nTimes depend on the machine; compare the ratios, which are of medians."
    );
    if cfg!(debug_assertions) || programs.ends_with("debug") {
        println!(
            "NOT OPTIMISED: these figures say nothing; `cargo xtask bench` builds for release."
        );
    }
    let is_wanted = |which| args.which.is_none_or(|only| only == which);
    if is_wanted(Which::Decode) {
        decode::run(args.rounds)?;
    }
    if is_wanted(Which::Modbus) {
        modbus::run(&programs, args.rounds)?;
    }
    if is_wanted(Which::Gateway) {
        gateway::run(&programs, args.rounds)?;
    }
    if is_wanted(Which::Record) {
        record::run(&programs, args.rounds)?;
    }
    if is_wanted(Which::Page) {
        page::run(&programs, args.rounds, args.peer.as_deref())?;
    }
    if args.which == Some(Which::Fleet) {
        fleet::run(&programs)?;
    }
    if args.which == Some(Which::Soak) {
        soak::run(args.minutes)?;
    }
    if is_wanted(Which::CustomApi) {
        custom_api::run(&programs, args.rounds, args.requests)?;
    }
    Ok(())
}

/// Returns an error with this text unless `holds`.
fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<()> {
    if holds { Ok(()) } else { Err(otherwise().into()) }
}
