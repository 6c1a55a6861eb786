//! The command line.

use std::time::Duration;

use charger_gateway::{Command, GatewayArgs};
use http_service::cli::ListenArgs;
use http_service::settings::SettingsArgs;

/// Serves the page and the JSON API for NRGkick chargers of which only the Modbus API is on
#[derive(Clone, Debug, clap::Parser)]
#[command(version = http_service::version!(), args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    /// Options for the chargers and their API.
    #[command(flatten)]
    pub gateway: GatewayArgs,

    /// Modbus unit id of the charger; for every --charger
    #[arg(long, value_name = "ID", default_value_t = 1, help_heading = "Charger")]
    pub unit: u8,

    /// Pause after connecting, for a charger that drops what comes at once
    #[arg(long, value_name = "TIME", default_value = "0ms", value_parser = settle,
        help_heading = "Charger")]
    pub settle: Duration,

    /// Options for the listener, access and the page.
    #[command(flatten)]
    pub server: ListenArgs,

    /// Where else options stand, and what is asked about them.
    #[command(flatten)]
    pub settings: SettingsArgs,

    /// Something else than serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Longest `--settle` that fits into the time budget of an exchange.
pub(crate) const MAX_SETTLE: Duration = Duration::from_millis(1500);

fn settle(text: &str) -> Result<Duration, String> {
    http_service::duration(text, &(Duration::ZERO..=MAX_SETTLE))
}
