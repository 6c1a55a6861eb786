//! The gateway's interface to a charger: one method for each operation.
//!
//! Not here: the implementations. `cors-proxy` has an HTTP client, `modbus-proxy` a Modbus client.

use std::net::SocketAddr;

use gateway_api::outcome::Sent;
use gateway_api::{ApiStatus, Upstream};
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use nrgkick_model::{Control, ControlWrite, Readings, Reply, ReplyError};
use tokio::time::Instant;

use crate::address::Place;
use crate::failure::ChargerError;

/// A charger, used by one owner at a time.
///
/// Each future may be dropped at any time; the next exchange must then not receive the answer of
/// the dropped one.
pub trait Charger: Send + 'static {
    /// Reads a document once.
    fn read(&mut self, read: &Read) -> impl Future<Output = Result<Answer, ChargerError>> + Send;

    /// Reads the settings once, to verify a write.
    fn control(
        &mut self,
    ) -> impl Future<Output = Result<Result<Control, ReplyError>, ChargerError>> + Send;

    /// Sends `write`, one of [`Charger::parts`], exactly once, even if the connection fails.
    fn write(
        &mut self,
        write: &ControlWrite,
    ) -> impl Future<Output = Result<Sent, ChargerError>> + Send;

    /// Asks which of its APIs are on, as far as the charger reports it.
    fn api(&mut self) -> impl Future<Output = Result<ApiStatus, ChargerError>> + Send;

    /// Splits `write` into the parts to send, in order: each is applied as a whole or not at all,
    /// and is sent when the one before it is verified.
    fn parts(&self, write: ControlWrite) -> Vec<ControlWrite> {
        vec![write]
    }

    /// Reads `quantity` registers from `address` on, once. Without registers:
    /// [`RegisterAnswer::None`].
    fn registers(
        &mut self,
        _address: u16,
        _quantity: u16,
    ) -> impl Future<Output = Result<RegisterAnswer, ChargerError>> + Send {
        async { Ok(RegisterAnswer::None) }
    }

    /// Returns the registers of the last documents, if any.
    fn cached_registers(&self) -> Vec<RegisterRange> {
        Vec::new()
    }

    /// Returns the number of requests or transactions sent so far, wrapping: the load on the
    /// charger.
    fn exchanges(&self) -> u32;

    /// Returns the API by which the charger is reached.
    fn upstream(&self) -> Upstream;

    /// Returns the address for messages, such as `192.168.1.20`.
    fn address(&self) -> String;

    /// Where it is.
    fn place(&self) -> Place {
        Place::Named
    }

    /// From now on it is at `place`, or nobody knows where: connections to where it was are given
    /// up, and nothing that was read there is kept.
    fn set_place(&mut self, _place: Option<SocketAddr>) {}

    /// `true` if this program has the charger's password, so that a 401 concerns this program and
    /// not the caller.
    fn has_password(&self) -> bool {
        false
    }
}

/// The answer to the read of a document.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status and bytes to pass on: received over HTTP, or rendered from Modbus registers.
    pub reply: Reply,
    /// The rows of the document, or the error.
    pub readings: Result<Readings, ReplyError>,
    /// `Retry-After` of the charger, s.
    pub retry_after: Option<u32>,
}

impl Answer {
    /// Decodes an HTTP reply to a read of `document`.
    pub fn received(reply: Reply, document: DocumentName) -> Self {
        let readings = reply.readings(document);
        Self { reply, readings, retry_after: None }
    }
}

/// The answer to a read of registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterAnswer {
    /// The words, exactly as many as requested.
    Words(Vec<u16>),
    /// The code of a Modbus exception.
    Refused(u8),
    /// The charger has no registers.
    None,
}

/// Registers of one read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRange {
    /// First register, 0-based.
    pub address: u16,
    /// The words from that register on.
    pub words: Vec<u16>,
    /// The time of the read.
    pub at: Instant,
}
