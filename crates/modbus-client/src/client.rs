//! Modbus/TCP, strictly: a request and its answer, or an end of the connection.
//!
//! tokio-modbus encodes and decodes. What it leaves open is closed here, in every build alike: a
//! limit on time, one checked frame per request (`frames`), the number of
//! registers, the echo of a write. It asserts some of that in debug builds only, in the methods
//! of its `Reader` and `Writer`; `Client::call` beneath them asserts nothing and is all that is
//! used. A [`Client`] whose answer cannot be trusted is gone: nothing is ever read from it again.

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

/// The two tables of registers that a device may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Table {
    /// Those that may be written.
    #[default]
    Holding,
    /// Those that are only read.
    Input,
}

/// The waits of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To accept a connection, finding its name included.
    pub connect: Duration,
    /// From a new connection to the first request on it; nothing for most devices.
    pub settle: Duration,
}

/// What is asked of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Function 3, or 4 for input registers.
    Read {
        /// Which registers.
        table: Table,
        /// First register, 0-based.
        address: u16,
        /// Registers, 1 to 125.
        quantity: u16,
    },
    /// Function 6.
    WriteOne {
        /// The register, 0-based.
        address: u16,
        /// Its new word.
        word: u16,
    },
    /// Function 16.
    WriteMany {
        /// First register, 0-based.
        address: u16,
        /// Their new words, 1 to 123.
        words: Vec<u16>,
    },
}

/// What a device answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// As many words as were asked for.
    Words(Vec<u16>),
    /// The write was echoed.
    Written(Echo),
}

/// What the echo of a write says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// What was written.
    Same,
    /// This word in place of the one that was written.
    Other(u16),
}

/// How a call ended.
#[derive(Debug)]
pub enum CallOutcome {
    /// With the answer to the request.
    Answered(Client, Response),
    /// With an exception. The connection is as good as before.
    Refused(Client, Exception),
    /// With the connection.
    Broken(ConnectionError),
}

/// Why a connection was given up. The request may have been carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    /// There was no whole answer in time.
    #[error("no answer within {0:?}")]
    Late(Duration),
    /// The connection ended before the answer was whole.
    #[error("{0}")]
    Closed(String),
    /// What came is not the answer to the request.
    #[error("{0}")]
    Protocol(String),
    /// The echo of a write names another value: this is what the device took.
    #[error("the echo of a write of {written} to register {address} says {echoed}")]
    OtherValue {
        /// The register.
        address: u16,
        /// What was written.
        written: u16,
        /// What was echoed.
        echoed: u16,
    },
}

/// A connection on which every answer so far was the right one.
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
    /// Connects to `target` and settles.
    ///
    /// # Errors
    /// Of the system, or `TimedOut` after [`Timeouts::connect`].
    pub async fn connect(target: (&str, u16), unit: u8, timeouts: Timeouts) -> io::Result<Self> {
        let limit = timeouts.connect;
        let stream = timeout(limit, TcpStream::connect(target)).await.map_err(|_| {
            io::Error::new(io::ErrorKind::TimedOut, format!("no connection within {limit:?}"))
        })??;
        // One small request at a time: waiting to fill a segment only delays it.
        stream.set_nodelay(true)?;
        if !timeouts.settle.is_zero() {
            sleep(timeouts.settle).await;
        }
        let stream = Arc::new(stream);
        let context = tcp::attach_slave(Frames::new(Arc::clone(&stream)), Slave(unit));
        Ok(Self { context, stream })
    }

    /// Whether the connection is open and nothing has come on it that nobody asked for.
    pub fn is_quiet(&self) -> bool {
        let nothing = self.stream.try_read(&mut [0]);
        matches!(nothing, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Asks `unit` from now on: behind a Modbus gateway there may be several.
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
        // Of the system and no word about what came.
        _ if error.raw_os_error().is_some() => ConnectionError::Closed(error.to_string()),
        // The library's word for a PDU that is shorter than its own counts say.
        io::ErrorKind::UnexpectedEof => {
            ConnectionError::Protocol("a frame that is cut short".to_owned())
        }
        _ => ConnectionError::Protocol(error.to_string()),
    }
}
