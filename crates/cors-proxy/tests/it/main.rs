//! The proxy as a server, between a client and a charger on raw sockets.

#![allow(clippy::unwrap_used, reason = "a failed test may panic, in its helpers too")]

mod answers;
mod attacks;
mod charger;
#[cfg(target_os = "linux")]
mod crowd;
mod faults;
mod memory;
mod process;
mod proxy;
mod surface;
mod writes;
