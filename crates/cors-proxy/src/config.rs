//! From the command line to what is served.

use std::net::SocketAddr;

use charger_gateway::{Front, Options, Program};
use http_service::Limits;
use http_service::secret::secret_file;

use crate::address::Address;
use crate::args::{Args, DEFAULT_LISTEN, InvalidArgs};
use crate::client::Patience;
use crate::credentials::Credentials;

/// Who this is in `GET /api`.
pub const PROGRAM: Program =
    Program { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

/// A proxy that is ready to be served. Debug output holds no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
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
        args.gateway.check_names()?;
        let chargers = args
            .gateway
            .chargers
            .iter()
            .map(|named| {
                let address = Address::parse(&named.address, args.charger_allow_dns)?;
                Ok((named.name.clone(), address))
            })
            .collect::<Result<_, InvalidArgs>>()?;
        let credentials = match (&args.username, &args.password_file) {
            (Some(username), Some(path)) => {
                let password = secret_file(path).map_err(InvalidArgs::PasswordFile)?;
                Some(Credentials::new(username, &password)?)
            }
            // clap lets only both or neither through.
            _ => None,
        };
        let options =
            Options::from_args(PROGRAM, &args.gateway, &args.server, credentials.is_some())?;
        let listen = args.server.listen_or(DEFAULT_LISTEN);
        let bundle = args.server.bundle(page_bundle::FILES)?;
        let front = Front { options, server: args.server, bundle, limits: Limits::default() };
        front.check(listen)?;
        Ok(Self { listen, front, chargers, credentials, patience: Patience::default() })
    }

    /// Whether there is no page to show but the note on how to build one.
    pub fn lacks_page(&self) -> bool {
        self.front.server.app_dir.is_none() && page_bundle::IS_PLACEHOLDER
    }
}
