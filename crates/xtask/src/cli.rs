//! The command line. Only names, defaults and help; the commands are in their own modules.

use clap::{Args, Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf};

/// The commands of this project.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// One command.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// Build the page and serve it with a simulated charger, or with yours
    Run(RunArgs),
    /// Check and test everything, in a real browser too
    Test(TestArgs),
    /// Only build the page into dist/, with a gzip and a brotli file beside each file
    Page {
        /// Build even if nothing changed
        #[arg(long)]
        force: bool,
    },
    /// Weigh what a browser loads first; fails above the limit
    Size,
    /// Build the programs for release, the page inside, and a zip of the page for any static host,
    /// into target/dist/
    Dist,
    /// Build the servers for release and measure them beside other ways to do the same
    Bench(BenchArgs),
    /// Only install the tools
    Setup {
        /// Also what the tests need: a browser with its driver, a Python environment, and foreign
        /// programs to test against
        #[arg(long)]
        tests: bool,
    },
    /// Draw the icons for home screens again, after a change of their SVG
    Icons,
    /// Called by Trunk after a build: moves the inline boot script into a file
    #[command(hide = true)]
    TrunkHook,
}

/// `cargo xtask run`.
#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    /// Reach the charger over its Modbus API, for one of which only that is on
    #[arg(long, conflicts_with_all = ["username", "password_file", "custom_api"])]
    pub(crate) modbus: bool,
    /// Serve values of inverter, meter, battery and load to the charger, which fetches them
    #[arg(long, conflicts_with_all = ["username", "password_file"])]
    pub(crate) custom_api: bool,
    /// Where these values come from [default: the manufacturer's example]
    #[arg(long, value_name = "FILE", requires = "custom_api")]
    pub(crate) config: Option<PathBuf>,
    /// The charger's address, as http://192.168.1.40, with --modbus 192.168.1.40 or
    /// 192.168.1.40:502; auto for those that announce themselves in this network; without it a
    /// simulated charger is started
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) charger: Option<String>,
    /// User name, if the charger's JSON API asks for one
    #[arg(long, requires_all = ["charger", "password_file"])]
    pub(crate) username: Option<String>,
    /// File that holds the password
    #[arg(long, value_name = "FILE", requires_all = ["charger", "username"])]
    pub(crate) password_file: Option<PathBuf>,
    /// Follow a charger with its password to where it announces itself; anybody could forge that
    #[arg(long, requires = "charger", conflicts_with = "custom_api")]
    pub(crate) follow: bool,
    /// Serve the whole local network, for example a phone; anyone on it can then switch the charger
    #[arg(long)]
    pub(crate) lan: bool,
    /// What the simulated charger is doing: idle, connected, charging, paused, ...; with --charger
    /// auto a simulated one announces itself in this network, and everybody there can use it
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Address and port of the page [default: 127.0.0.1:8080, with --modbus port 8081, with
    /// --custom-api 8082; with --lan 0.0.0.0 and the same port]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Build the programs optimised
    #[arg(long)]
    pub(crate) release: bool,
    /// Start what was built before
    #[arg(long)]
    pub(crate) no_build: bool,
}

/// `cargo xtask test`.
#[derive(Args, Debug)]
pub(crate) struct TestArgs {
    /// Without the browser, the page, the documentation and the size gate
    #[arg(long)]
    pub(crate) quick: bool,
    /// Run only tests whose name contains this, and no other checks
    pub(crate) filter: Option<String>,
}

/// `cargo xtask bench`.
#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    /// `decode`, `modbus`, `gateway`, `page` or `custom-api`, all these if none is named, or `soak`, or
    /// `fleet`; then `--requests N`, `--rounds N`, `--peer FOLDER`, `--minutes N`; or `-- --help`
    #[arg(value_name = "BENCHMARK", allow_hyphen_values = true, trailing_var_arg = true)]
    pub(crate) rest: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_definition_is_consistent() {
        Cli::command().debug_assert();
    }

    fn parse(args: &[&str]) -> Result<Cli, String> {
        Cli::try_parse_from([&["xtask", "run"], args].concat()).map_err(|e| e.to_string())
    }

    #[test]
    fn only_the_json_api_has_a_password_and_only_one_server_is_run() {
        let login = ["--charger", "192.168.1.40", "--username", "u", "--password-file", "f"];
        for mode in ["--modbus", "--custom-api"] {
            let error = parse(&[&[mode][..], &login].concat()).unwrap_err();
            assert!(error.contains(mode) && error.contains("cannot be used with"), "{error}");
        }
        assert!(parse(&["--modbus", "--custom-api"]).is_err());
        assert!(parse(&["--config", "house.toml"]).unwrap_err().contains("--custom-api"));
        assert!(parse(&["--custom-api", "--config", "house.toml"]).is_ok());
    }

    #[test]
    fn a_user_name_needs_a_charger_and_a_password() {
        assert!(parse(&["--username", "u"]).unwrap_err().contains("--password-file"));
        let all = ["--charger", "http://c", "--username", "u", "--password-file", "f"];
        assert!(parse(&all).is_ok());
        assert!(parse(&["--follow"]).unwrap_err().contains("--charger"));
    }
}
