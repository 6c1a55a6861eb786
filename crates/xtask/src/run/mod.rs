//! `cargo xtask run`: the page, a charger (simulated or real) and the proxy between them.
//!
//! What is started is worked out first, as a plain value, and started then.

mod children;
mod lan;
mod program;

use crate::{
    cli::{DEFAULT_LISTEN, RunArgs},
    error::{Error, Result, other},
    page,
    process::{self, LONG},
    workspace,
};
use children::Children;
use program::Program;
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    time::Duration,
};

/// Where the simulated charger listens, if nobody else does.
const SIMULATOR: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8090);
/// How long a server may take from its start to its first answer.
const START: Duration = Duration::from_secs(30);

/// Runs until Ctrl-C, or until one of the programs ends.
pub(crate) fn run(arguments: &RunArgs) -> Result<()> {
    let listen = listen(arguments)?;
    free(listen).map_err(|error| busy(listen, &error))?;
    let dist = if arguments.no_build { page::existing()? } else { page::build(false)? };
    let simulator = if arguments.charger.is_none() { Some(simulator_address()?) } else { None };
    let plan = plan(arguments, listen, simulator, &dist);
    if !arguments.no_build {
        build(&plan, arguments.release)?;
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

/// The programs in the order in which they start: each one needs those before it.
fn plan(
    arguments: &RunArgs,
    listen: SocketAddr,
    simulator: Option<SocketAddr>,
    dist: &Path,
) -> Vec<Program> {
    let mut programs = Vec::new();
    if let Some(address) = simulator {
        let program = Program::new("nrgkick-sim", address, "/info").with("--http", &address);
        programs.push(match &arguments.scenario {
            Some(scenario) => program.with("--scenario", scenario),
            None => program,
        });
    }
    let charger = match (&arguments.charger, simulator) {
        (Some(url), _) => url.clone(),
        (None, Some(address)) => format!("http://{address}"),
        (None, None) => String::new(),
    };
    let mut proxy = Program::new("cors-proxy", listen, "/healthz")
        .with("--charger", &charger)
        .with("--listen", &listen)
        .with("--app-dir", &dist.display());
    if let (Some(username), Some(file)) = (&arguments.username, &arguments.password_file) {
        proxy = proxy.with("--username", username).with("--password-file", &file.display());
    }
    if arguments.lan {
        proxy = proxy.flag("--trust-lan");
    }
    programs.push(proxy);
    programs
}

/// The page's address; beyond this machine only when asked for.
fn listen(arguments: &RunArgs) -> Result<SocketAddr> {
    let default: SocketAddr = DEFAULT_LISTEN
        .parse()
        .map_err(|error| Error::Other(format!("{DEFAULT_LISTEN}: {error}")))?;
    let everywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    match (arguments.listen, arguments.lan) {
        (None, false) => Ok(default),
        (None, true) => Ok(SocketAddr::new(everywhere, default.port())),
        (Some(address), _) if address.port() == 0 => {
            other("--listen needs a port that is not 0: it is part of the address you open")
        }
        (Some(address), true) if address.ip().is_loopback() => other(format!(
            "--lan and --listen {address} contradict each other: no phone reaches that address; \
             try --listen 0.0.0.0:{}",
            address.port()
        )),
        (Some(address), false) if !address.ip().is_loopback() => other(format!(
            "--listen {address} is reachable from the network; add --lan if anyone on it may \
             switch the charger"
        )),
        (Some(address), _) => Ok(address),
    }
}

/// Its usual port, or any free one: nobody types this address.
fn simulator_address() -> Result<SocketAddr> {
    if free(SIMULATOR).is_ok() {
        return Ok(SIMULATOR);
    }
    let any = SocketAddr::new(SIMULATOR.ip(), 0);
    let address = TcpListener::bind(any)
        .and_then(|listener| listener.local_addr())
        .map_err(|error| Error::Other(format!("no free port for the simulator: {error}")))?;
    println!("port {} is in use, so the simulator takes {}", SIMULATOR.port(), address.port());
    Ok(address)
}

fn free(address: SocketAddr) -> io::Result<()> {
    TcpListener::bind(address).map(drop)
}

fn busy(address: SocketAddr, error: &io::Error) -> Error {
    let another = SocketAddr::new(address.ip(), address.port().checked_add(100).unwrap_or(8180));
    Error::Other(match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {} is in use; choose another one, for example --listen {another}",
            address.port()
        ),
        _ => format!("cannot listen on {address}: {error}; choose another one with --listen"),
    })
}

fn build(plan: &[Program], release: bool) -> Result<()> {
    let mut cargo = workspace::cargo_here(&["build"]);
    cargo.args(release.then_some("--release"));
    cargo.args(plan.iter().flat_map(|program| ["--package", program.name]));
    process::run(&mut cargo, LONG)
}

fn announce(arguments: &RunArgs, listen: SocketAddr, simulator: Option<SocketAddr>) {
    println!();
    match (&arguments.charger, simulator) {
        (Some(url), _) => println!("  Charger: {url}"),
        (None, Some(address)) => println!("  Charger: simulated, http://{address}"),
        (None, None) => {}
    }
    println!("  Page:    {}", url(listen.ip(), listen.port()));
    if arguments.lan {
        lan::announce(listen);
    }
    println!("\n  Ctrl-C stops everything.\n");
}

/// An address to open; one that means "all addresses" is opened on this machine.
fn url(ip: IpAddr, port: u16) -> String {
    let ip = match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("http://{}/", SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Cli, Task};
    use clap::Parser as _;

    fn arguments(line: &str) -> RunArgs {
        let words = ["xtask", "run"].into_iter().chain(line.split_whitespace());
        match Cli::try_parse_from(words).unwrap().task {
            Task::Run(arguments) => arguments,
            task => panic!("{task:?}"),
        }
    }

    fn lines(line: &str) -> Vec<String> {
        let arguments = arguments(line);
        let simulator = arguments.charger.is_none().then_some(SIMULATOR);
        let listen = listen(&arguments).unwrap();
        let plan = plan(&arguments, listen, simulator, Path::new("dist"));
        plan.iter().map(|program| format!("{} {}", program.name, program.args.join(" "))).collect()
    }

    #[test]
    fn without_a_charger_one_is_simulated() {
        let expected = [
            "nrgkick-sim --http 127.0.0.1:8090 --scenario paused",
            "cors-proxy --charger http://127.0.0.1:8090 --listen 127.0.0.1:8080 --app-dir dist",
        ];
        assert_eq!(lines("--scenario paused"), expected);
    }

    #[test]
    fn a_real_charger_on_the_lan() {
        let expected = "cors-proxy --charger http://nrgkick.local --listen 0.0.0.0:8080 \
                        --app-dir dist --username u --password-file f --trust-lan";
        let line = "--charger http://nrgkick.local --username u --password-file f --lan";
        assert_eq!(lines(line), [expected]);
    }

    #[test]
    fn the_network_is_served_only_with_lan() {
        let error = |line| listen(&arguments(line)).unwrap_err().to_string();
        assert!(error("--listen 0.0.0.0:9000").contains("--lan"));
        assert!(error("--lan --listen 127.0.0.1:9000").contains("--listen 0.0.0.0:9000"));
        assert!(error("--listen 127.0.0.1:0").contains("port"));
        let both = listen(&arguments("--lan --listen 192.168.1.2:9000")).unwrap();
        assert_eq!(both.to_string(), "192.168.1.2:9000");
    }

    #[test]
    fn a_busy_port_is_named_with_a_way_out() {
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = held.local_addr().unwrap();
        let text = busy(address, &free(address).unwrap_err()).to_string();
        assert!(text.starts_with(&format!("port {} is in use", address.port())), "{text}");
        assert!(text.contains("--listen 127.0.0.1:"), "{text}");
    }

    #[test]
    fn the_address_to_open_is_one_that_can_be_opened() {
        assert_eq!(url(Ipv4Addr::UNSPECIFIED.into(), 8080), "http://127.0.0.1:8080/");
        assert_eq!(url("::".parse().unwrap(), 80), "http://[::1]:80/");
    }
}
