//! The record of charges in the page: what a gateway keeps, or else what the page saw itself.
//!
//! - Plain logic with native tests: [`place`] (what is seen), [`zone`] (the clock on the wall),
//!   [`months`] (sums), [`money`], [`tariff`] and [`cost`], [`plot`] (the drawing of a curve),
//!   [`seen`] (a page's own memory), [`export`] (files).
//! - [`ledger`] keeps the record up to date while it is seen, [`memory`] remembers from the start.
//!
//! Not here: the views ([`part`](crate::part)), and requests ([`api`](crate::api)).

pub mod cost;
pub mod export;
pub mod ledger;
pub mod memory;
pub mod money;
pub mod months;
pub mod place;
pub mod plot;
#[cfg(test)]
pub(crate) mod sample;
pub mod seen;
pub mod tariff;
pub mod zone;

pub use ledger::{HERE, Keeper, Ledger};
pub use memory::remember;
