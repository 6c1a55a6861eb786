//! A connection for reads that outlives an answer that did not come.
//!
//! Some inverters swallow every request of the first seconds of a connection, and slow gateways
//! answer after the limit. [`Reader`] stays open then. Over TCP it knows an answer to a request that
//! was given up by its transaction and skips it; over RTU, which has no transactions, it may only
//! repeat the same request, and ends once that is answered. Everything else about an answer that is
//! not exactly as asked closes the connection, as with [`Client`](crate::Client).

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{ConnectionError, Timeouts, connected};
use crate::exception::Exception;
use crate::framing::{Framing, Owner, Parsed, Read};

/// Most requests without an answer on one connection.
const MOST_UNANSWERED: usize = 16;

/// The outcome of one read; the connection comes back unless nothing more can be trusted on it.
#[derive(Debug)]
pub enum Attempt {
    /// Exactly the requested words.
    Answered(Reader, Vec<u16>),
    /// The device refuses the request.
    Refused(Reader, Exception),
    /// No answer within this time.
    Silent(Reader, Duration),
    /// The connection is closed.
    Broken(ConnectionError),
}

/// A connection on which every answer so far matched its request.
#[derive(Debug)]
pub struct Reader {
    stream: TcpStream,
    framing: Framing,
    /// Bytes received and not yet understood.
    received: Vec<u8>,
    transaction: u16,
    /// The transactions that were given up. The request stands beside those that were sent since the
    /// last answer or [`forget`](Self::forget): an answer to one of them is as good as one to the
    /// same request now.
    unanswered: Vec<(u16, Option<Read>)>,
    /// The request that was given up, over RTU.
    repeated: Option<Read>,
    is_spent: bool,
}

impl Reader {
    /// Connects to `target` and waits for [`Timeouts::settle`].
    ///
    /// # Errors
    /// The operating system's error, or `TimedOut` after [`Timeouts::connect`].
    pub async fn connect(
        target: (&str, u16),
        framing: Framing,
        timeouts: Timeouts,
    ) -> io::Result<Self> {
        let stream = connected(target, timeouts).await?;
        Ok(Self {
            stream,
            framing,
            received: Vec::new(),
            transaction: 0,
            unanswered: Vec::new(),
            repeated: None,
            is_spent: false,
        })
    }

    /// `true` if the connection is open and `read` may be sent on it.
    pub fn is_ready(&mut self, read: Read) -> bool {
        let is_other = self.repeated.is_some_and(|repeated| repeated != read);
        if self.is_spent || is_other || self.unanswered.len() >= MOST_UNANSWERED {
            return false;
        }
        let mut room = [0; 512];
        loop {
            match self.stream.try_read(&mut room) {
                Ok(0) => return false,
                Ok(count) => self.received.extend_from_slice(&room[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(_) => return false,
            }
            if self.received.len() > 16 * room.len() {
                return false;
            }
        }
        match self.framing {
            // A late answer is skipped later; anything else is nobody's.
            Framing::Tcp => self.received.is_empty() || !self.unanswered.is_empty(),
            Framing::Rtu => {
                let may_be_late = self.repeated.is_some() || self.received.is_empty();
                self.received.clear();
                may_be_late
            }
        }
    }

    /// Begins a new question: an answer to a request that was given up before is old, and is
    /// skipped even if the same is asked again. Over RTU [`is_ready`](Self::is_ready) throws away
    /// what came meanwhile.
    pub fn forget(&mut self) {
        for (_, read) in &mut self.unanswered {
            *read = None;
        }
    }

    /// Sends `read` once and waits for its answer, at most `limit`.
    pub async fn read(mut self, read: Read, limit: Duration) -> Attempt {
        self.transaction = self.transaction.wrapping_add(1);
        let answer = timeout(limit, self.exchange(read)).await;
        match answer {
            Ok(Ok(Parsed::Words(words))) => {
                self.settle();
                Attempt::Answered(self, words)
            }
            Ok(Ok(Parsed::Exception(code))) => {
                self.settle();
                Attempt::Refused(self, Exception(code))
            }
            Ok(Err(error)) => Attempt::Broken(error),
            Err(_) => {
                match self.framing {
                    Framing::Tcp => self.unanswered.push((self.transaction, Some(read))),
                    Framing::Rtu => self.repeated = Some(read),
                }
                Attempt::Silent(self, limit)
            }
        }
    }

    /// Over RTU, a second answer to a repeated request could be taken for one to the next.
    fn settle(&mut self) {
        self.is_spent = self.repeated.is_some();
    }

    /// Tells which request a transaction stands for, while `read` is waited for.
    fn owner(&self, transaction: u16, read: Read) -> Owner {
        if transaction == self.transaction {
            return Owner::Asked;
        }
        match self.unanswered.iter().find(|(given_up, _)| *given_up == transaction) {
            Some((_, Some(same))) if *same == read => Owner::Asked,
            Some(_) => Owner::GivenUp,
            None => Owner::Nobody,
        }
    }

    async fn exchange(&mut self, read: Read) -> Result<Parsed, ConnectionError> {
        let request = self.framing.request(read, self.transaction);
        self.stream.write_all(&request).await.map_err(|error| closed(&error))?;
        let mut room = [0; 512];
        loop {
            while let Some((length, parsed)) =
                self.framing.parse(&self.received, read, |of| self.owner(of, read))?
            {
                let answered = self.received.first_chunk().map(|id| u16::from_be_bytes(*id));
                self.received.drain(..length);
                self.unanswered.retain(|(given_up, _)| Some(*given_up) != answered);
                let Some(parsed) = parsed else { continue };
                self.forget();
                // An answer to the same request of before; the one to this is still to come.
                if self.framing == Framing::Tcp && answered != Some(self.transaction) {
                    self.unanswered.push((self.transaction, None));
                }
                return match self.received.is_empty() || !self.unanswered.is_empty() {
                    true => Ok(parsed),
                    false => {
                        Err(ConnectionError::Protocol("more bytes than the answer has".to_owned()))
                    }
                };
            }
            match self.stream.read(&mut room).await {
                Ok(0) => {
                    let error = io::Error::from(io::ErrorKind::ConnectionAborted);
                    return Err(closed(&error));
                }
                Ok(count) => self.received.extend_from_slice(&room[..count]),
                Err(error) => return Err(closed(&error)),
            }
        }
    }
}

fn closed(error: &io::Error) -> ConnectionError {
    ConnectionError::Closed(error.to_string())
}
