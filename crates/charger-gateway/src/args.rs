//! The flags that both proxies share, beside the server's own.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use http_service::{ConfigError, Target};

use crate::address::{Address, InvalidAddress};
use crate::search::Search;

/// Options for the chargers and their API. Flatten it into a program's own arguments.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Charger")]
pub struct GatewayArgs {
    /// The charger's address, or auto for all that announce themselves in this network; with a NAME
    /// of your own where there are several (may repeat; the first is the one that is shown)
    #[arg(long = "charger", value_name = "[NAME=]ADDRESS", required = true)]
    pub chargers: Vec<NamedAddress>,

    /// Follow a charger whose password is held here, too, when it answers no more and is announced
    /// at another address in this network. An announcement can be forged, and the password would go
    /// to whoever forged it. A charger without a password is followed anyway, where its serial number
    /// can be read
    #[arg(long)]
    pub follow: bool,

    /// Let --charger be any DNS name, not only an IP address, localhost or *.local
    #[arg(long)]
    pub charger_allow_dns: bool,

    /// Refuse everything that would change a charger
    #[arg(long)]
    pub read_only: bool,

    /// Let GET /control?current_set=16.0 write, for programs that know nothing else. Needs the
    /// charger's password or --token-file
    #[arg(long)]
    pub allow_get_writes: bool,

    /// Show IMEI, IMSI, position, Wi-Fi name and MAC address to everyone on the network
    #[arg(long)]
    pub show_private: bool,

    /// Keep a record of the charges in this file; it is begun if it is not there
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,

    /// Time from one look at the charger to the next, for the record
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = record_every,
        requires = "data")]
    pub record_every: Duration,

    /// For how long the curves of charges are kept; the charges themselves stay for good
    #[arg(long, value_name = "TIME", default_value = "730d", value_parser = keep, requires = "data")]
    pub keep: Duration,

    /// Post a small JSON to this address when a charge starts or ends, at an error, and when a
    /// charger answers no more
    #[arg(long, value_name = "URL", requires = "data")]
    pub notify: Option<Target>,

    /// For how long an answer of the charger serves others who ask the same; 0 is off
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = max_age)]
    pub max_age: Duration,

    /// Requests or Modbus transactions a second that all who read may cause together, at first 4
    /// at once; 0 is no limit
    #[arg(long, value_name = "NUMBER", default_value = "2", value_parser = per_exchange)]
    pub max_rate: MaxRate,

    /// Options for an MQTT broker.
    #[cfg(feature = "mqtt")]
    #[command(flatten)]
    pub mqtt: crate::mqtt::MqttArgs,
}

/// The value of `--max-rate`: the time between two exchanges, zero for no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxRate(pub Duration);

/// Parses up to 5 s, as the page treats data older than 10 s as stale.
fn max_age(text: &str) -> Result<Duration, String> {
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    http_service::duration(text, &(Duration::ZERO..=Duration::from_secs(5)))
}

/// Parses 1 s to 1 min: a curve has a point a minute.
fn record_every(text: &str) -> Result<Duration, String> {
    http_service::duration(text, &(Duration::from_secs(1)..=Duration::from_secs(60)))
}

/// Parses a day to a hundred years.
fn keep(text: &str) -> Result<Duration, String> {
    const DAY: Duration = Duration::from_secs(86_400);
    http_service::duration(text, &(DAY..=DAY * 36_525))
}

fn per_exchange(text: &str) -> Result<MaxRate, String> {
    const BOUNDS: RangeInclusive<f64> = 0.2..=1000.0;
    match text.parse::<f64>() {
        Ok(0.0) => Ok(MaxRate(Duration::ZERO)),
        Ok(rate) if BOUNDS.contains(&rate) => Ok(MaxRate(Duration::from_secs_f64(rate.recip()))),
        _ => Err(format!(
            "{text:?} is no number of requests a second: 0 for no limit, or {} to {}",
            BOUNDS.start(),
            BOUNDS.end()
        )),
    }
}

/// The value of `--charger` for chargers that are found by themselves.
pub const AUTO: &str = "auto";

/// Default name of a charger.
pub const UNNAMED: &str = "charger";

/// The value of `--charger`: a name and an unparsed address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedAddress {
    /// The name in `/c/NAME/…`.
    pub name: String,
    /// The text after the name.
    pub address: String,
}

/// The error of an invalid name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no name for a charger: use 1 to 32 lower-case letters, digits and hyphens \
     (example: garage=http://192.168.1.20)"
)]
pub struct InvalidName(pub String);

impl FromStr for NamedAddress {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        // A valid address has no `=`: it could only be in a path or query, which are refused.
        let (name, address) = match text.split_once('=') {
            Some((name, _)) if name.contains(':') => (UNNAMED, text),
            Some((name, address)) => (name, address),
            None => (UNNAMED, text),
        };
        let is_name_byte = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let is_name = (1..=32).contains(&name.len()) && name.bytes().all(is_name_byte);
        // That one stands for those that are found.
        if !is_name || name == AUTO {
            return Err(InvalidName(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), address: address.to_owned() })
    }
}

/// The error of two chargers with the same name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "--charger {0} is there twice: give each charger a name of its own, as --charger NAME=ADDRESS"
)]
pub struct RepeatedName(pub String);

/// A name for chargers that are found by themselves.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "--charger {0}=auto: auto takes all chargers that announce themselves, each by the name that it \
     has in the NRGkick app; write --charger auto, or give {0} an address"
)]
pub struct NamedAuto(pub String);

/// A password for chargers that are found by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "--charger auto with --username: any device in this network can announce itself as a charger, \
     and would get the password. Give the charger's address (cors-proxy discover shows it), or accept \
     that with --follow"
)]
pub struct PasswordForAnyone;

/// `--allow-get-writes` without protection against foreign web pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "--allow-get-writes lets any web page that a browser here opens switch the charger: protect it \
     with --token-file, or, where the charger has a password, by handing it over (cors-proxy: \
     --username and --password-file)"
)]
pub struct UnprotectedGetWrites;

/// The reason for refusing to start; each message names the flag and its value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArgs {
    /// The address is invalid.
    #[error(transparent)]
    Address(#[from] InvalidAddress),
    /// Two chargers have the same name.
    #[error(transparent)]
    Name(#[from] RepeatedName),
    /// A name for chargers that are found by themselves.
    #[error(transparent)]
    Auto(#[from] NamedAuto),
    /// A password for whoever announces itself.
    #[error(transparent)]
    PasswordForAnyone(#[from] PasswordForAnyone),
    /// GET writes without protection.
    #[error(transparent)]
    GetWrites(#[from] UnprotectedGetWrites),
    /// The file of the record cannot be used.
    #[error(transparent)]
    Record(#[from] charge_record::OpenError),
    /// An option of the MQTT broker cannot be used.
    #[cfg(feature = "mqtt")]
    #[error(transparent)]
    Mqtt(#[from] crate::mqtt::InvalidMqtt),
    /// A flag of the server is invalid.
    #[error(transparent)]
    Server(#[from] ConfigError),
}

impl GatewayArgs {
    /// What is looked for in the network.
    pub fn search(&self) -> Search {
        let auto = self.chargers.iter().any(|charger| charger.address == AUTO);
        Search { auto, follow: self.follow }
    }

    /// The chargers by name, those that are found by themselves aside, their addresses as `read` understands them.
    ///
    /// # Errors
    /// Names a repeated charger, or quotes an invalid address.
    pub fn addresses(
        &self,
        read: impl Fn(&str, bool) -> Result<Address, InvalidAddress>,
    ) -> Result<Vec<(String, Address)>, InvalidArgs> {
        let mut addresses: Vec<(String, Address)> = Vec::with_capacity(self.chargers.len());
        for NamedAddress { name, address } in &self.chargers {
            if address == AUTO {
                if name != UNNAMED {
                    return Err(NamedAuto(name.clone()).into());
                }
                continue;
            }
            if addresses.iter().any(|(earlier, _)| earlier == name) {
                return Err(RepeatedName(name.clone()).into());
            }
            addresses.push((name.clone(), read(address, self.charger_allow_dns)?));
        }
        Ok(addresses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::AddressDefaults;

    fn parse(text: &str) -> Result<(String, String), String> {
        let parsed: Result<NamedAddress, _> = text.parse();
        parsed.map(|named| (named.name, named.address)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_name_stands_before_the_address() {
        let pair = |name: &str, address: &str| Ok((name.to_owned(), address.to_owned()));
        assert_eq!(parse("http://192.168.1.20"), pair("charger", "http://192.168.1.20"));
        assert_eq!(parse("car-2=http://[fe80::1]:80"), pair("car-2", "http://[fe80::1]:80"));
        assert_eq!(parse("http://a/?b=c"), pair("charger", "http://a/?b=c"));
    }

    #[test]
    fn names_are_plain_and_differ() {
        for bad in ["=http://a", "Garage=http://a", "a/b=http://a", "a%2f=http://a"] {
            let error = parse(bad).unwrap_err();
            assert!(error.contains("is no name for a charger"), "{bad}: {error}");
        }
        let read = |chargers: [&str; 2]| {
            let args = GatewayArgs {
                chargers: chargers.map(|text| text.parse().unwrap()).to_vec(),
                follow: false,
                charger_allow_dns: true,
                read_only: false,
                allow_get_writes: false,
                show_private: false,
                data: None,
                record_every: Duration::from_secs(10),
                keep: Duration::from_secs(86_400),
                notify: None,
                max_age: Duration::ZERO,
                max_rate: MaxRate(Duration::ZERO),
                #[cfg(feature = "mqtt")]
                mqtt: crate::mqtt::MqttArgs::default(),
            };
            let way = AddressDefaults { port: 80, example: "" };
            args.addresses(|text, allow_dns| way.address(text, text, None, allow_dns))
        };
        assert_eq!(read(["a=x", "auto"]).unwrap().len(), 1);
        let error = read(["a=x", "b=auto"]).unwrap_err().to_string();
        assert!(error.contains("write --charger auto"), "{error}");
        assert!(parse("auto=http://a").is_err(), "that name stands for those that are found");
        let names = |chargers: Vec<(String, Address)>| chargers.into_iter().map(|(name, _)| name);
        assert!(names(read(["a=x", "b=x"]).unwrap()).eq(["a", "b"]));
        let error = read(["x", "y"]).unwrap_err().to_string();
        assert!(error.contains("--charger charger is there twice"), "{error}");
    }
}
