//! The server over real sockets, its sources against devices that are not there, its messages.

#![allow(clippy::unwrap_used, reason = "a failed test may panic, in its helpers too")]

mod devices;
mod golden;
mod plants;
mod recipes;
mod serving;
mod sources;
mod support;
