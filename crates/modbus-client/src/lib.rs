//! A strict Modbus TCP client, for devices that answer late, wrongly or twice.
//!
//! Each call takes the [`Client`] and gives it back only with the right answer; after anything else
//! the connection is gone, and nothing is ever read from it again. A call is bounded in time and in
//! bytes, and is sent once.
//!
//! Not here: which registers there are, what words mean, when to connect again after a failure, and
//! what an exception means to whoever asked.

mod client;
mod exception;
mod frames;

pub use client::{CallOutcome, Client, ConnectionError, Echo, Request, Response, Table, Timeouts};
pub use exception::Exception;
