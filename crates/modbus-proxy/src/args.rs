//! The command line.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use charger_gateway::{GatewayArgs, RepeatedName, UnprotectedGetWrites};
use http_service::ConfigError;
use http_service::cli::ListenArgs;

use crate::address::InvalidAddress;

/// Where the proxy listens unless told otherwise.
pub const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);

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

    /// Let --charger be any DNS name, not only an IP address, localhost or *.local
    #[arg(long, help_heading = "Charger")]
    pub charger_allow_dns: bool,

    /// Where to listen, who may call, what page to show.
    #[command(flatten)]
    pub server: ListenArgs,
}

/// What the proxy refuses to start with; each message names the flag and its value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArgs {
    /// Not an address of a charger.
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    /// Two chargers of one name.
    #[error(transparent)]
    Name(#[from] RepeatedName),
    /// GET writes without protection.
    #[error(transparent)]
    GetWrites(#[from] UnprotectedGetWrites),
    /// One of the server's own flags.
    #[error(transparent)]
    Server(#[from] ConfigError),
}
