//! The configuration of the proxy, built from the command line.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use charger_gateway::{Address, EmbeddedPage, InvalidArgs, Program, ServerConfig};

use crate::address::read_address;
use crate::args::Args;
use crate::timeouts::Timeouts;

/// Name, version and default address of this program.
pub const PROGRAM: Program = Program {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081),
};

const PAGE: EmbeddedPage =
    EmbeddedPage { files: page_bundle::FILES, is_placeholder: page_bundle::IS_PLACEHOLDER };

/// The checked configuration of the proxy.
#[derive(Clone, Debug)]
pub struct Config {
    /// Settings of the server.
    pub server: ServerConfig,
    /// The chargers by name; routes without a name use the first.
    pub chargers: Vec<(String, Address)>,
    /// Modbus unit id, the same for all chargers.
    pub unit: u8,
    /// Time limits of the chargers.
    pub timeouts: Timeouts,
}

impl Config {
    /// Reads the files and checks every flag; runs before the server listens.
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
