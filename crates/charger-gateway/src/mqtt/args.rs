//! The options, and what of them is checked before the server starts.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use http_service::HostPort;
use http_service::secret::{SecretError, secret_file};

use super::address::broker;
use super::topics::Topics;

/// The value of `--mqtt-discovery` for none.
const OFF: &str = "off";
/// Time from one publication of values to the next: from that of a poll to an hour.
const EVERY: RangeInclusive<Duration> = Duration::from_secs(2)..=Duration::from_secs(3_600);
/// Bytes of a topic's prefix at most; a topic may have 65,535.
const LONGEST_PREFIX: usize = 200;

/// Options for the broker. Flatten them into those of the gateway.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "MQTT")]
pub struct MqttArgs {
    /// Publish state, values and finished charges to this broker, all retained; takes no commands
    #[arg(long, value_name = "mqtt://HOST[:PORT]", value_parser = broker)]
    pub mqtt: Option<HostPort>,

    /// User name at the broker
    #[arg(long, value_name = "USER", requires = "mqtt")]
    pub mqtt_username: Option<String>,

    /// File with one line, the password at the broker
    #[arg(long, value_name = "FILE", requires = "mqtt_username")]
    pub mqtt_password_file: Option<PathBuf>,

    /// What all topics begin with; give each gateway of a broker its own
    #[arg(long, value_name = "PREFIX", default_value = "nrgkick", value_parser = prefix,
        requires = "mqtt")]
    pub mqtt_topic: String,

    /// What the topics begin with by which Home Assistant finds the chargers; off for none
    #[arg(long, value_name = "PREFIX", default_value = "homeassistant",
        value_parser = prefix, requires = "mqtt")]
    pub mqtt_discovery: String,

    /// Time after which values are published again; a change of state is published at once
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = every,
        requires = "mqtt")]
    pub mqtt_every: Duration,
}

fn prefix(text: &str) -> Result<String, String> {
    let is_plain = |level: &str| {
        !level.is_empty() && !level.contains(['#', '+']) && !level.contains(char::is_control)
    };
    if text.starts_with('$') || text.len() > LONGEST_PREFIX || !text.split('/').all(is_plain) {
        return Err(format!(
            "{text:?} is no beginning of a topic: use names with / between them, without #, + and \
             a $ at the start, as nrgkick/site-17"
        ));
    }
    Ok(text.to_owned())
}

fn every(text: &str) -> Result<Duration, String> {
    http_service::duration(text, &EVERY)
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
    pub broker: HostPort,
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
        let discovery = Some(args.mqtt_discovery.clone()).filter(|prefix| prefix != OFF);
        let topics = Topics::new(args.mqtt_topic.clone(), discovery);
        let (every, pace) = (args.mqtt_every, MqttPace::default());
        Ok(Some(Self { broker, login, topics, every, pace }))
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
    fn topics_begin_with_names_alone() {
        assert_eq!(prefix("nrgkick/site-17").unwrap(), "nrgkick/site-17");
        for bad in ["", "/a", "a/", "a//b", "a/#", "+", "$SYS", "a\nb", &"a".repeat(201)] {
            let error = prefix(bad).unwrap_err();
            assert!(error.contains("no beginning of a topic"), "{bad}: {error}");
        }
        let settings = |discovery: &str| {
            let args = MqttArgs {
                mqtt: Some(broker("mqtt://a").unwrap()),
                mqtt_topic: "nrgkick".to_owned(),
                mqtt_discovery: discovery.to_owned(),
                ..MqttArgs::default()
            };
            MqttSettings::from_args(&args).unwrap().unwrap()
        };
        assert_eq!(settings("off").topics.discovery("A1"), None);
        assert!(settings("ha").topics.discovery("A1").unwrap().starts_with("ha/device/"));
        assert!(every("1s").unwrap_err().contains("is not between 2s and 1h"));
    }
}
