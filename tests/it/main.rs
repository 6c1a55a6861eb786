//! Tests of several crates: real servers in this process on port 0, third-party clients, the
//! manufacturer's fixtures, and rules of the project.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says what is wrong")]

mod add_on;
mod custom_api;
mod custom_api_guarded;
mod fixtures;
#[cfg(target_os = "linux")]
mod full_disk;
mod golden;
#[cfg(target_os = "linux")]
mod half_open;
mod house;
#[cfg(unix)]
mod https;
#[cfg(target_os = "linux")]
mod mdns;
mod modbus;
mod mqtt;
mod outsiders;
mod prometheus;
mod proofs;
mod proxy;
mod record;
mod routes;
#[cfg(unix)]
mod settings;
#[cfg(target_os = "linux")]
mod soak;
mod structure;
mod supply;
#[cfg(unix)]
mod upgrade;
mod words;
