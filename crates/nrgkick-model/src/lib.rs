//! The NRGkick Gen2 local API as types: the charger's documents and the commands it accepts.
//!
//! Read the modules in this order:
//!
//! 1. [`code`]: numbers with names (status, warning, error …) and the two bit sets.
//! 2. [`field`]: the one table of 82 values. Everything else is a projection of it.
//! 3. [`reading`]: the values of a document by row; JSON and registers are decoded into it.
//! 4. [`document`]: [`Info`], [`Control`] and [`Values`] as structs.
//! 5. [`register`]: values to Modbus words and back.
//! 6. [`command`]: checked writes. [`request`] and [`refusal`]: requests and answers.
//! 7. [`custom_api`]: documents that the charger fetches from a server of its owner.
//! 8. [`json`], [`text`]: the strict JSON parser, and the cleaning of foreign strings.
//!
//! Not here: sockets, fetch, clocks (every function that needs the time takes it),
//! logging, a user interface, and any guess about the device. Values are in the units of the
//! manufacturer's documentation: A, V, W, var, VA, Wh, Hz, °C, seconds.
//!
//! Words used throughout: *charger* (the NRGkick), *vehicle*, *attachment* (the plug on the
//! grid side), *charge* (one session), *rated current* (the unit's maximum), *set current* (the
//! user's), *signalled current* (told to the vehicle), *field* (a row of the table), *reading*
//! (a field's value), *document* (a JSON object of the device).

pub mod code;
pub mod command;
pub mod custom_api;
pub mod document;
pub mod error;
pub mod field;
mod found;
pub mod json;
pub mod number;
pub mod reading;
pub mod refusal;
pub mod register;
pub mod request;
pub mod text;
pub mod time;

pub use command::{Command, ControlWrite, InvalidCommand};
pub use document::{Control, Document, Info, Values};
pub use error::DecodeError;
pub use field::{Field, FieldId};
pub use reading::{Readings, Scalar};
pub use refusal::Refusal;
pub use request::{Reply, ReplyError, Request};

/// Runs the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
