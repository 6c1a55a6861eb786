//! What our proxies add to the charger's surface: the bodies of their own routes.
//!
//! Not here: routes and statuses; those are the gateway's. The page reads these types, the
//! gateway writes them.

use nrgkick_model::Reply;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::link::LinkState;

/// The header that every write carries: random per write, so that a repeat is recognised.
///
/// Browsers send a request again when a reused connection dies. A form or an image on another
/// web page cannot set this header.
pub const WRITE_ID_HEADER: &str = "x-nrgkick-write";

/// How old a document is at most, in milliseconds: `Age` counts in seconds.
pub const AGE_MS_HEADER: &str = "x-nrgkick-age-ms";

/// The write id of a client that has none.
pub const NO_WRITE_ID: &str = "1";

/// The `code` of an error body that somebody has to tell from others.
pub mod code {
    /// The token is wrong or missing.
    pub const UNAUTHORIZED: &str = "unauthorized";
    /// There is no connection to the charger.
    pub const UNREACHABLE: &str = "unreachable";
    /// The charger ended the connection in place of an answer.
    pub const CLOSED: &str = "closed";
    /// The charger did not answer a moment ago and is left alone for a little.
    pub const CHARGER_DOWN: &str = "charger_down";
    /// The charger did not answer in time.
    pub const TIMEOUT: &str = "timeout";
    /// What the charger answered is not its protocol.
    pub const PROTOCOL: &str = "protocol";
    /// The charger's answer is longer than any can be.
    pub const TOO_LARGE_ANSWER: &str = "too_large_answer";
    /// The charger's answer leaves open what became of the request.
    pub const UNDECIDED: &str = "undecided";
    /// A write did not reach the charger.
    pub const NOT_SENT: &str = "not_sent";
    /// A write was begun, and its outcome is not known, not even to the gateway.
    pub const OUTCOME_LOST: &str = "outcome_lost";
    /// Others kept the charger busy.
    pub const BUSY: &str = "busy";
    /// The gateway is being ended.
    pub const STOPPING: &str = "stopping";
    /// A write that waited for the relays was overtaken by a later one of the same setting.
    pub const SUPERSEDED: &str = "superseded";
    /// The value is none that this charger takes.
    pub const INVALID_VALUE: &str = "invalid_value";
    /// The id of a write was used for another one.
    pub const WRITE_ID_REUSED: &str = "write_id_reused";
}

/// `GET /events`: what the stream's events are called, and the keys of their data.
///
/// The data is one JSON object. A [`SNAPSHOT`](event::SNAPSHOT) has every document that is known,
/// under its name; a [`CHANGE`](event::CHANGE) has the values that changed since the event before,
/// in the form of their documents, codes as numbers.
pub mod event {
    use nrgkick_model::field::DocumentName;

    /// All that is known.
    pub const SNAPSHOT: &str = "snapshot";
    /// What changed.
    pub const CHANGE: &str = "change";
    /// The word for the link, as in `/healthz`.
    pub const LINK: &str = "link";
    /// Where the poll failed: `status` and `body` of the answer that `GET /values` would have had.
    pub const FAILED: &str = "failed";

    /// The key of a document's age, in milliseconds, when the event was made.
    pub fn age_key(document: DocumentName) -> String {
        format!("{document}_age_ms")
    }
}

/// The body of `GET /api`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiStatus {
    /// Whether the charger's JSON API is enabled; nothing where it could not be asked.
    pub json: Option<bool>,
    /// Whether the charger's Modbus API is enabled; nothing where it could not be asked.
    pub modbus: Option<bool>,
    /// Who answers. A charger has no such key: this is how the page learns where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Gateway>,
}

impl ApiStatus {
    /// What a charger says about itself; nothing is known where its answer cannot be used.
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
    /// How it reaches the charger.
    pub upstream: Upstream,
    /// Whether it refuses every write.
    pub read_only: bool,
    /// Whether the charger itself takes commands over HTTP without a password, so that any web
    /// page that is opened in its network can switch it. False as long as it has not answered, and
    /// where it is reached over Modbus, which no web page speaks.
    #[serde(default)]
    pub charger_open: bool,
}

/// How a gateway reaches its charger.
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
    /// All of them; the first is what the routes without a name mean.
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

/// An error that a person can read and a program can tell apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// A stable word.
    pub code: String,
    /// What happened, with the value.
    pub message: String,
    /// Whether the same request may work later.
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
