//! Tests of several crates: real servers in this process on port 0, third-party clients, the
//! manufacturer's fixtures, and rules of the project.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says what is wrong")]

mod custom_api;
mod custom_api_guarded;
mod fixtures;
#[cfg(target_os = "linux")]
mod full_disk;
mod golden;
mod house;
#[cfg(target_os = "linux")]
mod mdns;
mod modbus;
mod mqtt;
mod outsiders;
mod prometheus;
mod proxy;
mod record;
#[cfg(unix)]
mod settings;
mod structure;
mod words;
