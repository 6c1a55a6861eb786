//! The command line.

use charger_gateway::GatewayArgs;
use http_service::cli::ListenArgs;

/// Serves the page and the JSON API for NRGkick chargers of which only the Modbus API is on
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about)]
pub struct Args {
    /// Which chargers.
    #[command(flatten)]
    pub gateway: GatewayArgs,

    /// Modbus unit id of the charger; for every --charger
    #[arg(long, value_name = "ID", default_value_t = 1, help_heading = "Charger")]
    pub unit: u8,

    /// Pause after connecting, for a charger that drops what comes at once
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0, help_heading = "Charger",
        value_parser = clap::value_parser!(u16).range(0..=1500))]
    pub settle: u16,

    /// Where to listen, who may call, what page to show.
    #[command(flatten)]
    pub server: ListenArgs,
}
