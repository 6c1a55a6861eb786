//! Chargers in the local network, found by multicast DNS (RFC 6762, RFC 6763).
//!
//! Here: what a charger announces as a typed [`Announcement`], the [`Browser`] that keeps the
//! present ones, the [`Announcer`] of the simulated charger, and the [`Networks`] that this machine
//! is attached to.
//!
//! An announcement is a claim of whoever sent it: everybody in the network can announce any name,
//! serial number and address. Not here: whether a claim is believed, and asking the charger
//! (`charger-gateway`).

mod announcement;
mod announcer;
mod browser;
mod error;
mod network;
mod table;
mod txt;

pub use announcement::Announcement;
pub use announcer::{Announced, Announcer};
pub use browser::Browser;
pub use error::DiscoveryError;
pub use network::{Networks, Unsuitable};

/// The service of a charger's local APIs.
pub const SERVICE: &str = "_nrgkick._tcp.local.";
