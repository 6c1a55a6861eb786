//! What both proxies do beside serving.

use std::net::SocketAddr;
use std::process::ExitCode;

use http_service::healthcheck::{HealthcheckArgs, healthcheck};

use crate::backup::{BackupArgs, RestoreArgs, backup, restore};
use crate::charger::Charger;
use crate::discover::{DiscoverArgs, discover};
use crate::program::Program;

/// Something else than serving.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
    /// Lists the chargers that announce themselves in this network (mDNS)
    ///
    /// Exit status: 0 where there is at least one, 1 where there is none or nothing can be found.
    Discover(DiscoverArgs),
    /// Asks a server that runs on this machine whether it answers
    Healthcheck(HealthcheckArgs),
    /// Writes a copy of the record of charges, while the gateway runs
    Backup(BackupArgs),
    /// Puts a backup in the place of a record; the gateway must be stopped
    Restore(RestoreArgs),
}

impl Command {
    /// Does it. `stranger` makes a charger of an address, without a password.
    pub fn run<C: Charger>(
        &self,
        program: Program,
        stranger: impl Fn(SocketAddr) -> C,
    ) -> ExitCode {
        match self {
            Self::Discover(args) => discover(args, stranger),
            Self::Healthcheck(args) => healthcheck(args, program.listen.port()),
            Self::Backup(args) => backup(args),
            Self::Restore(args) => restore(args),
        }
    }
}
