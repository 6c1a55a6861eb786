//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use charger_gateway::{GatewayArgs, RepeatedName, UnprotectedGetWrites};
use http_service::ConfigError;
use http_service::cli::ListenArgs;
use http_service::secret::SecretError;

use crate::address::InvalidAddress;
use crate::credentials::InvalidUsername;

/// Where the proxy listens unless told otherwise.
pub const DEFAULT_LISTEN: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);

/// Serves the page for NRGkick chargers together with their JSON API, from one origin
#[derive(Clone, Debug, clap::Parser)]
#[command(version, about)]
pub struct Args {
    /// Which chargers.
    #[command(flatten)]
    pub gateway: GatewayArgs,

    /// User name of the charger's JSON API, as set in the NRGkick app; for every --charger
    #[arg(long, value_name = "USER", requires = "password_file", help_heading = "Charger")]
    pub username: Option<String>,

    /// File with one line, the password of the charger's JSON API
    #[arg(long, value_name = "FILE", requires = "username", help_heading = "Charger")]
    pub password_file: Option<PathBuf>,

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
    /// A user name that cannot be sent.
    #[error(transparent)]
    Username(#[from] InvalidUsername),
    /// The password's file cannot be used.
    #[error("--password-file cannot be used")]
    PasswordFile(#[source] SecretError),
    /// GET writes without protection.
    #[error(transparent)]
    GetWrites(#[from] UnprotectedGetWrites),
    /// One of the server's own flags.
    #[error(transparent)]
    Server(#[from] ConfigError),
}
