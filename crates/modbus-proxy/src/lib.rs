//! The proxy for chargers with only the Modbus API on: the page and the JSON API, from registers.
//!
//! Here: the connection and the reads over it ([`ModbusCharger`]), `GET /registers`, and the
//! program's flags ([`Args`], [`Config`]).
//!
//! Not here: the table of registers, their decoding and the plan of blocks (`nrgkick-model`), the
//! Modbus protocol (`modbus-client`), the other routes and the write pipeline (`charger-gateway`),
//! guard, headers and files (`http-service`).

mod address;
mod args;
mod cache;
mod charger;
mod config;
mod registers;
mod session;
mod status;
mod timeouts;
mod write;

use std::net::SocketAddr;
use std::sync::Arc;

use charger_gateway::{Chargers, Fleet, Makers};
use tokio::net::TcpListener;

pub use address::{PORT, read_address};
pub use args::Args;
pub use charger::ModbusCharger;
pub use config::{Config, PROGRAM};
pub use timeouts::Timeouts;

/// A charger that was found, reached over Modbus at `address` as `unit`.
pub fn stranger(address: SocketAddr, unit: u8) -> ModbusCharger {
    ModbusCharger::new(address::found_at(Some(address)), unit, Timeouts::default())
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
    let Config { server, chargers, unit, timeouts } = config;
    let named = chargers
        .into_iter()
        .map(|(name, address)| (name, ModbusCharger::new(address, unit, timeouts)))
        .collect();
    let found = move |place| ModbusCharger::new(address::found_at(place), unit, timeouts);
    let makers = Makers {
        stranger: Arc::new(move |address| stranger(address, unit)),
        found: Box::new(found),
        port: Some(PORT),
    };
    let chargers = Chargers { named, makers };
    let show_private = server.options.show_private;
    let registers = |fleet: &Fleet| registers::router(fleet.clone(), show_private);
    charger_gateway::serve_with(server, chargers, registers, listener, shutdown).await
}
