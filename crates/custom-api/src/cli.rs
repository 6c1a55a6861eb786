//! The command line.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use http_service::cli::ListenArgs;
use http_service::healthcheck::HealthcheckArgs;

use crate::example::Recipe;

/// The listening address without `--listen`.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8082);

/// Tells an NRGkick charger about any inverter, meter, battery and load
///
/// The charger fetches the values itself: in its app, add a PV profile of the brand "Custom" with
/// this machine's address and port.
#[derive(Debug, clap::Parser)]
#[command(version = http_service::version!(), args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    /// The configuration; `None` only beside a command.
    #[command(flatten)]
    pub config: Option<ConfigArgs>,

    /// Lets the configuration be edited in this server's page, by who calls from this machine or has
    /// the token of --token-file. The file may be empty or still to be written
    #[arg(long)]
    pub edit: bool,

    /// Listening address, access rules and page.
    #[command(flatten)]
    pub server: ListenArgs,

    /// A command other than serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The configuration file and what may stand beside it.
#[derive(Clone, Debug, clap::Args)]
pub struct ConfigArgs {
    /// The configuration: which values, and where each comes from
    #[arg(long = "config", value_name = "FILE")]
    pub file: PathBuf,

    /// File with one line, the token that who pushes values must show; in place of the
    /// configuration's push_token_file
    #[arg(long, value_name = "FILE")]
    pub push_token_file: Option<PathBuf>,
}

/// Something else than serving.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Reads the configuration, tries every source once and prints what came
    ///
    /// Each line says what the charger would be told now. "warn" is the house's load where it cannot
    /// be told or cannot be right, with what to do; the charger gets the other values without it.
    ///
    /// Exit status: 0 where every source gave a value, 1 where one did not, 2 where the
    /// configuration is wrong.
    Check {
        /// The configuration to check.
        #[command(flatten)]
        config: ConfigArgs,

        /// How long to wait for all sources together
        #[arg(long, value_name = "TIME", default_value = "15s", value_parser = time_limit)]
        time_limit: Duration,
    },
    /// Asks a server that runs on this machine whether it answers
    Healthcheck(HealthcheckArgs),
    /// Prints a configuration to begin with, or the list of all by brand
    Example {
        /// For which device or purpose; without it, the list with what each needs
        #[arg(hide_possible_values = true)]
        name: Option<Recipe>,
    },
}

fn time_limit(text: &str) -> Result<Duration, String> {
    http_service::duration(text, &(Duration::from_secs(1)..=Duration::from_secs(600)))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;

    #[test]
    fn the_flags_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn serving_needs_a_configuration_and_the_other_commands_their_own() {
        let error = Args::try_parse_from(["custom-api"]).unwrap_err();
        assert!(error.to_string().contains("--config"), "{error}");
        let serve = Args::try_parse_from(["custom-api", "--config", "a.toml"]).unwrap();
        assert!(serve.command.is_none() && serve.config.is_some());
        let check = Args::try_parse_from(["custom-api", "check", "--config", "a.toml"]).unwrap();
        assert!(matches!(check.command, Some(Command::Check { .. })));
        assert!(Args::try_parse_from(["custom-api", "check"]).is_err());
        assert!(Args::try_parse_from(["custom-api", "example", "fronius"]).is_ok());
        assert!(Args::try_parse_from(["custom-api", "example"]).is_ok());
        assert!(Args::try_parse_from(["custom-api", "example", "none"]).is_err());
    }
}
