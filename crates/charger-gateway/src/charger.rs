//! The charger as the gateway needs it: one method for each thing that is asked of it.
//!
//! Not here: how. `cors-proxy` holds an HTTP client, `modbus-proxy` a Modbus client.

use std::net::SocketAddr;

use gateway_api::outcome::Sent;
use gateway_api::{ApiStatus, Upstream};
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use nrgkick_model::{Control, ControlWrite, Readings, Reply, ReplyError};
use tokio::time::Instant;

use crate::address::Place;
use crate::failure::ChargerError;

/// One charger, asked by one owner at a time.
///
/// Each future may be dropped at any time; the next exchange must then not see the answer to that
/// one.
pub trait Charger: Send + 'static {
    /// Reads a document once.
    fn read(&mut self, read: &Read) -> impl Future<Output = Result<Answer, ChargerError>> + Send;

    /// Reads the settings once, to see what became of a write.
    fn control(
        &mut self,
    ) -> impl Future<Output = Result<Result<Control, ReplyError>, ChargerError>> + Send;

    /// Sends `write`, which is one of [`Charger::parts`]: never twice, whatever happens on the way.
    fn write(
        &mut self,
        write: &ControlWrite,
    ) -> impl Future<Output = Result<Sent, ChargerError>> + Send;

    /// Which of its APIs are on, as far as it says so.
    fn api(&mut self) -> impl Future<Output = Result<ApiStatus, ChargerError>> + Send;

    /// The parts in which `write` is sent, in order: each is applied as a whole or not at all, and
    /// goes out when the one before it is verified.
    fn parts(&self, write: ControlWrite) -> Vec<ControlWrite> {
        vec![write]
    }

    /// Reads `quantity` registers from `address` on, once. A charger without registers says so.
    fn registers(
        &mut self,
        _address: u16,
        _quantity: u16,
    ) -> impl Future<Output = Result<RegisterAnswer, ChargerError>> + Send {
        async { Ok(RegisterAnswer::None) }
    }

    /// The registers of which the last documents were made, if any.
    fn cached_registers(&self) -> Vec<RegisterRange> {
        Vec::new()
    }

    /// Requests or transactions sent so far, wrapping at the end: each one weighs on the charger.
    fn exchanges(&self) -> u32;

    /// The API by which it is reached.
    fn upstream(&self) -> Upstream;

    /// The address to name in messages, such as `192.168.1.20`.
    fn address(&self) -> String;

    /// Where it is.
    fn place(&self) -> Place {
        Place::Named
    }

    /// From now on it is at `place`, or nobody knows where: connections to where it was are given
    /// up, and nothing that was read there is kept.
    fn set_place(&mut self, _place: Option<SocketAddr>) {}

    /// Whether a password of the charger is held here, so that a 401 is this program's matter and
    /// not the caller's.
    fn has_password(&self) -> bool {
        false
    }
}

/// The answer to the read of a document.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status and bytes that are passed on: as received over HTTP, rendered over Modbus.
    pub reply: Reply,
    /// The rows of the document, or why there are none.
    pub readings: Result<Readings, ReplyError>,
    /// How long to leave the charger alone, s, where it says so.
    pub retry_after: Option<u32>,
}

impl Answer {
    /// Decodes what came over HTTP for `document`.
    pub fn received(reply: Reply, document: DocumentName) -> Self {
        let readings = reply.readings(document);
        Self { reply, readings, retry_after: None }
    }
}

/// The answer to a read of registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegisterAnswer {
    /// The words, as many as were asked for.
    Words(Vec<u16>),
    /// A Modbus exception, by its code.
    Refused(u8),
    /// It has no registers.
    None,
}

/// Registers that were read at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRange {
    /// The first one.
    pub address: u16,
    /// The words from there on.
    pub words: Vec<u16>,
    /// When they were read.
    pub at: Instant,
}
