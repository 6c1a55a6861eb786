//! The configuration of the proxy, built from the command line.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use charger_gateway::{AUTO, Address, EmbeddedPage, PasswordForAnyone, Program, ServerConfig};
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
    /// User and password by charger; each goes to its charger only, that of `auto` to those that are
    /// found.
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
        let search = args.gateway.search();
        let found = search.auto.then_some(AUTO);
        let names: Vec<_> = chargers.iter().map(|(name, _)| name.as_str()).chain(found).collect();
        let credentials = credentials(args, &names)?;
        if credentials.contains_key(AUTO) && !search.follow {
            return Err(charger_gateway::InvalidArgs::from(PasswordForAnyone).into());
        }
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use clap::Parser as _;

    use super::*;

    fn config(words: &str) -> Result<Config, String> {
        let words = ["cors-proxy"].into_iter().chain(words.split_whitespace());
        let args = Args::try_parse_from(words).unwrap();
        Config::from_args(&args).map_err(|error| error.to_string())
    }

    #[test]
    fn a_password_for_whoever_announces_itself_takes_an_owners_word() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"secret").unwrap();
        let login = format!("--username me --password-file {}", file.path().display());
        let error = config(&format!("--charger auto {login}")).unwrap_err();
        assert!(error.contains("--follow") && !error.contains("secret"), "{error}");
        let follow = config(&format!("--charger auto --follow {login}")).unwrap();
        assert!(follow.credentials.contains_key(AUTO) && follow.chargers.is_empty());
        // A charger of its own has its own password; nothing of it is for those that are found.
        let named =
            format!("--username garage=me --password-file garage={}", file.path().display());
        let both = format!("--charger garage=http://192.168.1.20 --charger auto {named}");
        let both = config(&both).unwrap();
        assert_eq!(both.credentials.keys().collect::<Vec<_>>(), ["garage"]);
        assert!(both.server.search.auto && !both.server.search.follow);
    }
}
