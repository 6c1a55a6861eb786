//! The record of charges: what happened at each charger, kept in one file.
//!
//! - Pure, without I/O, clock or runtime: [`book`] makes charges out of looks at a charger, with
//!   [`counter`], [`session`] and [`ending`] for what may be believed, and `ring` for the last 24 h.
//! - [`store`]: the file.
//! - [`csv`], [`wall`]: the record as text.
//!
//! Not here: asking chargers, routes, and telling anybody (`charger-gateway`); the documents that
//! page and gateway share (`gateway_api::record`).
//!
//! # The file
//!
//! One file, of [redb](https://docs.rs/redb) behind a page of our own. redb and not SQLite, because
//! it is Rust alone (no C compiler for other targets, no second allocator), because a commit is
//! atomic by design without a second file (no `-wal` or `-journal` beside it, which people forget to
//! copy), and because a storage of one's own can be put under it, so that a kill at every byte is a
//! test. It costs about 500 kB of a release build; SQLite would be about 1.1 MB and has more than
//! the few ordered tables that are needed here.
//!
//! # Wear
//!
//! Looks are committed together, every 5 minutes while a charge runs and every 15 minutes else; the
//! end of a charge, a label and a removal at once. A kill loses at most that much of the 24 h
//! history and of a running charge's curve; its energy comes from the charger's counter afterwards.

pub mod book;
pub mod charge;
pub mod counter;
pub mod csv;
pub mod curve;
pub mod ending;
pub mod reading;
pub mod ring;
pub mod running;
pub mod sample;
pub mod session;
pub mod store;
pub mod wall;

pub use book::{Book, Event, Look};
pub use charge::{Charge, ChargeId};
pub use reading::{Reading, Unit};
pub use sample::Sample;
pub use store::{OpenError, Store, StoreError};
