//! Everything that needs two crates: real servers in this process on port 0, foreign clients,
//! the manufacturer's fixtures, and the rules of the house.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says what is wrong")]

mod custom_api;
mod fixtures;
mod golden;
mod house;
#[cfg(target_os = "linux")]
mod mdns;
mod modbus;
mod outsiders;
mod proxy;
mod structure;
