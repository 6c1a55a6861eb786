//! What the Custom API server says about itself: the body of `GET /status`.
//!
//! Ages are milliseconds at the moment of the answer; nothing here is a time of day, as neither
//! server nor page need agree on one.

use nrgkick_model::custom_api::{InfoDocument, Observed, ValuesDocument};
use serde::{Deserialize, Serialize};

/// Where it is asked.
pub const STATUS_PATH: &str = "/status";

/// The body of `GET /status`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The program's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How long the server has run, ms.
    pub uptime_ms: u64,
    /// The values as the charger would see them now.
    pub values: ValuesAnswer,
    /// What the devices are, as the charger sees it.
    pub info: InfoDocument,
    /// How the house's load came about, or why there is none: a sentence without a full stop.
    pub house: String,
    /// Every value with its source, in the order of the configuration.
    pub sources: Vec<ValueStatus>,
    /// Who fetched the two documents; the values first.
    pub fetched: [FetchStatus; 2],
    /// The configuration as it was understood.
    pub configuration: ConfigurationStatus,
}

/// What the charger would get now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValuesAnswer {
    /// 200 and this document.
    Document(ValuesDocument),
    /// 503, in these words.
    Unavailable(String),
}

/// One value and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ValueStatus {
    /// Its place as `inverters.0.inv_power_ac_w`, or its own name where it is only a part of others.
    pub name: String,
    /// Whether it stands in the charger's document.
    pub is_shown: bool,
    /// The unit to print after it; empty where there is none.
    pub unit: String,
    /// How it is got.
    pub source: SourceStatus,
    /// What the charger sees of it now; nothing where it has none.
    pub value: Option<Observed>,
    /// What was observed last, however old.
    pub observed: Option<Observed>,
    /// How old that is, ms; nothing before the first observation, and for what has no age.
    pub age_ms: Option<u64>,
    /// How it stands.
    pub freshness: Freshness,
    /// The last failure in words, since the last success.
    pub error: Option<ErrorStatus>,
}

/// How a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// Young enough, or without an age.
    Fresh,
    /// Nothing was observed yet, and the server has not run for long enough to call it stale.
    Awaited,
    /// Too old: the charger gets no values.
    Missing,
    /// Too old: shown as zero, as configured.
    Zero,
    /// Too old: shown all the same, as configured.
    Last,
    /// The house's load, which the charger is not told, while it gets the other values.
    LeftOut,
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
    /// What others send.
    Push,
    /// The sum of other values.
    Sum,
    /// The first of other values less the rest.
    Difference,
    /// The house's load, worked out of what is there; nobody configures that.
    Derived,
}

impl SourceKind {
    /// All that can be configured.
    pub const ALL: [Self; 7] = [
        Self::Fixed,
        Self::Http,
        Self::Mqtt,
        Self::Modbus,
        Self::Push,
        Self::Sum,
        Self::Difference,
    ];

    /// The key in the configuration.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Http => "http",
            Self::Mqtt => "mqtt",
            Self::Modbus => "modbus",
            Self::Push => "push",
            Self::Sum => "sum",
            Self::Difference => "difference",
            Self::Derived => "derived",
        }
    }

    /// Whether it is made of other values.
    pub const fn is_derived(self) -> bool {
        matches!(self, Self::Sum | Self::Difference | Self::Derived)
    }
}

/// What the charger gets in place of a stale value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stale {
    /// No values at all: 503.
    #[serde(rename = "503")]
    Unavailable,
    /// Zero, or `false`.
    Zero,
    /// What was observed last, however old.
    Last,
}

impl Stale {
    /// As the configuration writes it.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("503", Self::Unavailable), ("zero", Self::Zero), ("last", Self::Last)];
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorStatus {
    /// What happened.
    pub message: String,
    /// How long ago, ms.
    pub age_ms: u64,
}

/// How a value is got, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceStatus {
    /// The kind of source.
    pub kind: SourceKind,
    /// Where from, in words.
    pub from: String,
    /// How often it is asked at least, ms; nothing where it comes by itself. An address with several
    /// values is asked as often as the most impatient of them wants.
    pub every_ms: Option<u64>,
    /// How old it may be, ms; nothing where it has no age of its own.
    pub max_age_ms: Option<u64>,
    /// What holds when it is older.
    pub stale: Option<Stale>,
}

/// Who fetched one of the documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchStatus {
    /// The path.
    pub path: String,
    /// How often it was fetched since the server began.
    pub count: u64,
    /// Who fetched it, the latest first; at most [`MOST_CLIENTS`]. Nothing tells the charger from a
    /// browser or a script, but that it goes on.
    pub clients: Vec<ClientStatus>,
}

/// How many clients are remembered.
pub const MOST_CLIENTS: usize = 4;

/// One who fetched a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientStatus {
    /// From which address.
    pub address: String,
    /// What it calls itself (`User-Agent`); nothing where it says nothing. What a real charger says
    /// is not known.
    pub name: Option<String>,
    /// How often, since it is remembered.
    pub count: u64,
    /// How long ago the last time was, ms.
    pub age_ms: u64,
    /// With which status that was answered.
    pub status: u16,
    /// How long after the time before, ms.
    pub interval_ms: Option<u64>,
}

/// The configuration as it was understood, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationStatus {
    /// The file.
    pub file: String,
    /// Whether values may be pushed, which needs a token.
    pub push: bool,
    /// Hosts beyond the local network that sources may be on.
    pub allow_hosts: Vec<String>,
    /// MQTT brokers, in words.
    pub brokers: Vec<String>,
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
