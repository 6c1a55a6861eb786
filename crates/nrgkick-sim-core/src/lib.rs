//! A simulated charger, without I/O.
//!
//! [`Simulator`] behaves as an NRGkick Gen2 does on its local API: it charges a [`Vehicle`], warms
//! up, counts energy, accepts and refuses writes, and answers requests. Every unknown of the device
//! is one of its [`Switches`], not a fixed guess.
//!
//! Not here: sockets, threads, clocks. Time moves only by [`Simulator::advance`], in steps of fixed
//! length, so the same calls always give the same state, natively and in a browser. Connection
//! faults (resets, silence, garbage) belong to the owner of the socket.
//!
//! Read the modules in this order: [`setup`] and [`switches`], the inputs; `simulator`, one step of
//! time; `drive` of [`vehicle`], `flow` and `thermal`, the physics; `settings` and `control`, the
//! checks on writes and their delay; `held` and `patch`, changes by tests; [`http`], requests and
//! responses.

mod charge;
mod control;
mod decision;
mod flow;
mod held;
pub mod http;
mod identity;
mod log;
mod modbus;
mod modbus_answers;
pub mod model;
mod numbers;
mod patch;
mod recorded;
mod scenario;
mod settings;
pub mod setup;
mod simulator;
mod state;
pub mod switches;
mod thermal;
mod unit;
pub mod vehicle;

pub use http::Response;
pub use log::{Via, WriteRecord};
pub use modbus_answers::ModbusAnswers;
pub use model::{InvalidName, Model};
pub use numbers::Numbers;
pub use patch::PatchError;
pub use recorded::{Occasion, RecordedAnswer};
pub use scenario::Scenario;
pub use setup::{Credentials, Firmware, Setup};
pub use simulator::Simulator;
pub use switches::Switches;
pub use vehicle::Vehicle;
