//! The options, and what of them is checked before the server starts.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use http_service::secret::{SecretError, secret_file};

use super::topics::Topics;

/// The value of `--mqtt-discovery` for none.
const OFF: &str = "off";
/// The port of MQTT without TLS.
const PORT: u16 = 1883;
/// Time from one publication of values to the next: from that of a poll to an hour.
const EVERY: RangeInclusive<Duration> = Duration::from_secs(2)..=Duration::from_secs(3_600);
/// Bytes of a topic's prefix at most; a topic may have 65,535.
const LONGEST_PREFIX: usize = 200;

/// Options for the broker. Flatten them into those of the gateway.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "MQTT")]
pub struct MqttArgs {
    /// Publish state, values and finished charges to this broker, all retained; takes no commands
    #[arg(long, value_name = "mqtt://HOST[:PORT]")]
    pub mqtt: Option<BrokerAddress>,

    /// User name at the broker
    #[arg(long, value_name = "USER", requires = "mqtt")]
    pub mqtt_username: Option<String>,

    /// File with one line, the password at the broker
    #[arg(long, value_name = "FILE", requires = "mqtt_username")]
    pub mqtt_password_file: Option<PathBuf>,

    /// What all topics begin with; give each gateway of a broker its own
    #[arg(long, value_name = "PREFIX", default_value = "nrgkick", value_parser = prefix,
        requires = "mqtt")]
    pub mqtt_topic: Prefix,

    /// What the topics begin with by which Home Assistant finds the chargers; off for none
    #[arg(long, value_name = "PREFIX", default_value = "homeassistant",
        value_parser = discovery, requires = "mqtt")]
    pub mqtt_discovery: Discovery,

    /// Time after which values are published again; a change of state is published at once
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = every,
        requires = "mqtt")]
    pub mqtt_every: Every,
}

/// Host and port of a broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerAddress {
    /// An IP address without brackets, or a name.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// As in a URL: IPv6 in brackets, always with the port.
impl fmt::Display for BrokerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl FromStr for BrokerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A log-in in it is not repeated: whoever wrote it there has one to lose.
        if text.contains('@') {
            return Err(
                "a user name does not belong into the address: give it by --mqtt-username, \
                        and its password by --mqtt-password-file"
                    .to_owned(),
            );
        }
        let bad = || format!("{text:?} is no address such as mqtt://192.168.1.5:{PORT}");
        let uri: http::Uri = text.parse().map_err(|_| bad())?;
        if uri.scheme_str() == Some("mqtts") {
            return Err(format!(
                "{text:?}: this program speaks MQTT without TLS; let a broker on this machine \
                 pass the messages on (mosquitto: connection, bridge_cafile)"
            ));
        }
        let is_bare = uri.path_and_query().is_none_or(|path| path.as_str() == "/");
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = match uri.authority().and_then(http::uri::Authority::port) {
            Some(port) => port.as_str().parse().ok().filter(|port| *port != 0).ok_or_else(bad)?,
            None => PORT,
        };
        if uri.scheme_str() != Some("mqtt") || !is_bare || host.is_empty() {
            return Err(bad());
        }
        Ok(Self { host, port })
    }
}

/// The beginning of topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix(pub String);

impl Default for Prefix {
    fn default() -> Self {
        Self("nrgkick".to_owned())
    }
}

/// The beginning of Home Assistant's topics; `None` for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovery(pub Option<String>);

/// Time from one publication to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every(pub Duration);

impl Default for Every {
    fn default() -> Self {
        Self(Duration::from_secs(10))
    }
}

fn prefix(text: &str) -> Result<Prefix, String> {
    let is_plain = |level: &str| {
        !level.is_empty() && !level.contains(['#', '+']) && !level.contains(char::is_control)
    };
    if text.starts_with('$') || text.len() > LONGEST_PREFIX || !text.split('/').all(is_plain) {
        return Err(format!(
            "{text:?} is no beginning of a topic: use names with / between them, without #, + and \
             a $ at the start, as nrgkick/site-17"
        ));
    }
    Ok(Prefix(text.to_owned()))
}

fn discovery(text: &str) -> Result<Discovery, String> {
    if text == OFF {
        return Ok(Discovery(None));
    }
    prefix(text).map(|Prefix(text)| Discovery(Some(text)))
}

fn every(text: &str) -> Result<Every, String> {
    http_service::duration(text, &EVERY).map(Every)
}

/// The reason for refusing to start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidMqtt {
    /// The password's file cannot be used.
    #[error("--mqtt-password-file cannot be used")]
    PasswordFile(#[source] SecretError),
}

/// The checked options. Debug output holds no password.
#[derive(Clone)]
pub struct MqttSettings {
    /// The broker.
    pub broker: BrokerAddress,
    /// User name and password.
    login: Option<(String, String)>,
    pub(super) topics: Topics,
    pub(super) every: Duration,
    /// Limits of time.
    pub pace: MqttPace,
}

/// Limits of time of the connection to a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MqttPace {
    /// For a connection and the broker's first answer, whole seconds.
    pub connect: Duration,
    /// For the broker to confirm one message, where others wait.
    pub confirm: Duration,
    /// The first pause after a connection was lost, and the longest.
    pub retry: [Duration; 2],
    /// For the last messages when the server stops.
    pub farewell: Duration,
}

impl Default for MqttPace {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            confirm: Duration::from_secs(20),
            retry: [Duration::from_secs(1), Duration::from_secs(60)],
            farewell: Duration::from_secs(1),
        }
    }
}

impl fmt::Debug for MqttSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MqttSettings({} {:?})", self.broker, self.topics)
    }
}

impl MqttSettings {
    /// Reads the password; `None` without `--mqtt`.
    ///
    /// # Errors
    /// Names the flag and the file.
    pub fn from_args(args: &MqttArgs) -> Result<Option<Self>, InvalidMqtt> {
        let Some(broker) = args.mqtt.clone() else { return Ok(None) };
        let file = args.mqtt_password_file.as_deref();
        let password = file.map(secret_file).transpose().map_err(InvalidMqtt::PasswordFile)?;
        let login = args.mqtt_username.clone().map(|name| (name, password.unwrap_or_default()));
        let topics = Topics::new(args.mqtt_topic.0.clone(), args.mqtt_discovery.0.clone());
        let every = args.mqtt_every.0;
        Ok(Some(Self { broker, login, topics, every, pace: MqttPace::default() }))
    }

    /// User name and password.
    pub(super) fn login(&self) -> Option<(&str, &str)> {
        self.login.as_ref().map(|(name, password)| (name.as_str(), password.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_a_host_with_a_port() {
        for (text, shown) in [
            ("mqtt://192.168.1.5", "192.168.1.5:1883"),
            ("mqtt://broker.local:1884/", "broker.local:1884"),
            ("mqtt://[fd00::1]:1884", "[fd00::1]:1884"),
        ] {
            let address: BrokerAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), shown);
        }
        for bad in ["", "broker", "http://broker", "mqtt://", "mqtt://a:0", "mqtt://a/topic"] {
            let error = bad.parse::<BrokerAddress>().unwrap_err();
            assert!(error.contains("is no address such as mqtt://"), "{bad}: {error}");
        }
        let error = "mqtts://a".parse::<BrokerAddress>().unwrap_err();
        assert!(error.contains("without TLS"), "{error}");
        let error = "mqtt://me:secret@a".parse::<BrokerAddress>().unwrap_err();
        assert!(error.contains("--mqtt-password-file") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn topics_begin_with_names_alone() {
        assert_eq!(prefix("nrgkick/site-17").unwrap().0, "nrgkick/site-17");
        for bad in ["", "/a", "a/", "a//b", "a/#", "+", "$SYS", "a\nb", &"a".repeat(201)] {
            let error = prefix(bad).unwrap_err();
            assert!(error.contains("no beginning of a topic"), "{bad}: {error}");
        }
        assert_eq!(discovery("off").unwrap(), Discovery(None));
        assert_eq!(discovery("ha").unwrap(), Discovery(Some("ha".to_owned())));
        assert!(every("1s").unwrap_err().contains("is not between 2s and 1h"));
    }
}
