//! Strict Modbus/TCP: a request gets its answer, or the connection is closed.
//!
//! tokio-modbus encodes and decodes. This module adds the checks that it lacks, in debug and
//! release builds alike: a time limit, one checked frame per request (`frames`), the number of
//! registers, the echo of a write. The library asserts some of that in debug builds only, in the
//! methods of its `Reader` and `Writer`; only `Client::call` beneath them is used, which asserts
//! nothing. After an answer that cannot be trusted the [`Client`] is dropped and never read again.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_modbus::client::{Client as _, Context, tcp};
use tokio_modbus::slave::SlaveContext as _;
use tokio_modbus::{Error, ProtocolError, Request as RawRequest, Response as Raw, Slave};

use crate::exception::Exception;
use crate::frames::Frames;

/// One of the two register tables of Modbus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Table {
    /// Holding registers, readable and writable.
    #[default]
    Holding,
    /// Input registers, read-only.
    Input,
}

/// Time limit and delay for opening a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Limit for connecting, name resolution included.
    pub connect: Duration,
    /// Delay between connecting and the first request; zero for most devices.
    pub settle: Duration,
}

/// A request to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Function 3, or 4 for input registers.
    Read {
        /// The register table.
        table: Table,
        /// First register, 0-based.
        address: u16,
        /// Number of registers, 1 to 125.
        quantity: u16,
    },
    /// Function 6.
    WriteOne {
        /// The register, 0-based.
        address: u16,
        /// The word to write.
        word: u16,
    },
    /// Function 16.
    WriteMany {
        /// First register, 0-based.
        address: u16,
        /// The words to write, 1 to 123.
        words: Vec<u16>,
    },
}

/// A device's checked answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// The words read, exactly as many as requested.
    Words(Vec<u16>),
    /// A write was confirmed by its echo.
    Written(Echo),
}

/// The echo of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// The written value, unchanged.
    Same,
    /// Another word than the written one.
    Other(u16),
}

/// The result of a call.
#[derive(Debug)]
pub enum CallOutcome {
    /// The answer to the request.
    Answered(Client, Response),
    /// A Modbus exception; the connection stays usable.
    Refused(Client, Exception),
    /// An error that ended the connection.
    Broken(ConnectionError),
}

/// The reason for closing a connection. The request may have been carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    /// No complete answer within this time.
    #[error("no answer within {0:?}")]
    Late(Duration),
    /// The connection ended before the answer was complete.
    #[error("{0}")]
    Closed(String),
    /// The bytes received are not an answer to the request.
    #[error("{0}")]
    Protocol(String),
    /// The echo of a write has another value, the one that the device took.
    #[error("the echo of a write of {written} to register {address} says {echoed}")]
    OtherValue {
        /// The register.
        address: u16,
        /// The written word.
        written: u16,
        /// The echoed word.
        echoed: u16,
    },
}

/// Connects to `target` and waits for [`Timeouts::settle`].
pub(crate) async fn connected(target: (&str, u16), timeouts: Timeouts) -> io::Result<TcpStream> {
    let limit = timeouts.connect;
    let stream = timeout(limit, TcpStream::connect(target)).await.map_err(|_| {
        io::Error::new(io::ErrorKind::TimedOut, format!("no connection within {limit:?}"))
    })??;
    // One small request at a time: waiting to fill a segment only delays it.
    stream.set_nodelay(true)?;
    if !timeouts.settle.is_zero() {
        sleep(timeouts.settle).await;
    }
    Ok(stream)
}

/// A connection on which every answer so far matched its request.
pub struct Client {
    context: Context,
    stream: Arc<TcpStream>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Client").field(&self.stream).finish()
    }
}

impl Client {
    /// Connects to `target` and waits for [`Timeouts::settle`].
    ///
    /// # Errors
    /// The operating system's error, or `TimedOut` after [`Timeouts::connect`].
    pub async fn connect(target: (&str, u16), unit: u8, timeouts: Timeouts) -> io::Result<Self> {
        let stream = connected(target, timeouts).await?;
        let stream = Arc::new(stream);
        let context = tcp::attach_slave(Frames::new(Arc::clone(&stream)), Slave(unit));
        Ok(Self { context, stream })
    }

    /// `true` if the connection is open and no unsolicited bytes have arrived.
    pub fn is_quiet(&self) -> bool {
        let nothing = self.stream.try_read(&mut [0]);
        matches!(nothing, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Sets the unit id of later requests: behind a Modbus gateway there may be several units.
    pub fn set_unit(&mut self, unit: u8) {
        self.context.set_slave(Slave(unit));
    }

    /// Sends `request` once and waits for its answer, at most `limit`.
    pub async fn call(mut self, request: &Request, limit: Duration) -> CallOutcome {
        match timeout(limit, self.context.call(request.for_library())).await {
            Err(_) => CallOutcome::Broken(ConnectionError::Late(limit)),
            Ok(Ok(Ok(response))) => match request.check(response) {
                Ok(response) => CallOutcome::Answered(self, response),
                Err(broken) => CallOutcome::Broken(broken),
            },
            Ok(Ok(Err(exception))) => CallOutcome::Refused(self, Exception(exception.into())),
            Ok(Err(Error::Transport(error))) => CallOutcome::Broken(judge(&error)),
            Ok(Err(Error::Protocol(error))) => {
                CallOutcome::Broken(ConnectionError::Protocol(match error {
                    ProtocolError::HeaderMismatch { .. } => {
                        "an answer to another request, or from another unit than was asked"
                            .to_owned()
                    }
                    ProtocolError::FunctionCodeMismatch { request, .. } => {
                        format!("an answer to another function than {request}")
                    }
                }))
            }
        }
    }
}

impl Request {
    fn for_library(&self) -> RawRequest<'_> {
        match self {
            Self::Read { table: Table::Holding, address, quantity } => {
                RawRequest::ReadHoldingRegisters(*address, *quantity)
            }
            Self::Read { table: Table::Input, address, quantity } => {
                RawRequest::ReadInputRegisters(*address, *quantity)
            }
            Self::WriteOne { address, word } => RawRequest::WriteSingleRegister(*address, *word),
            Self::WriteMany { address, words } => {
                RawRequest::WriteMultipleRegisters(*address, Cow::Borrowed(words))
            }
        }
    }

    fn check(&self, response: Raw) -> Result<Response, ConnectionError> {
        let wrong = |what: String| Err(ConnectionError::Protocol(what));
        match (self, response) {
            (
                Self::Read { table: Table::Holding, quantity, .. },
                Raw::ReadHoldingRegisters(words),
            )
            | (Self::Read { table: Table::Input, quantity, .. }, Raw::ReadInputRegisters(words)) => {
                if words.len() == usize::from(*quantity) {
                    Ok(Response::Words(words))
                } else {
                    wrong(format!("{} registers where {quantity} were asked for", words.len()))
                }
            }
            (Self::WriteOne { address, word }, Raw::WriteSingleRegister(at, echoed)) => {
                if at != *address {
                    wrong(format!("the echo of a write to register {address} names {at}"))
                } else if echoed != *word {
                    Err(ConnectionError::OtherValue { address: at, written: *word, echoed })
                } else {
                    Ok(Response::Written(Echo::Same))
                }
            }
            (Self::WriteMany { address, words }, Raw::WriteMultipleRegisters(at, count)) => {
                if (at, usize::from(count)) == (*address, words.len()) {
                    Ok(Response::Written(Echo::Same))
                } else {
                    wrong(format!(
                        "the echo of a write of {} registers from {address} on says {count} from \
                         {at} on",
                        words.len()
                    ))
                }
            }
            (_, other) => wrong(format!("an answer to function {}", other.function_code())),
        }
    }
}

fn judge(error: &io::Error) -> ConnectionError {
    match error.kind() {
        io::ErrorKind::ConnectionAborted
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::NotConnected => ConnectionError::Closed(error.to_string()),
        // An error of the operating system says nothing about the received bytes.
        _ if error.raw_os_error().is_some() => ConnectionError::Closed(error.to_string()),
        // The library's error for a PDU that is shorter than its own counts.
        io::ErrorKind::UnexpectedEof => {
            ConnectionError::Protocol("a frame that is cut short".to_owned())
        }
        _ => ConnectionError::Protocol(error.to_string()),
    }
}
