//! The gateway's routes over chargers in memory, with a paused clock.

#![allow(clippy::unwrap_used, reason = "a failed test may panic, in its helpers too")]

mod accounts;
mod clock;
mod events;
mod fake;
mod get_writes;
mod links;
mod listener;
#[cfg(feature = "mqtt")]
mod mqtt;
mod reads;
mod relays;
mod sharing;
mod stopping;
mod storm;
mod writes;
