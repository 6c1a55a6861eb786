//! MQTT out: what the chargers say, published to a broker for others to read, and no commands in.
//!
//! One connection for all chargers. Nothing is subscribed, so no message does anything here. While
//! the broker has the connection this is one more reader of each charger's events, on the one poll
//! that all of them share; without it nobody is asked for it. Every message is retained.
//!
//! | topic below the prefix | payload |
//! | --- | --- |
//! | `status` | `online`, or `offline` by the last will: the gateway |
//! | `NAME/status` | `online` while the charger answers, else `offline` |
//! | `NAME/state` | [`State`](documents::State) |
//! | `NAME/values`, `/control`, `/info` | the known values of that document |
//! | `NAME/charge` | the last charge that ended, as `GET /charges/ID` without its curve |
//!
//! Here: the options (`args`, `address`), the payloads (`documents`, `home_assistant`), what of one charger is
//! published when (`reporter`), what waits for the broker (`outbox`), and the connection (`session`).
//!
//! Not here: reading the chargers (`events`), the record (`record`).

mod address;
mod args;
mod documents;
mod home_assistant;
mod link;
mod outbox;
mod publisher;
mod reporter;
mod session;
mod topics;

pub use args::{InvalidMqtt, MqttArgs, MqttPace, MqttSettings};
pub(crate) use link::MqttLink;
pub(crate) use publisher::Publisher;
pub(crate) use reporter::Parts;
