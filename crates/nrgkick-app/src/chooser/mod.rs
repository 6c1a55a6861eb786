//! Which chargers there are to choose from, and what is known of each.
//!
//! Nobody is asked unless the list is seen. The charger that the page shows is not asked for it at
//! all; of the others a gateway tells what it knows, and who is left is asked at a slow [`pace`].
//!
//! Not here: the views ([`part`](crate::part)), and requests ([`api`](crate::api)).

pub mod glance;
pub mod link;
pub mod pace;
mod row;
mod watch;

pub use glance::{Glance, Shown, Told};
pub use row::{List, Row};
pub use watch::{Board, rows};
