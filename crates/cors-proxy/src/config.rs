//! From the command line to what is served.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use charger_gateway::{Address, Front, Program};
use http_service::secret::secret_file;

use crate::address::read_address;
use crate::args::{Args, InvalidArgs};
use crate::client::Patience;
use crate::credentials::Credentials;

/// Who this is.
pub const PROGRAM: Program = Program {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
};

/// A proxy that is ready to be served. Debug output holds no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Everything but the chargers.
    pub front: Front,
    /// The chargers by name; the first is what routes without a name mean.
    pub chargers: Vec<(String, Address)>,
    /// Sent to each of them.
    pub credentials: Option<Credentials>,
    /// How long they may take.
    pub patience: Patience,
}

impl Config {
    /// Reads files and checks every flag, before anything listens.
    ///
    /// # Errors
    /// Names the flag and its value; see [`InvalidArgs`].
    pub fn from_args(args: Args) -> Result<Self, InvalidArgs> {
        let chargers = args.gateway.addresses(read_address)?;
        let credentials = match (&args.username, &args.password_file) {
            (Some(username), Some(path)) => {
                let password = secret_file(path).map_err(InvalidArgs::PasswordFile)?;
                Some(Credentials::new(username, &password)?)
            }
            // clap lets only both or neither through.
            _ => None,
        };
        let has_password = credentials.is_some();
        let files = page_bundle::FILES;
        let front = Front::from_args(PROGRAM, &args.gateway, args.server, has_password, files)?;
        Ok(Self { front, chargers, credentials, patience: Patience::default() })
    }

    /// Whether there is no page to show but the note on how to build one.
    pub fn lacks_page(&self) -> bool {
        self.front.server.app_dir.is_none() && page_bundle::IS_PLACEHOLDER
    }
}
