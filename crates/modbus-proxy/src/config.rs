//! From the command line to what is served.

use std::net::SocketAddr;
use std::time::Duration;

use charger_gateway::{Front, Options, Program};
use http_service::Limits;

use crate::address::Address;
use crate::args::{Args, DEFAULT_LISTEN, InvalidArgs};
use crate::patience::Patience;

/// Who this is in `GET /api`.
pub const PROGRAM: Program =
    Program { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

/// A proxy that is ready to be served.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Everything but the chargers.
    pub front: Front,
    /// The chargers by name; the first is what routes without a name mean.
    pub chargers: Vec<(String, Address)>,
    /// Modbus unit id of each of them.
    pub unit: u8,
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
        // Modbus knows no password, so none protects writes by GET.
        let options = Options::from_args(PROGRAM, &args.gateway, &args.server, false)?;
        let listen = args.server.listen_or(DEFAULT_LISTEN);
        let bundle = args.server.bundle(page_bundle::FILES)?;
        let front = Front { options, server: args.server, bundle, limits: Limits::default() };
        front.check(listen)?;
        let settle = Duration::from_millis(args.settle.into());
        let patience = Patience { settle, ..Patience::default() };
        Ok(Self { listen, front, chargers, unit: args.unit, patience })
    }

    /// Whether there is no page to show but the note on how to build one.
    pub fn lacks_page(&self) -> bool {
        self.front.server.app_dir.is_none() && page_bundle::IS_PLACEHOLDER
    }
}
