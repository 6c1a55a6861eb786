//! From the command line to what is served.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use charger_gateway::{Address, EmbeddedPage, InvalidArgs, Program, ServerConfig};

use crate::address::read_address;
use crate::args::Args;
use crate::timeouts::Timeouts;

/// Who this is.
pub const PROGRAM: Program = Program {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081),
};

const PAGE: EmbeddedPage =
    EmbeddedPage { files: page_bundle::FILES, is_placeholder: page_bundle::IS_PLACEHOLDER };

/// A proxy that is ready to be served.
#[derive(Clone, Debug)]
pub struct Config {
    /// Everything but the chargers.
    pub server: ServerConfig,
    /// The chargers by name; the first is what routes without a name mean.
    pub chargers: Vec<(String, Address)>,
    /// Modbus unit id of each of them.
    pub unit: u8,
    /// How long they may take.
    pub timeouts: Timeouts,
}

impl Config {
    /// Reads files and checks every flag, before anything listens.
    ///
    /// # Errors
    /// Names the flag and its value; see [`InvalidArgs`].
    pub fn from_args(args: &Args) -> Result<Self, InvalidArgs> {
        let chargers = args.gateway.addresses(read_address)?;
        // Modbus knows no password, so none protects writes by GET.
        let server = ServerConfig::from_args(PROGRAM, &args.gateway, &args.server, false, PAGE)?;
        let timeouts = Timeouts { settle: args.settle, ..Timeouts::default() };
        Ok(Self { server, chargers, unit: args.unit, timeouts })
    }
}
