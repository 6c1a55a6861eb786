//! What the page and our servers tell each other, as types.
//!
//! - At the top: what the proxies add to a charger's surface ([`ApiStatus`], [`Chargers`],
//!   [`ErrorBody`], the header of a write, the [`code`]s of errors).
//! - [`outcome`]: what became of a write, and the read-back that decides it.
//! - [`budget`]: how long each step may take, from the charger to the page.
//! - [`snapshot`], [`link`]: what is known of a charger, how old it is, and whether it answers.
//! - [`custom_api`]: what the Custom API server says about itself.
//!
//! The read-back is here and not in `nrgkick-model`: it is our judgement of a charger's answers,
//! with our patience, and [`WriteAnswer`] is the body that a gateway sends. A page that reaches a
//! charger directly runs the same code and gives itself the same answer.
//!
//! Not here: the device (`nrgkick-model`), sockets, clocks (what needs the time takes it), routes
//! and statuses.

pub mod budget;
pub mod custom_api;
pub mod link;
pub mod outcome;
mod routes;
pub mod snapshot;

pub use link::{Link, LinkState};
pub use outcome::{Outcome, WriteAnswer};
pub use routes::{
    AGE_MS_HEADER, ApiStatus, ChargerEntry, ChargerState, Chargers, ErrorBody, ErrorDetail,
    FoundBy, Gateway, NO_WRITE_ID, Upstream, WRITE_ID_HEADER, code, event,
};
pub use snapshot::Snapshot;
