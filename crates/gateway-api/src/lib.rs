//! The interface between the page and our servers, as types.
//!
//! - At the top: additions of the proxies to a charger's API ([`ApiStatus`], [`Chargers`],
//!   [`ErrorBody`], the header of a write, the [`code`]s of errors).
//! - [`outcome`]: the outcome of a write, and the read-back that decides it.
//! - [`budget`]: the limit of each step, from the charger to the page.
//! - [`snapshot`], [`link`]: the known values of a charger, their age, and the state of its
//!   connection.
//! - [`accounts`]: the counts, writes and changes that a gateway keeps of each charger.
//! - [`found`]: what a search of the network finds.
//! - [`record`]: the record of charges that a gateway keeps; [`csv`] is it as CSV, [`utc`] its times.
//! - [`custom_api`]: the status of the Custom API server; [`value_history`]: the last day of one of its
//!   values.
//!
//! The read-back is here and not in `nrgkick-model`: it is our judgement of a charger's answers,
//! with our time limits, and [`WriteAnswer`] is the body that a gateway sends. A page that reaches
//! a charger directly runs the same code and computes the same answer.
//!
//! Not here: the device (`nrgkick-model`), sockets, clocks (functions that need the time take it as
//! an argument), routes and statuses.

pub mod accounts;
pub mod budget;
pub mod csv;
pub mod custom_api;
pub mod found;
pub mod link;
pub mod outcome;
pub mod record;
mod routes;
pub mod snapshot;
pub mod utc;
pub mod value_history;

pub use link::{Link, LinkState};
pub use outcome::{Outcome, WriteAnswer};
pub use routes::{
    AGE_MS_HEADER, ApiStatus, ChargerEntry, ChargerState, Chargers, ErrorBody, ErrorDetail,
    FoundBy, Gateway, Measured, NO_WRITE_ID, Upstream, WRITE_ID_HEADER, code, event, is_write_id,
};
pub use snapshot::Snapshot;
