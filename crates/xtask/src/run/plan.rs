//! The programs to start, computed as a value first.

use super::{mode::Mode, ports::origin, program::Program};
use crate::cli::RunArgs;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::Path,
};

/// Default addresses of the simulated charger.
pub(super) const SIMULATOR: Simulator = Simulator {
    http: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8090),
    modbus: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 5020),
};

/// A simulated charger's addresses; that of Modbus is unused in other modes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Simulator {
    pub(super) http: SocketAddr,
    pub(super) modbus: SocketAddr,
}

/// The folders and files of a run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paths<'a> {
    /// The built page.
    pub(super) dist: &'a Path,
    /// The configuration of `custom-api`.
    pub(super) config: &'a Path,
}

/// Returns the programs in the order of starting: each needs those before it.
pub(super) fn plan(
    arguments: &RunArgs,
    listen: SocketAddr,
    simulator: Option<Simulator>,
    paths: Paths<'_>,
) -> Vec<Program> {
    let mode = Mode::of(arguments);
    let charger = simulator.map(|addresses| simulated(arguments, mode, listen, addresses));
    let server = server(arguments, mode, listen, simulator, paths);
    match mode {
        Mode::Json | Mode::Modbus => charger.into_iter().chain([server]).collect(),
        Mode::CustomApi => [server].into_iter().chain(charger).collect(),
    }
}

fn simulated(arguments: &RunArgs, mode: Mode, listen: SocketAddr, addresses: Simulator) -> Program {
    let program =
        Program::new("nrgkick-sim", addresses.http, "/info").with("--http", &addresses.http);
    // One that nobody named is found by its own announcement.
    let program = if arguments.charger.is_some() { program.flag("--mdns") } else { program };
    let program = match mode {
        Mode::Json => program,
        // Its JSON API stays on for comparison.
        Mode::Modbus => program.with("--modbus", &addresses.modbus),
        Mode::CustomApi => program.with("--custom-api", &origin(listen.ip(), listen.port())),
    };
    match &arguments.scenario {
        Some(scenario) => program.with("--scenario", scenario),
        None => program,
    }
}

fn server(
    arguments: &RunArgs,
    mode: Mode,
    listen: SocketAddr,
    simulator: Option<Simulator>,
    paths: Paths<'_>,
) -> Program {
    let server = Program::new(mode.server(), listen, "/healthz");
    let server = match mode {
        Mode::CustomApi => server.with("--config", &paths.config.display()),
        Mode::Json | Mode::Modbus => {
            let simulated = simulator.map(|addresses| match mode {
                Mode::Modbus => addresses.modbus.to_string(),
                _ => format!("http://{}", addresses.http),
            });
            let charger = arguments.charger.clone().or(simulated);
            server.with("--charger", &charger.unwrap_or_default())
        }
    };
    let mut server = server.with("--listen", &listen).with("--app-dir", &paths.dist.display());
    if let (Some(username), Some(file)) = (&arguments.username, &arguments.password_file) {
        server = server.with("--username", username).with("--password-file", &file.display());
    }
    if arguments.follow {
        server = server.flag("--follow");
    }
    if arguments.lan { server.flag("--trust-lan") } else { server }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{ports::listen, tests::arguments};

    fn lines(line: &str) -> Vec<String> {
        let arguments = arguments(line);
        let simulator = crate::run::is_simulated(&arguments).then_some(SIMULATOR);
        let paths = Paths { dist: Path::new("dist"), config: Path::new("house.toml") };
        let plan = plan(&arguments, listen(&arguments).unwrap(), simulator, paths);
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
    fn chargers_that_announce_themselves_a_simulated_one_only_where_it_is_wanted() {
        let expected = "cors-proxy --charger auto --listen 127.0.0.1:8080 --app-dir dist";
        assert_eq!(lines("--charger auto"), [expected]);
        let simulator = "nrgkick-sim --http 127.0.0.1:8090 --mdns --scenario idle";
        assert_eq!(lines("--charger auto --scenario idle"), [simulator, expected]);
        let expected = "modbus-proxy --charger auto --listen 127.0.0.1:8081 --app-dir dist";
        assert_eq!(lines("--modbus --charger auto"), [expected]);
        let expected = "cors-proxy --charger auto --listen 127.0.0.1:8080 --app-dir dist \
                        --username u --password-file f --follow";
        assert_eq!(lines("--charger auto --follow --username u --password-file f"), [expected]);
    }

    #[test]
    fn over_modbus_the_other_proxy_and_the_simulators_other_face() {
        let expected = [
            "nrgkick-sim --http 127.0.0.1:8090 --modbus 127.0.0.1:5020 --scenario idle",
            "modbus-proxy --charger 127.0.0.1:5020 --listen 127.0.0.1:8081 --app-dir dist",
        ];
        assert_eq!(lines("--modbus --scenario idle"), expected);
        let expected = "modbus-proxy --charger 192.168.1.40 --listen 0.0.0.0:8081 --app-dir dist \
                        --trust-lan";
        assert_eq!(lines("--modbus --charger 192.168.1.40 --lan"), [expected]);
    }

    #[test]
    fn the_custom_api_is_there_before_the_charger_that_asks_it() {
        let expected = [
            "custom-api --config house.toml --listen 127.0.0.1:8082 --app-dir dist",
            "nrgkick-sim --http 127.0.0.1:8090 --custom-api http://127.0.0.1:8082",
        ];
        assert_eq!(lines("--custom-api"), expected);
        let expected = "custom-api --config house.toml --listen 0.0.0.0:8082 --app-dir dist \
                        --trust-lan";
        assert_eq!(lines("--custom-api --lan --charger http://192.168.1.40"), [expected]);
        let on_all = "nrgkick-sim --http 127.0.0.1:8090 --custom-api http://127.0.0.1:8082";
        assert_eq!(lines("--custom-api --lan")[1], on_all);
    }
}
