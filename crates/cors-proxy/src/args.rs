//! The command line.

use charger_gateway::{Command, GatewayArgs};
use http_service::cli::ListenArgs;
use http_service::secret::SecretError;
use http_service::settings::SettingsArgs;

use crate::credentials::InvalidUsername;
use crate::per_charger::PerChargerError;

/// Serves the page for NRGkick chargers together with their JSON API, from one origin
#[derive(Clone, Debug, clap::Parser)]
#[command(version = http_service::version!(), args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    /// Options for the chargers and their API.
    #[command(flatten)]
    pub gateway: GatewayArgs,

    /// User name of the charger's JSON API, as set in the NRGkick app; with its NAME where there
    /// are several chargers (may repeat)
    #[arg(
        long = "username",
        value_name = "[NAME=]USER",
        requires = "password_files",
        help_heading = "Charger"
    )]
    pub usernames: Vec<String>,

    /// File with one line, the password of the charger's JSON API; with its NAME where there are
    /// several chargers (may repeat)
    #[arg(
        long = "password-file",
        value_name = "[NAME=]FILE",
        requires = "usernames",
        help_heading = "Charger"
    )]
    pub password_files: Vec<String>,

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

/// The reason for refusing to start; each message names the flag and its value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArgs {
    /// A flag shared by both proxies is invalid.
    #[error(transparent)]
    Gateway(#[from] charger_gateway::InvalidArgs),
    /// A user name that cannot be sent.
    #[error(transparent)]
    Username(#[from] InvalidUsername),
    /// A user name or password without its charger, or without its counterpart.
    #[error(transparent)]
    PerChargerError(#[from] PerChargerError),
    /// The password's file cannot be used.
    #[error("--password-file cannot be used")]
    PasswordFile(#[source] SecretError),
}
