//! From the command line to what is served.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use charger_gateway::{Address, Front, InvalidArgs, Program};

use crate::address::read_address;
use crate::args::Args;
use crate::patience::Patience;

/// Who this is.
pub const PROGRAM: Program = Program {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081),
};

/// A proxy that is ready to be served.
#[derive(Clone, Debug)]
pub struct Config {
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
        let chargers = args.gateway.addresses(read_address)?;
        // Modbus knows no password, so none protects writes by GET.
        let files = page_bundle::FILES;
        let front = Front::from_args(PROGRAM, &args.gateway, args.server, false, files)?;
        let patience = Patience { settle: args.settle, ..Patience::default() };
        Ok(Self { front, chargers, unit: args.unit, patience })
    }

    /// Whether there is no page to show but the note on how to build one.
    pub fn lacks_page(&self) -> bool {
        self.front.server.app_dir.is_none() && page_bundle::IS_PLACEHOLDER
    }
}
