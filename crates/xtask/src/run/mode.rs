//! The modes of `run`: the panel over the JSON API, the panel over Modbus, or the Custom API.

use crate::{
    cli::RunArgs,
    error::{Error, Result},
};

/// In place of an address: chargers that announce themselves.
pub(super) const AUTO: &str = "auto";

/// A mode, with its server and its address rules.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mode {
    /// `cors-proxy`.
    Json,
    /// `modbus-proxy`.
    Modbus,
    /// `custom-api`, to which the charger connects.
    CustomApi,
}

impl Mode {
    /// Returns the mode of the flags, which exclude each other.
    pub(super) fn of(arguments: &RunArgs) -> Self {
        match (arguments.modbus, arguments.custom_api) {
            (true, _) => Self::Modbus,
            (false, true) => Self::CustomApi,
            (false, false) => Self::Json,
        }
    }

    /// Returns the name of package and program.
    pub(super) fn server(self) -> &'static str {
        match self {
            Self::Json => "cors-proxy",
            Self::Modbus => "modbus-proxy",
            Self::CustomApi => "custom-api",
        }
    }

    /// Returns the server's default port; they differ, so that the three run side by side.
    pub(super) fn port(self) -> u16 {
        match self {
            Self::Json => 8080,
            Self::Modbus => 8081,
            Self::CustomApi => 8082,
        }
    }

    /// Returns the end of a sentence that begins "anyone on this network can now".
    pub(super) fn everyone_can(self) -> &'static str {
        match self {
            Self::Json | Self::Modbus => "read the charger and switch it",
            Self::CustomApi => "read what the charger is told",
        }
    }

    /// Refuses a `--charger` in another mode's form, or one that cannot work, before any build; the
    /// server checks it in detail.
    pub(super) fn check(self, arguments: &RunArgs) -> Result<()> {
        let Some(text) = arguments.charger.as_deref() else { return Ok(()) };
        let refuse = |reason: &str| Err(Error::Other(format!("--charger {text}: {reason}")));
        let address = without_name(text);
        if arguments.scenario.is_some() && text != AUTO {
            return refuse("--scenario is for a simulated charger; leave one of the two out");
        }
        if address.contains('@') {
            // Not quoted: it may hold a password.
            return Err(Error::Other(
                "--charger takes no user name and no password; the JSON API's belong in \
                 --username and --password-file"
                    .to_owned(),
            ));
        }
        match self {
            Self::CustomApi if text == AUTO => {
                refuse("with --custom-api the charger is not looked for: it fetches by itself")
            }
            Self::Modbus if text == AUTO && arguments.scenario.is_some() => refuse(
                "chargers are found at Modbus port 502, which no simulator may take; leave out \
                 --modbus or --scenario",
            ),
            Self::Json | Self::Modbus if text == AUTO => Ok(()),
            Self::Json if !is_url(address) => refuse(
                "the JSON API has an address such as http://192.168.1.40; for a charger of which \
                 only Modbus is on, add --modbus",
            ),
            Self::Modbus if !is_host(address) => refuse(
                "with --modbus the address is HOST or HOST:PORT, such as 192.168.1.40 or \
                 192.168.1.40:502",
            ),
            Self::CustomApi if !is_url(address) && !is_host(address) => {
                refuse("this is no address of a charger, such as http://192.168.1.40")
            }
            Self::CustomApi if !arguments.lan => refuse(
                "with --custom-api the charger fetches from this machine over the network; add \
                 --lan",
            ),
            Self::Json | Self::Modbus | Self::CustomApi => Ok(()),
        }
    }
}

/// Removes the name from `NAME=ADDRESS`, a form that the proxies accept.
fn without_name(text: &str) -> &str {
    match text.split_once('=') {
        Some((name, address)) if !name.contains([':', '/']) => address,
        _ => text,
    }
}

fn is_url(address: &str) -> bool {
    let host = address.strip_prefix("http://");
    host.is_some_and(|host| !host.is_empty() && !host.starts_with([':', '/']))
}

/// `true` for a host with or without a port; colons within an IPv6 address are not a port.
fn is_host(address: &str) -> bool {
    let is_ipv6 = |text: &str| text.parse::<std::net::Ipv6Addr>().is_ok();
    let plain = !address.contains(['/', '?', '#']) && !address.contains(char::is_whitespace);
    plain
        && match address.rsplit_once(':') {
            _ if is_ipv6(address) => true,
            Some((host, port)) if !port.ends_with(']') => {
                let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
                let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
                is_port && !host.is_empty() && bracketed.map_or(!host.contains(':'), is_ipv6)
            }
            _ => !address.is_empty(),
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::tests::arguments;

    fn check(line: &str) -> std::result::Result<(), String> {
        let arguments = arguments(line);
        Mode::of(&arguments).check(&arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn each_mode_takes_its_own_form_of_address() {
        for good in [
            "",
            "--modbus",
            "--custom-api",
            "--charger http://192.168.1.40",
            "--charger auto",
            "--charger auto --scenario idle",
            "--modbus --charger auto",
            "--charger car=http://nrgkick.local:80/",
            "--modbus --charger 192.168.1.40",
            "--modbus --charger 192.168.1.40:5020",
            "--modbus --charger car=nrgkick.local",
            "--modbus --charger fe80::1",
            "--modbus --charger [fe80::1]:502",
            "--custom-api --lan --charger http://192.168.1.40",
            "--custom-api --lan --charger nrgkick.local",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }

    #[test]
    fn another_form_is_refused_by_its_text_with_what_to_write() {
        for (mode, address, way_out) in [
            ("", "192.168.1.40", "add --modbus"),
            ("", "https://192.168.1.40", "http://192.168.1.40"),
            ("", "http://:80", "http://192.168.1.40"),
            ("--modbus", "http://192.168.1.40", "HOST or HOST:PORT"),
            ("--modbus", "192.168.1.40/values", "HOST or HOST:PORT"),
            ("--modbus", "192.168.1.40:99999", "HOST or HOST:PORT"),
            ("--modbus", "192.168.1.40:0", "HOST or HOST:PORT"),
            ("--modbus", ":502", "HOST or HOST:PORT"),
            ("--modbus", "[nrgkick]:502", "HOST or HOST:PORT"),
            ("--modbus", "a:b:502", "HOST or HOST:PORT"),
            ("--custom-api --lan", "ftp://192.168.1.40", "no address of a charger"),
            ("--custom-api", "http://192.168.1.40", "add --lan"),
            ("--custom-api --lan", "auto", "not looked for"),
            ("--modbus --scenario idle", "auto", "port 502"),
            ("--scenario idle", "http://192.168.1.40", "simulated charger"),
        ] {
            let error = check(&format!("{mode} --charger {address}")).unwrap_err();
            assert!(error.starts_with(&format!("--charger {address}: ")), "{error}");
            assert!(error.contains(way_out), "{error}");
        }
    }

    #[test]
    fn a_password_is_not_repeated() {
        for mode in ["", "--modbus"] {
            let error = check(&format!("{mode} --charger http://me:secret@c")).unwrap_err();
            assert!(error.contains("--password-file") && !error.contains("secret"), "{error}");
        }
    }
}
