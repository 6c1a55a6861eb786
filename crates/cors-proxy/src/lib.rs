//! The proxy for chargers with their JSON API: page and API from one origin, safely.
//!
//! Here: the HTTP client ([`HttpCharger`]), the parsers of a charger's address ([`read_address`])
//! and password ([`Credentials`]), and the program's flags ([`Args`], [`Config`]).
//!
//! Not here: routes, the write pipeline and the queue in front of the charger
//! (`charger-gateway`), guard, headers and files (`http-service`), the page (`page-bundle`).

mod address;
mod args;
mod client;
mod config;
mod connection;
mod credentials;
mod per_charger;

use std::net::SocketAddr;
use std::sync::Arc;

use charger_gateway::{AUTO, Chargers, Makers};
use tokio::net::TcpListener;

pub use address::read_address;
pub use args::{Args, InvalidArgs};
pub use client::{HttpCharger, Timeouts};
pub use config::{Config, PROGRAM};
pub use credentials::{Credentials, InvalidUsername};
pub use per_charger::PerChargerError;

/// A charger that was found at `address`, as a stranger sees it: no password goes there.
pub fn stranger(address: SocketAddr) -> HttpCharger {
    HttpCharger::new(address::found_at(Some(address)), None, Timeouts::default())
}

/// Serves `config` on `listener` until `shutdown`; returns when all requests under way have ended.
///
/// # Errors
/// If `listener` is reachable from other machines and no flag states who may call.
pub async fn serve(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<http_service::Drained, http_service::ConfigError> {
    let Config { server, chargers, mut credentials, timeouts } = config;
    let of_found = credentials.remove(AUTO);
    let named = chargers
        .into_iter()
        .map(|(name, address)| {
            let credentials = credentials.remove(&name);
            (name, HttpCharger::new(address, credentials, timeouts))
        })
        .collect();
    let found = move |place| HttpCharger::new(address::found_at(place), of_found.clone(), timeouts);
    let makers = Makers { stranger: Arc::new(stranger), found: Box::new(found), port: None };
    let chargers = Chargers { named, makers };
    charger_gateway::serve(server, chargers, listener, shutdown).await
}
