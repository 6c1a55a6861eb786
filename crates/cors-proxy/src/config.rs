//! From the command line to what is served.

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

/// Who this is.
pub const PROGRAM: Program = Program {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
};

const PAGE: EmbeddedPage =
    EmbeddedPage { files: page_bundle::FILES, is_placeholder: page_bundle::IS_PLACEHOLDER };

/// A proxy that is ready to be served. Debug output holds no secret.
#[derive(Clone, Debug)]
pub struct Config {
    /// Everything but the chargers.
    pub server: ServerConfig,
    /// The chargers by name; the first is what routes without a name mean.
    pub chargers: Vec<(String, Address)>,
    /// User and password by charger; each goes to its charger only.
    pub credentials: BTreeMap<String, Credentials>,
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
        let names: Vec<_> = chargers.iter().map(|(name, _)| name.as_str()).collect();
        let credentials = credentials(args, &names)?;
        // A write by GET goes to any of them.
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
