//! Values as Modbus holding registers.
//!
//! Addresses are 0-based and a *word* is 16 bits. Inside a word Modbus is big-endian; of a value
//! with several words the least significant comes first (the manufacturer's "little endian"). For
//! integers that order is confirmed on real units, for floats it is inferred.
//!
//! Here: one value to words and back, readings from blocks of words, and the choice of blocks. Not
//! here: the wire; no frame, no socket, no function code.

mod block;
mod plan;
mod value;

pub use crate::field::{Encoding, Register};
pub use block::RowsOf;
pub use plan::{Block, GPS_PERIOD, MAX_QUANTITY, ReadPlan, blocks};
pub use value::EncodeError;

#[cfg(test)]
mod tests;
