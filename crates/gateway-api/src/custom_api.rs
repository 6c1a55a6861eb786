//! The status of the Custom API server: the body of `GET /status`.
//!
//! Ages are milliseconds at the moment of the answer; nothing here is a time of day, as neither
//! server nor page need agree on one. The editor of the configuration is in [`edit`].

pub mod edit;

use nrgkick_model::custom_api::{InfoDocument, Observed, ValuesDocument};
use serde::{Deserialize, Serialize};

/// The path of the status.
pub const STATUS_PATH: &str = "/status";

/// The body of `GET /status`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The program's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Time since the start of the server, ms.
    pub uptime_ms: u64,
    /// The values as the charger would see them now.
    pub values: ValuesAnswer,
    /// The devices as the charger sees them.
    pub info: InfoDocument,
    /// The derivation of the house's load, or the reason for its absence: a sentence without a full
    /// stop.
    pub house: String,
    /// Every value with its source, in the order of the configuration.
    pub sources: Vec<ValueStatus>,
    /// Fetches of the two documents; the values first.
    pub fetched: [FetchStatus; 2],
    /// The configuration as parsed.
    pub configuration: ConfigurationStatus,
}

/// The answer that the charger would get now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValuesAnswer {
    /// 200 and this document.
    Document(ValuesDocument),
    /// 503, with this text.
    Unavailable(String),
}

/// One value and its source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueStatus {
    /// Its place as `inverters.0.inv_power_ac_w`, or its own name if it is only a part of other
    /// values.
    pub name: String,
    /// `true` if it is a value of the charger's document.
    pub is_shown: bool,
    /// The device that it belongs to; `None` for the house and for a part of other values.
    pub device: Option<DeviceStatus>,
    /// The unit to print after it; may be empty.
    pub unit: String,
    /// The source of the value.
    pub source: SourceStatus,
    /// The value that the charger gets now; `None` if it gets none.
    pub value: Option<Observed>,
    /// The last observation, of any age.
    pub observed: Option<Observed>,
    /// Age of the last observation, ms; `None` before the first one and for values without an age.
    pub age_ms: Option<u64>,
    /// The state of the value by its age.
    pub freshness: Freshness,
    /// The last failure in words, since the last success.
    pub error: Option<ErrorStatus>,
}

/// A device of the charger's documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceStatus {
    /// The kind of device, as its key in the documents: `inverters`.
    pub kind: String,
    /// Its number, 0 to 4.
    pub index: u8,
    /// Its name, as the charger is told; `None` without one.
    pub name: Option<String>,
}

/// State of a value by its age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Young enough, or without an age.
    Fresh,
    /// Nothing was observed yet, and the server has not run for long enough to call it stale.
    Awaited,
    /// Too old: the charger gets no values.
    Missing,
    /// Too old: zero or `false` is served, as configured.
    Zero,
    /// Too old: the last observation is served all the same, as configured.
    Last,
    /// The house's load, which is not served, while the other values are.
    LeftOut,
    /// Too old and not served, while the other values are, as configured.
    Omitted,
}

/// The kinds of sources, by the key of the configuration that names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A number that never changes.
    Fixed,
    /// A part of a JSON document, asked for over HTTP.
    Http,
    /// A message of an MQTT broker.
    Mqtt,
    /// Registers of a Modbus device.
    Modbus,
    /// Values pushed by other programs.
    Push,
    /// The sum of other values.
    Sum,
    /// The first of several values minus the others.
    Difference,
    /// The product of other values.
    Product,
    /// The house's load, derived from other values; not configurable.
    Derived,
}

impl SourceKind {
    /// All kinds that can be configured.
    pub const ALL: [Self; 8] = [
        Self::Fixed,
        Self::Http,
        Self::Mqtt,
        Self::Modbus,
        Self::Push,
        Self::Sum,
        Self::Difference,
        Self::Product,
    ];

    /// Returns the key in the configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Http => "http",
            Self::Mqtt => "mqtt",
            Self::Modbus => "modbus",
            Self::Push => "push",
            Self::Sum => "sum",
            Self::Difference => "difference",
            Self::Product => "product",
            Self::Derived => "derived",
        }
    }

    /// Returns `true` if it is computed from other values.
    pub const fn is_derived(self) -> bool {
        matches!(self, Self::Sum | Self::Difference | Self::Product | Self::Derived)
    }
}

/// The charger's answer in place of a stale value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stale {
    /// No values at all: 503.
    #[serde(rename = "503")]
    Unavailable,
    /// Zero, or `false`.
    Zero,
    /// The last observation, of any age.
    Last,
    /// The other values without this one, for what the charger can do without.
    Omit,
}

impl Stale {
    /// The words of the configuration.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("503", Self::Unavailable),
        ("zero", Self::Zero),
        ("last", Self::Last),
        ("omit", Self::Omit),
    ];
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorStatus {
    /// The error message.
    pub message: String,
    /// Age of the failure, ms.
    pub age_ms: u64,
}

/// The source of a value, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceStatus {
    /// The kind of source.
    pub kind: SourceKind,
    /// The origin in words.
    pub from: String,
    /// Longest interval between requests, ms; `None` if values arrive without being asked for. A
    /// request over HTTP that serves several values is sent at the shortest interval of all.
    pub every_ms: Option<u64>,
    /// The largest age that counts as fresh, ms; `None` if it has no age of its own.
    pub max_age_ms: Option<u64>,
    /// The rule for a value that is older.
    pub stale: Option<Stale>,
}

/// The fetches of one of the documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchStatus {
    /// The path.
    pub path: String,
    /// Number of fetches since the start of the server.
    pub count: u64,
    /// The clients that fetched it, the latest first; at most [`MOST_CLIENTS`]. A request does not
    /// identify the charger; only regular repetition distinguishes it from a browser or a script.
    pub clients: Vec<ClientStatus>,
}

/// Clients remembered for each document.
pub const MOST_CLIENTS: usize = 4;

/// One client of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientStatus {
    /// The IP address.
    pub address: String,
    /// The `User-Agent`; `None` if absent. The one of a real charger is not known.
    pub name: Option<String>,
    /// Number of fetches while it is remembered.
    pub count: u64,
    /// Time since the last fetch, ms.
    pub age_ms: u64,
    /// HTTP status of the last answer.
    pub status: u16,
    /// Time between the last two fetches, ms.
    pub interval_ms: Option<u64>,
}

/// The configuration as parsed, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationStatus {
    /// The file.
    pub file: String,
    /// `true` if values may be pushed, which needs a token.
    pub push: bool,
    /// Hosts beyond the local network that sources may be on.
    pub allow_hosts: Vec<String>,
    /// MQTT brokers, in words.
    pub brokers: Vec<String>,
    /// Set if it can be edited here, see [`edit`].
    #[serde(default)]
    pub edit: bool,
    /// The mistakes of the file as it is now, which is not followed; the values are those of the file
    /// before, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::to_value;

    use super::*;

    #[test]
    fn words_are_the_same_in_the_configuration_and_in_the_answer() {
        for kind in SourceKind::ALL {
            assert_eq!(to_value(kind).unwrap(), kind.word());
        }
        for (word, stale) in Stale::WORDS {
            assert_eq!(to_value(stale).unwrap(), *word);
        }
    }
}
