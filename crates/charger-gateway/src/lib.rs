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
mod cache;
mod charger;
mod error;
mod events;
mod failure;
mod fleet;
mod ids;
mod job;
mod known;
mod link;
mod metrics;
mod misfits;
mod options;
mod owner;
mod passed;
mod pipeline;
mod privacy;
mod rate;
mod reads;
mod registers;
mod relays;
mod result;
mod route;
mod serve;
mod single_flight;
mod status;
mod stop;
mod timing;

pub use address::{Address, AddressDefaults, InvalidAddress};
pub use args::{
    GatewayArgs, InvalidArgs, InvalidName, MaxRate, NamedAddress, RepeatedName, UNNAMED,
    UnprotectedGetWrites,
};
pub use charger::{Answer, Charger, RegisterAnswer, RegisterRange};
pub use failure::{ChargerError, Failure, FailureKind};
pub use fleet::{Fleet, Owners};
pub use misfits::MisfitLog;
pub use options::{GetWrites, Options, Program};
pub use route::{ChargerName, router};
pub use serve::{EmbeddedPage, ServerConfig, serve, serve_with};
pub use timing::Timing;
