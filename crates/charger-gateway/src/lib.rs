//! The common part of both proxies: an HTTP API over chargers that are reached by different APIs.
//!
//! A program implements [`Charger`] and calls [`serve`]. Here: the owner task of each charger
//! ([`Fleet`]), the write pipeline (checked, sent once, read back), the sharing and limiting of
//! reads, the memory of write ids, the routes, and the flags of both programs ([`GatewayArgs`]).
//!
//! Not here: the connections to chargers, the layers that every server has (`http-service`), and
//! the meaning of the charger's data (`nrgkick-model`).

mod accounts;
mod address;
mod args;
mod backoff;
mod backup;
mod cache;
mod charger;
mod command;
mod discover;
mod error;
mod events;
mod failure;
mod fleet;
mod handle;
mod ids;
mod job;
mod known;
mod link;
mod metrics;
mod misfits;
#[cfg(feature = "mqtt")]
mod mqtt;
mod options;
mod owner;
mod passed;
mod pipeline;
mod privacy;
mod probe;
mod program;
mod rate;
mod reads;
mod record;
mod registers;
mod relays;
mod result;
mod route;
mod search;
mod seek;
mod serve;
mod server_config;
mod single_flight;
mod status;
mod stop;
mod timing;

pub use address::{Address, AddressDefaults, InvalidAddress, Place};
pub use args::{
    AUTO, GatewayArgs, InvalidArgs, InvalidName, MaxRate, NamedAddress, NamedAuto,
    PasswordForAnyone, RepeatedName, UNNAMED, UnprotectedGetWrites,
};
pub use backup::{BackupArgs, RestoreArgs};
pub use charger::{Answer, Charger, RegisterAnswer, RegisterRange};
pub use command::Command;
pub use discover::DiscoverArgs;
pub use failure::{ChargerError, Failure, FailureKind};
pub use fleet::{Fleet, Owners};
pub use misfits::MisfitLog;
#[cfg(feature = "mqtt")]
pub use mqtt::{InvalidMqtt, MqttArgs, MqttPace, MqttSettings};
pub use options::{GetWrites, Options};
pub use program::Program;
pub use record::Record;
pub use route::{ChargerName, router};
pub use search::Search;
pub use seek::Makers;
pub use serve::{Chargers, serve, serve_with};
pub use server_config::{EmbeddedPage, ServerConfig};
pub use timing::Timing;
