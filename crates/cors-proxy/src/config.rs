//! The configuration of the proxy, built from the command line.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use charger_gateway::{Address, EmbeddedPage, Program, ServerConfig};
use http_service::secret::secret_file;

use crate::address::read_address;
use crate::args::{Args, InvalidArgs};
use crate::client::Timeouts;
use crate::credentials::Credentials;
use crate::per_charger::{PerChargerError, by_charger};

/// Name, version and default address of this program.
pub const PROGRAM: Program = Program {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
};

const PAGE: EmbeddedPage =
    EmbeddedPage { files: page_bundle::FILES, is_placeholder: page_bundle::IS_PLACEHOLDER };

/// The checked configuration of the proxy. Debug output holds no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Settings of the server.
    pub server: ServerConfig,
    /// The chargers by name; routes without a name use the first.
    pub chargers: Vec<(String, Address)>,
    /// User name and password by charger; each is sent to its charger only.
    pub credentials: BTreeMap<String, Credentials>,
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
        let names: Vec<_> = chargers.iter().map(|(name, _)| name.as_str()).collect();
        let credentials = credentials(args, &names)?;
        // A write by GET may address any charger, so all of them need a password.
        let has_password = names.iter().all(|name| credentials.contains_key(*name));
        let server =
            ServerConfig::from_args(PROGRAM, &args.gateway, &args.server, has_password, PAGE)?;
        Ok(Self { server, chargers, credentials, timeouts: Timeouts::default() })
    }
}

fn credentials(args: &Args, names: &[&str]) -> Result<BTreeMap<String, Credentials>, InvalidArgs> {
    const USERNAME: &str = "--username";
    const PASSWORD: &str = "--password-file";
    let usernames = by_charger(USERNAME, "USER", names, &args.usernames)?;
    let mut files = by_charger(PASSWORD, "FILE", names, &args.password_files)?;
    let mut credentials = BTreeMap::new();
    for (name, username) in usernames {
        let Some(file) = files.remove(&name) else {
            return Err(PerChargerError::Alone { name, given: USERNAME, missing: PASSWORD }.into());
        };
        let password = secret_file(Path::new(file)).map_err(InvalidArgs::PasswordFile)?;
        credentials.insert(name, Credentials::new(username, &password)?);
    }
    match files.into_keys().next() {
        Some(name) => {
            Err(PerChargerError::Alone { name, given: PASSWORD, missing: USERNAME }.into())
        }
        None => Ok(credentials),
    }
}
