//! Jobs in the queues of a charger's owner: reads and writes, each with its reply channel.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gateway_api::ApiStatus;
use nrgkick_model::ControlWrite;
use nrgkick_model::request::Read;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::charger::{Answer, RegisterAnswer};
use crate::error::GatewayError;
use crate::probe::Probed;
use crate::result::WriteResult;
use crate::single_flight::ReadReply;

/// A read in the queue.
pub(crate) struct ReadJob {
    /// Deadline of its first reader.
    pub(crate) deadline: Instant,
    pub(crate) task: ReadTask,
}

/// The operation of a [`ReadJob`], with its reply channel.
pub(crate) enum ReadTask {
    /// A document.
    Document {
        read: Read,
        /// Set if its failure also answers the reads queued behind it.
        is_shared: bool,
        reply: ReadReply<Arc<Answer>>,
    },
    /// The state of the APIs.
    Api { reply: ReadReply<ApiStatus> },
    /// Registers, read now.
    Registers { address: u16, quantity: u16, reply: ReadReply<RegisterAnswer> },
}

impl ReadTask {
    /// `true` if nobody waits any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        match self {
            Self::Document { reply, .. } => reply.is_abandoned(),
            Self::Api { reply } => reply.is_abandoned(),
            Self::Registers { reply, .. } => reply.is_abandoned(),
        }
    }

    /// Answers with `error` of an exchange that began at `begun`.
    pub(crate) fn fail(self, error: GatewayError, begun: Instant) {
        match self {
            Self::Document { reply, .. } => reply.send(Err(error), begun),
            Self::Api { reply } => reply.send(Err(error), begun),
            Self::Registers { reply, .. } => reply.send(Err(error), begun),
        }
    }
}

/// A write in the queue.
pub(crate) struct WriteJob {
    pub(crate) write: ControlWrite,
    pub(crate) begin_by: Instant,
    /// Arrival; the answer states the wait for the relays since then.
    pub(crate) came: Instant,
    /// Taken either by the owner to begin the write or by the waiting request to cancel it.
    pub(crate) claim: Claim,
    pub(crate) reply: oneshot::Sender<Result<WriteResult, GatewayError>>,
}

/// A move to where the charger is said to be, which the owner verifies.
pub(crate) struct MoveJob {
    pub(crate) to: SocketAddr,
    /// The serial number that must be there; nothing where the charger was never met.
    pub(crate) serial: Option<String>,
    /// What answered there; the charger was moved where that is it.
    pub(crate) reply: oneshot::Sender<Moved>,
}

/// What became of a move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Moved {
    /// The charger is there.
    There,
    /// Something else is, and the charger stays where it was.
    Back(Probed),
}

/// A flag that exactly one of its holders can take.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Takes the claim; `true` if nobody had taken it before.
    pub(crate) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}
