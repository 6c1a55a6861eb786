//! The texts of the page, one file per language.
//!
//! Every code has its words by an exhaustive `match`, so a missing one does not compile. Labels and
//! sentences of the 82 values are English in the model's table; only another language has to repeat
//! them.

pub mod en;
