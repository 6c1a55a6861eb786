//! What waits for a charger's owner: reads and writes, each with who waits for its answer.

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

/// A read that waits for its turn.
pub(crate) struct ReadJob {
    /// When the first who waits for it gives up.
    pub(crate) deadline: Instant,
    pub(crate) task: ReadTask,
}

/// The operation of a [`ReadJob`], with who waits for its answer.
pub(crate) enum ReadTask {
    /// A document.
    Document {
        read: Read,
        /// Whether those who wait behind it hear of its failure as of their own.
        is_shared: bool,
        reply: ReadReply<Arc<Answer>>,
    },
    /// Which APIs are on.
    Api { reply: ReadReply<ApiStatus> },
    /// Registers, read now.
    Registers { address: u16, quantity: u16, reply: ReadReply<RegisterAnswer> },
}

impl ReadTask {
    /// Whether nobody waits any more.
    pub(crate) fn is_abandoned(&self) -> bool {
        match self {
            Self::Document { reply, .. } => reply.is_abandoned(),
            Self::Api { reply } => reply.is_abandoned(),
            Self::Registers { reply, .. } => reply.is_abandoned(),
        }
    }

    /// Answers with `error`, which an exchange that began at `begun` brought.
    pub(crate) fn fail(self, error: GatewayError, begun: Instant) {
        match self {
            Self::Document { reply, .. } => reply.send(Err(error), begun),
            Self::Api { reply } => reply.send(Err(error), begun),
            Self::Registers { reply, .. } => reply.send(Err(error), begun),
        }
    }
}

/// A write that waits for its turn.
pub(crate) struct WriteJob {
    pub(crate) write: ControlWrite,
    pub(crate) begin_by: Instant,
    /// When it came; the answer says how long it has waited for the relays since then.
    pub(crate) came: Instant,
    /// Taken by whoever is first to decide: the owner, who begins it, or who waits, who gives it up.
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

/// A right that exactly one of its holders gets.
#[derive(Clone, Debug, Default)]
pub(crate) struct Claim(Arc<AtomicBool>);

impl Claim {
    /// Whether it is the caller's.
    pub(crate) fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}
