//! The parts that all servers of this workspace share.
//!
//! Here: the accept loop and its drain ([`serve`], [`accept_loop`]), the guard against foreign
//! pages ([`guard`]), access control for callers ([`access`]), the headers of every answer
//! ([`headers`]), the common error body ([`error`]), request bodies ([`body`]), a page held in
//! memory ([`bundle`]), and helpers for a program's `main` ([`cli`], [`healthcheck`], [`logging`],
//! [`program`], [`secret`], [`settings`]), one request to somewhere else ([`outbound`]). [`App`] puts the layers around a router in the required order.
//!
//! Not here: any route, any upstream, any knowledge of the content. HTTP/1 only; TLS is left to a
//! reverse proxy.

mod accept;
pub mod access;
mod app;
mod backoff;
pub mod body;
pub mod bundle;
pub mod cli;
mod config_error;
mod connection;
mod duration;
mod encoding;
pub mod error;
pub mod guard;
pub mod headers;
pub mod healthcheck;
mod host_port;
mod layers;
mod limits;
pub mod logging;
pub mod names;
mod nearest;
mod network;
pub mod outbound;
mod packing;
mod places;
pub mod program;
pub mod secret;
mod service_manager;
pub mod settings;
#[cfg(feature = "tls")]
pub mod tls;
#[cfg(not(feature = "tls"))]
#[path = "tls/without.rs"]
pub mod tls;

pub use accept::{Drained, Draining, accept_loop};
pub use access::{Access, Caller};
pub use app::App;
pub use backoff::Backoff;
pub use bundle::Bundle;
pub use config_error::ConfigError;
pub use connection::{Application, Client, Peer, serve, serve_connection};
pub use duration::duration;
pub use error::ApiError;
pub use guard::GuardConfig;
pub use host_port::HostPort;
pub use layers::AppService;
pub use limits::Limits;
pub use nearest::nearest;
pub use outbound::Target;
pub use packing::gzip;
pub use places::ConnectionPlace;
pub use tls::Tls;
