//! The command line.

use std::path::PathBuf;

use charger_gateway::GatewayArgs;
use http_service::cli::ListenArgs;
use http_service::secret::SecretError;

use crate::credentials::InvalidUsername;

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

    /// Where to listen, who may call, what page to show.
    #[command(flatten)]
    pub server: ListenArgs,
}

/// What the proxy refuses to start with; each message names the flag and its value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArgs {
    /// One of the flags that both proxies have.
    #[error(transparent)]
    Gateway(#[from] charger_gateway::InvalidArgs),
    /// A user name that cannot be sent.
    #[error(transparent)]
    Username(#[from] InvalidUsername),
    /// The password's file cannot be used.
    #[error("--password-file cannot be used")]
    PasswordFile(#[source] SecretError),
}
