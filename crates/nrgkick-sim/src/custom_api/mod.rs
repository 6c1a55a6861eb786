//! The charger as a client: it polls the user's web server for values of inverter, meter, battery
//! and load.
//!
//! [`Poller`] fetches both documents every few seconds and keeps what it parsed. [`settings`] has
//! the server, the interval and the form of requests, `client` the exchange, `understanding` the
//! parsing, [`report`] the bodies of `/_sim/custom-api`.
//!
//! Not here: the effect of the values on charging. Solar charging is not simulated.

pub mod cli;
mod client;
mod poller;
mod record;
pub mod report;
pub mod settings;
mod understanding;

pub use poller::Poller;
pub use report::{Change, InvalidChange, LastFetch, Report};
pub use settings::{Every, HttpVersion, Limits, Manner, ServerUrl, Settings};
