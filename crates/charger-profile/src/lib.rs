//! A charger's profile: what `nrgkick-probe` found out about it, as a JSON file that can be sent to
//! anybody and that `nrgkick-sim --profile` replays.
//!
//! [`Profile`] is the file: [`Answers`], which are replayed, and [`Evidence`], the texts as they
//! came, for people. Whatever was not asked is missing, and whoever reads the file decides what to
//! assume. [`scrub`] keeps out what names the owner, the unit or its place.
//!
//! Not here: asking a charger, the simulator, and files; a profile is read from text and written to
//! text.

mod answers;
mod exchange;
mod file;
mod http;
mod modbus;
mod parallel;
pub mod scrub;

pub use answers::{AfterUnplug, Answers, Charger, CustomApi};
pub use exchange::Exchange;
pub use file::{Evidence, FORMAT, InvalidProfile, MAX_BYTES, Profile};
pub use http::{Http, Numbers, RawZero};
pub use modbus::{Modbus, Reply};
pub use parallel::Parallel;
