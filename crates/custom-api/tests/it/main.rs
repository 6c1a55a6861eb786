//! The server over real sockets, its sources against simulated devices, its messages.

#![allow(clippy::unwrap_used, reason = "a failed test may panic, in its helpers too")]

mod access;
mod ages;
mod balance;
mod brands;
mod devices;
mod docs;
mod editing;
mod golden;
#[cfg(unix)]
mod hangup;
mod kinds;
mod plants;
mod recipes;
mod registers;
mod serving;
mod sessions;
mod sources;
mod support;
mod web;
