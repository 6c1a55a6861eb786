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
//! it is Rust alone (no C compiler for other targets), because a commit is atomic by design without
//! a second file (no `-wal` or `-journal` beside it, which people forget to copy), and because a
//! storage of one's own can be put under it, so that a power cut at any byte is a test. SQLite's
//! queries are not needed: all that is asked are ranges of a few ordered tables.
//!
//! The record as a whole makes a release build of `cors-proxy` without a page 1.9 MB larger, 6.2 MB
//! in place of 4.3.
//!
//! A year with a charge of four hours a day takes 4.1 MB, curves included, and 100,000 charges
//! without curves take 68 MB in a file. A page of 200 of them is read in 0.4 ms at the beginning and
//! in 1 ms at the end of the list, a page of 1,000 charges in all in 0.25 ms; opening, which checks
//! every page of the file, takes 60 ms. Memory stays at 10 MB. (Release build on two cores;
//! `tests/it/year.rs` prints them.)
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
