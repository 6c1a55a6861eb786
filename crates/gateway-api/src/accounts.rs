//! `GET /healthz`: a gateway's accounts of its chargers, given without a request to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::record::RecordHealth;

/// The body of `GET /healthz`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Health {
    /// `ok` as long as the gateway answers at all.
    pub status: String,
    /// Start of the gateway, RFC 3339, UTC. Absent for callers that are not let in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started: Option<String>,
    /// The name of the charger that routes without a name mean. Absent for callers that are not let
    /// in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// By name. Absent for callers that are not let in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chargers: Option<BTreeMap<String, ChargerHealth>>,
    /// The state of the record; absent without one, and for callers that are not let in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordHealth>,
    /// The connection to an MQTT broker; absent where there is to be none, and for callers that are
    /// not let in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mqtt: Option<MqttHealth>,
}

/// The connection of a gateway to an MQTT broker.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MqttHealth {
    /// Host and port.
    pub broker: String,
    /// `connected`, `connecting`, or `failed`.
    pub state: String,
    /// Since when, RFC 3339, UTC.
    pub since: String,
    /// The reason for the last failure; absent while there is a connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Messages that the broker has confirmed.
    pub published: u64,
}

impl MqttHealth {
    /// The word for a connection that stands.
    pub const CONNECTED: &str = "connected";

    /// `true` while the broker has the connection.
    pub fn is_connected(&self) -> bool {
        self.state == Self::CONNECTED
    }
}

/// The accounts of one charger since the start of the gateway.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChargerHealth {
    /// The word for the state of the link; see [`LinkState::name`](crate::LinkState::name).
    pub link: String,
    /// Time since the last answer, ms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_answer_ms_ago: Option<u64>,
    /// The last failure; absent while the charger answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// `true` where the serial number is that of a simulated charger.
    pub simulated: bool,
    /// `true` where the charger takes commands over HTTP without a password.
    pub charger_open: bool,
    /// First answer after the last failure, RFC 3339, UTC; absent while it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers_since: Option<String>,
    /// Reads that the charger answered.
    #[serde(default)]
    pub answered: u64,
    /// Exchanges that failed, by kind; kinds without a failure are absent.
    #[serde(default)]
    pub failed: BTreeMap<String, u64>,
    /// The last writes, the newest first; at most [`MAX_ENTRIES`].
    #[serde(default)]
    pub writes: Vec<WriteEntry>,
    /// The last settings that changed without a write of this gateway, the newest first; at most
    /// [`MAX_ENTRIES`].
    #[serde(default)]
    pub changed_elsewhere: Vec<SettingChange>,
}

/// Writes and changes that are remembered for each charger.
pub const MAX_ENTRIES: usize = 200;

/// A write that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteEntry {
    /// Time of the outcome, RFC 3339, UTC.
    pub at: String,
    /// IP address of the caller; absent where the reader may not see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// The settings as in the charger's own query: `current_set=16.0&charge_pause=0`.
    pub settings: String,
    /// An [`Outcome`](crate::Outcome), or the [`code`](crate::code) of the error that kept it from
    /// being sent.
    pub outcome: String,
    /// The charger's own text, or the reason for a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A setting that changed without a write of this gateway: by the app, another controller, or the
/// charger itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SettingChange {
    /// Time of the first reading that shows it, RFC 3339, UTC.
    pub at: String,
    /// The key in `/control`.
    pub setting: String,
    /// The value before, in the unit of `/control`; a pause is 1.
    pub from: f64,
    /// The value after.
    pub to: f64,
}
