//! `cargo xtask run`: the page, a charger (simulated or real) and the server between them.

mod children;
mod lan;
mod mode;
mod plan;
mod ports;
mod program;

use crate::{
    cli::RunArgs,
    error::{Result, other},
    page,
    process::{self, LONG},
    workspace,
};
use children::Children;
use mode::{AUTO, Mode};
use plan::{Paths, SIMULATOR, Simulator};
use program::Program;
use std::{net::SocketAddr, path::PathBuf, process::Command, time::Duration};

/// Limit from a server's start to its first answer.
const START: Duration = Duration::from_secs(30);
/// The manufacturer's example, shipped with `custom-api`.
const CONFIG: &str = "crates/custom-api/recipes/seed.toml";

/// Runs until Ctrl-C, or until one of the programs ends.
pub(crate) fn run(arguments: &RunArgs) -> Result<()> {
    Mode::of(arguments).check(arguments)?;
    let config = config(arguments)?;
    let listen = ports::listen(arguments)?;
    ports::must_be_free(listen)?;
    let dist = if arguments.no_build { page::existing()? } else { workspace::dist() };
    let simulator = if is_simulated(arguments) { Some(simulator(arguments)?) } else { None };
    let plan = plan::plan(arguments, listen, simulator, Paths { dist: &dist, config: &config });
    if !arguments.no_build {
        page::build_beside(false, Some(&mut build(&plan, arguments.release)))?;
        process::run(&mut build(&plan, arguments.release), LONG)?;
    }
    let profile = if arguments.release { "release" } else { "debug" };
    let folder = workspace::target()?.join(profile);

    let mut children = Children::new()?;
    for program in &plan {
        children.start(&folder, program)?;
        if !children.wait_until_ready(program, START)? {
            return children.stop();
        }
    }
    announce(arguments, listen, simulator);
    let ended = children.wait();
    let stopped = children.stop();
    ended.and(stopped)
}

/// Returns the configuration of `custom-api`; a missing file is reported before any build.
fn config(arguments: &RunArgs) -> Result<PathBuf> {
    let file = arguments.config.clone().unwrap_or_else(|| workspace::root().join(CONFIG));
    if arguments.custom_api && !file.is_file() {
        return other(format!("--config {}: there is no such file", file.display()));
    }
    Ok(file)
}

/// Whether a simulated charger is started.
fn is_simulated(arguments: &RunArgs) -> bool {
    arguments.charger.is_none() || is_announced(arguments)
}

/// Whether a simulated charger announces itself.
fn is_announced(arguments: &RunArgs) -> bool {
    arguments.charger.as_deref() == Some(AUTO) && arguments.scenario.is_some()
}

fn simulator(arguments: &RunArgs) -> Result<Simulator> {
    let usual = match (is_announced(arguments), lan::address()) {
        (false, _) => SIMULATOR.http,
        // No announcement leads to this machine's loopback.
        (true, Some(ip)) => SocketAddr::new(ip, SIMULATOR.http.port()),
        (true, None) => {
            return other("this machine has no network in which a charger could announce itself");
        }
    };
    let http = ports::free_or_another(usual)?;
    let modbus = match Mode::of(arguments) {
        Mode::Modbus => ports::free_or_another(SIMULATOR.modbus)?,
        Mode::Json | Mode::CustomApi => SIMULATOR.modbus,
    };
    Ok(Simulator { http, modbus })
}

/// Builds the servers; if that ran beside the page's build, nothing is left to do.
fn build(plan: &[Program], release: bool) -> Command {
    let mut cargo = workspace::cargo_here(&["build"]);
    cargo.args(release.then_some("--release"));
    cargo.args(plan.iter().flat_map(|program| ["--package", program.name]));
    cargo
}

fn announce(arguments: &RunArgs, listen: SocketAddr, simulator: Option<Simulator>) {
    let mode = Mode::of(arguments);
    println!();
    match (&arguments.charger, simulator) {
        (Some(charger), None) if charger == AUTO => {
            println!("  Charger: those that announce themselves in this network");
        }
        (Some(_), Some(Simulator { http, .. })) => {
            println!("  Charger: those that announce themselves in this network, a simulated one");
            println!("           among them, http://{http}, which everybody there can use");
        }
        (Some(charger), None) => println!("  Charger: {charger}"),
        (None, Some(Simulator { http, modbus })) if mode == Mode::Modbus => {
            println!("  Charger: simulated, Modbus at {modbus} (and JSON at http://{http})");
        }
        (None, Some(Simulator { http, .. })) => println!("  Charger: simulated, http://{http}"),
        (None, None) => {}
    }
    println!("  Page:    {}", ports::url(listen.ip(), listen.port()));
    if mode == Mode::CustomApi && arguments.charger.is_some() {
        println!("  In the charger's app add a PV profile of the brand \"Custom\" with this");
        println!("  machine's address and port {}: the charger fetches by itself.", listen.port());
    }
    if arguments.lan {
        lan::announce(listen, mode.everyone_can());
    }
    println!("\n  Ctrl-C stops everything.\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Task};
    use clap::Parser as _;

    /// Parses the arguments of `cargo xtask run`.
    pub(super) fn arguments(line: &str) -> RunArgs {
        let words = ["xtask", "run"].into_iter().chain(line.split_whitespace());
        match Cli::try_parse_from(words).unwrap().task {
            Task::Run(arguments) => arguments,
            task => panic!("{task:?}"),
        }
    }

    #[test]
    fn the_configuration_is_looked_for_at_the_start() {
        assert!(config(&arguments("--custom-api")).unwrap().ends_with("seed.toml"));
        let error = config(&arguments("--custom-api --config /nonexistent/a.toml")).unwrap_err();
        assert!(error.to_string().starts_with("--config /nonexistent/a.toml: "), "{error}");
        let shipped = std::fs::read_to_string(workspace::root().join(CONFIG)).unwrap();
        assert!(shipped.contains("manufacturer's own example"));
    }
}
