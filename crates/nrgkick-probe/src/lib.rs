//! Finds out, on an owner's real charger, what nobody has published, in plain words and with consent
//! before each write.
//!
//! [`run`] takes the [`Step`]s one by one: reading first, then writes, each of which is asked for
//! and put back, then what needs the owner's hands. What was found out becomes a profile
//! (`charger-profile`), which the owner sees before it is saved and which `nrgkick-sim --profile`
//! replays. The settings from before the first write are in a [`Journal`] on the disk until they
//! are back.
//!
//! Read the modules in this order: `options`, `owner`, `session`, then `steps`; `journal` and
//! `restore` for the way back.
//!
//! Not here: the format of the file, register numbers and JSON paths (the model's), a simulator.

pub mod address;
mod cli;
mod end;
mod http;
mod journal;
mod line;
mod options;
mod owner;
mod registers;
mod report;
mod restore;
mod run;
mod session;
mod steps;
mod trouble;

pub use cli::{Args, Task};
pub use end::{Ended, PROGRAM, RunError};
pub use journal::{Journal, JournalError, place};
pub use options::{Options, Times};
pub use owner::{Console, Owner, Point};
pub use run::{restore, run};
pub use steps::{Effect, Step};
