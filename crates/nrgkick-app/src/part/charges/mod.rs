//! The screen with the record of charges: the curve of now, the list by months, one charge, the tariff,
//! and sheets to print.
//!
//! Not here: what is known of the charges ([`record`](crate::record)).

pub mod chart;
pub mod delete;
pub mod files;
pub mod label;
pub mod list;
pub mod month;
pub mod now;
pub mod one;
pub mod sheet;
pub mod tariff;
pub mod text;

pub use list::List;
pub use now::Now;
pub use one::One;
pub use sheet::Sheet;
pub use tariff::TariffForm;
