//! Chargers that announce themselves in the network: what `GET /discover` answers, and what the
//! command `discover --json` prints.
//!
//! An announcement is a claim: everybody in a network can announce anything.

use serde::{Deserialize, Serialize};

/// The body of `GET /discover`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// By name.
    pub found: Vec<FoundCharger>,
}

/// A charger that announced itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundCharger {
    /// The name, as its owner gave it in the app.
    pub name: String,
    /// The model, where it says one.
    pub model: Option<String>,
    /// The serial number, as announced or as read there without a password.
    pub serial_number: Option<String>,
    /// Whether it says that it is no real charger.
    pub simulated: bool,
    /// Whether the JSON API is on, where it says so.
    pub json_api: Option<bool>,
    /// Whether the Modbus API is on, where it says so.
    pub modbus_api: Option<bool>,
    /// The address that can be reached from where it was searched; none for one of another network.
    pub address: Option<String>,
    /// The port of the JSON API.
    pub port: u16,
    /// All addresses that it announced.
    pub announced_addresses: Vec<String>,
    /// The origin of its JSON API; none where that is off or out of reach.
    pub origin: Option<String>,
    /// The command that starts a proxy for it; none where no API is on or it is out of reach.
    pub start: Option<String>,
    /// The name under which the gateway that searched serves it, in `/c/NAME/…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_as: Option<String>,
}
