//! The simulator on real sockets.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod admin;
mod custom_api;
mod faults;
mod http;
mod profile;
mod support;
