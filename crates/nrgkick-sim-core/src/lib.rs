//! A charger that is not there.
//!
//! [`Simulator`] is an NRGkick Gen2 as far as its local API shows it: it charges a [`Vehicle`],
//! warms up, counts energy, obeys and refuses writes, and answers requests. Everything that is
//! not known about the device is one of its [`Switches`], not a guess baked in.
//!
//! Not here: sockets, threads, clocks. Time moves only when [`Simulator::advance`] says so, in
//! steps of fixed length, so the same calls always end in the same state, natively and in a
//! browser. Wire faults (resets, silence, garbage) belong to whoever owns the socket.
//!
//! Read the modules in this order: [`setup`] and [`switches`], what it is built from;
//! `simulator`, one step of time; `drive` of [`vehicle`], `flow` and `thermal`, the physics;
//! `settings` and `control`, how a write is checked and comes into force; `held` and `patch`,
//! how a test bends the state; [`http`], a request to a response.

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
mod patch;
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
pub use patch::PatchError;
pub use scenario::Scenario;
pub use setup::{Credentials, Firmware, Setup};
pub use simulator::Simulator;
pub use switches::Switches;
pub use vehicle::Vehicle;
