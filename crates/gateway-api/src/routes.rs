//! Additions of our proxies to the charger's API: the bodies of their own routes.
//!
//! Not here: routes and statuses; those are the gateway's. The page reads these types, the
//! gateway writes them.

use nrgkick_model::{FieldId, Reply};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::link::LinkState;

/// The header that every write carries: random per write, so that a repeat is recognised.
///
/// Browsers send a request again when a reused connection dies. A form or an image on another
/// web page cannot set this header.
pub const WRITE_ID_HEADER: &str = "x-nrgkick-write";

/// The largest possible age of a document, ms; `Age` counts in seconds.
pub const AGE_MS_HEADER: &str = "x-nrgkick-age-ms";

/// The write id of a client that has none.
pub const NO_WRITE_ID: &str = "1";

/// Most bytes of a write id.
const MOST_ID_BYTES: usize = 64;

/// `true` for a valid write id: 1 to 64 visible ASCII characters.
pub fn is_write_id(id: &[u8]) -> bool {
    (1..=MOST_ID_BYTES).contains(&id.len()) && id.iter().all(u8::is_ascii_graphic)
}

/// The `code` of an error body, for the errors that a program has to distinguish.
pub mod code {
    /// The token is wrong or missing.
    pub const UNAUTHORIZED: &str = "unauthorized";
    /// There is no connection to the charger.
    pub const UNREACHABLE: &str = "unreachable";
    /// The charger closed the connection instead of answering.
    pub const CLOSED: &str = "closed";
    /// The charger did not answer recently; no request is made for a short time.
    pub const CHARGER_DOWN: &str = "charger_down";
    /// The charger did not answer in time.
    pub const TIMEOUT: &str = "timeout";
    /// The charger's reply is not valid HTTP or Modbus.
    pub const PROTOCOL: &str = "protocol";
    /// The charger's answer is longer than any valid one.
    pub const TOO_LARGE_ANSWER: &str = "too_large_answer";
    /// The charger's answer does not show whether the request was carried out.
    pub const UNDECIDED: &str = "undecided";
    /// A write did not reach the charger.
    pub const NOT_SENT: &str = "not_sent";
    /// A write was begun, and its outcome is unknown, also to the gateway.
    pub const OUTCOME_LOST: &str = "outcome_lost";
    /// Other requests kept the charger busy.
    pub const BUSY: &str = "busy";
    /// The gateway is stopping.
    pub const STOPPING: &str = "stopping";
    /// A write that waited for the relays was replaced by a later one of the same setting.
    pub const SUPERSEDED: &str = "superseded";
    /// This charger does not accept the value.
    pub const INVALID_VALUE: &str = "invalid_value";
    /// This gateway keeps no record: it was started without `--data`.
    pub const NO_RECORD: &str = "no_record";
    /// The record cannot be read or written now.
    pub const RECORD_FAILED: &str = "record_failed";
    /// The network cannot be searched from here.
    pub const SEARCH_FAILED: &str = "search_failed";
    /// The id of a write was used for another one.
    pub const WRITE_ID_REUSED: &str = "write_id_reused";
}

/// `GET /events`: names of the events, and the keys of their data.
///
/// The data is one JSON object. A [`SNAPSHOT`](event::SNAPSHOT) has every known document under its
/// name; a [`CHANGE`](event::CHANGE) has the values that changed since the event before, in the
/// form of their documents, codes as numbers.
pub mod event {
    use nrgkick_model::field::DocumentName;

    /// All known documents.
    pub const SNAPSHOT: &str = "snapshot";
    /// The values that changed.
    pub const CHANGE: &str = "change";
    /// The state of the link, as in `/healthz`.
    pub const LINK: &str = "link";
    /// The poll failed: `status` and `body` of the answer that `GET /values` would have had.
    pub const FAILED: &str = "failed";

    /// Returns the key of a document's age, ms, at the time of the event.
    pub fn age_key(document: DocumentName) -> String {
        format!("{document}_age_ms")
    }
}

/// The body of `GET /api`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiStatus {
    /// `true` if the charger's JSON API is enabled; `None` if it could not be asked.
    pub json: Option<bool>,
    /// `true` if the charger's Modbus API is enabled; `None` if it could not be asked.
    pub modbus: Option<bool>,
    /// The gateway that answers. A charger has no such key, which shows the page that it talks to
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Gateway>,
}

impl ApiStatus {
    /// Reads the answer of a charger to `GET /api`; both values are `None` if it cannot be used.
    ///
    /// The charger's own page takes any truthy value for an enabled API, so `1` counts as `true`.
    pub fn of_charger(reply: &Reply) -> Self {
        let answer = reply.json().unwrap_or_default();
        let truthy = |key: &str| match answer.get(key)? {
            Value::Bool(enabled) => Some(*enabled),
            Value::Number(number) => number.as_f64().map(|number| number != 0.0),
            _ => None,
        };
        Self { json: truthy("json"), modbus: truthy("modbus"), gateway: None }
    }
}

/// A gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gateway {
    /// The program's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// The API by which it reaches the charger.
    pub upstream: Upstream,
    /// `true` if it refuses every write.
    pub read_only: bool,
    /// `true` if the charger itself takes commands over HTTP without a password, so that any web
    /// page that is opened in its network can switch it. `false` until it has answered, and over
    /// Modbus, which no web page speaks.
    #[serde(default)]
    pub charger_open: bool,
    /// Whether it offers `GET /events`. Older gateways do not say so, and have none.
    #[serde(default)]
    pub events: bool,
    /// Whether it keeps a record of charges, see [`record`](crate::record). Older gateways do not say
    /// so, and keep none.
    #[serde(default)]
    pub record: bool,
    /// Number of chargers that it has. Older gateways do not say so.
    #[serde(default = "one")]
    pub chargers: usize,
}

const fn one() -> usize {
    1
}

/// The API by which a gateway reaches its charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Upstream {
    /// The JSON API.
    Http,
    /// The Modbus API.
    Modbus,
}

/// The body of `GET /chargers`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chargers {
    /// All chargers; the routes without a name use the first.
    pub chargers: Vec<ChargerEntry>,
}

/// One charger of a gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargerEntry {
    /// The name in `/c/NAME/…`.
    pub name: String,
    /// Whether it answers.
    pub state: ChargerState,
    /// Whether it is no real charger; known from its first answer on.
    pub simulated: bool,
    /// How it was found.
    pub found_by: FoundBy,
    /// What it does; `None` where nobody has asked it for so long that it may do something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

/// What a charger does, as a list of chargers shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Time since the charger was asked, ms.
    pub age_ms: u64,
    /// Its document of measured values as it answers `/values?raw`, with the rows in
    /// [`Measured::FIELDS`] only.
    pub values: Value,
}

impl Measured {
    /// The rows: the power, and what the state is told by.
    pub const FIELDS: [FieldId; 7] = [
        FieldId::ActivePower,
        FieldId::ChargePermitted,
        FieldId::Status,
        FieldId::RelayState,
        FieldId::RcdTrigger,
        FieldId::WarningCode,
        FieldId::ErrorCode,
    ];
}

/// Whether a charger answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChargerState {
    /// None has announced itself yet.
    Searching,
    /// It has not answered yet.
    Connecting,
    /// It answers.
    Live,
    /// Its last answer is old.
    Stale,
    /// It does not answer any more.
    Lost,
}

impl From<LinkState> for ChargerState {
    fn from(link: LinkState) -> Self {
        match link {
            LinkState::Connecting => Self::Connecting,
            LinkState::Live => Self::Live,
            LinkState::Stale => Self::Stale,
            LinkState::Lost => Self::Lost,
        }
    }
}

/// How a gateway came to a charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FoundBy {
    /// By the address that its owner gave.
    Address,
    /// By its own announcement in the network.
    Mdns,
}

/// The body of every error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// An error with a text for people and a code for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// A stable code.
    pub code: String,
    /// The message, with the value.
    pub message: String,
    /// `true` if the same request may succeed later.
    pub retryable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_charger_says_which_apis_are_enabled_in_more_than_one_way() {
        let of = |status, body: &str| {
            let status = ApiStatus::of_charger(&Reply { status, body: body.into() });
            (status.json, status.modbus)
        };
        assert_eq!(of(200, r#"{"json":true,"modbus":false}"#), (Some(true), Some(false)));
        assert_eq!(of(200, r#"{"json":1,"modbus":0}"#), (Some(true), Some(false)));
        assert_eq!(of(200, r#"{"json":"yes"}"#), (None, None));
        assert_eq!(of(404, r#"{"Response":"no","json":true}"#), (None, None));
        assert_eq!(of(200, "<html>"), (None, None));
    }
}
