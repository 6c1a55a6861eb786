//! The probe against the simulator over real sockets: what it finds out is what is there, the
//! profile replays, and however it ends, the settings are as before.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says what is wrong")]

mod consent;
mod custom_api;
mod interrupted;
mod law;
mod network;
mod support;
