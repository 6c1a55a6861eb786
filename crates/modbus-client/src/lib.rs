//! A strict Modbus TCP client, for devices that answer late, wrongly or twice.
//!
//! Each call takes the [`Client`] and returns it only with a valid answer or an exception; after
//! anything else the connection is closed and never read again. A call is bounded in time and in
//! bytes, and is sent once.
//!
//! For devices that are only read, [`Reader`] keeps a connection over a silence, and speaks RTU over
//! TCP too.
//!
//! Not here: the list of registers, the meaning of their words, reconnecting after a failure, and
//! the handling of exceptions.

mod client;
mod exception;
mod frames;
mod framing;
mod reader;

pub use client::{CallOutcome, Client, ConnectionError, Echo, Request, Response, Table, Timeouts};
pub use exception::Exception;
pub use framing::{Framing, Read};
pub use reader::{Attempt, Reader};
