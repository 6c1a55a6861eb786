//! The charger as a client: it fetches what a web server of the user's says about inverter,
//! meter, battery and load.
//!
//! [`Poller`] asks for both documents every few seconds and shows what it understood. Read
//! [`settings`] for what is asked and how, `client` for the exchange, `understanding` for what an
//! answer says, [`report`] for what `/_sim/custom-api` shows and takes.
//!
//! Not here: what the charger makes of the values. Solar charging is not simulated.

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
