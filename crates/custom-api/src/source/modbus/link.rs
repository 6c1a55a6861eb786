//! The connection to one device or gateway, and its patience.

use std::io;
use std::time::Duration;

use http_service::HostPort;
use modbus_client::{Attempt, Exception, Framing, Read, Reader, Table};
use tokio::time::Instant;

use super::super::Timeouts;
use super::super::turns::Turns;
use super::plan::Block;
use crate::config::ModbusLink;

/// Longest silence of a connection that never answered: some inverters swallow what comes in the
/// first seconds.
const DEAF: Duration = Duration::from_secs(10);
/// Time after which a request is repeated on such a connection.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// Most requests in a row without an answer on one that has answered.
const MOST_SILENCES: u32 = 2;

/// A read that gave no words, by what it means for the next reads.
#[derive(Clone, Debug)]
pub(super) enum ReadError {
    /// The device refuses these registers.
    Refused(Exception),
    /// The answer was unusable; the connection is closed.
    Lost(String),
    /// The unit does not answer.
    Silent,
    /// The device cannot be reached.
    Away(String),
}

/// The connection to a device.
pub(super) struct Link<'a> {
    at: &'a HostPort,
    timeouts: Timeouts,
    settle: Duration,
    framing: Framing,
    turns: &'a Turns,
    open: Option<Open>,
}

struct Open {
    reader: Reader,
    since: Instant,
    has_answered: bool,
    silences: u32,
}

impl<'a> Link<'a> {
    pub(super) fn new(
        at: &'a HostPort,
        link: ModbusLink,
        timeouts: Timeouts,
        turns: &'a Turns,
    ) -> Self {
        let exchange = link.timeout.unwrap_or(timeouts.exchange);
        Self {
            at,
            timeouts: Timeouts { exchange, ..timeouts },
            settle: link.connect_delay.unwrap_or_default(),
            framing: link.framing.unwrap_or_default(),
            turns,
            open: None,
        }
    }

    /// `true` if the device has answered on this connection.
    fn has_answered(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.has_answered)
    }

    /// Reads a block. Over a connection that never answered the request is repeated until the limit:
    /// what the device swallowed it will not answer. An answer to an earlier read is too old by now.
    /// `is_new` is set where the connection is not the one of the last read.
    pub(super) async fn read(
        &mut self,
        block: &Block,
        is_new: &mut bool,
    ) -> Result<Vec<u16>, ReadError> {
        if let Some(open) = &mut self.open {
            open.reader.forget();
        }
        let limit = self.timeouts.exchange;
        let end = Instant::now() + limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let wait = if self.has_answered() { limit } else { left.min(FIRST_WAIT) };
            let found = self.ask(block, wait, is_new).await;
            let may_repeat = !self.has_answered() && self.open.is_some() && Instant::now() < end;
            match found {
                Err(ReadError::Silent) if may_repeat => {}
                found => return found,
            }
        }
    }

    /// Returns the limit for an answer.
    pub(super) const fn limit(&self) -> Duration {
        self.timeouts.exchange
    }

    async fn ask(
        &mut self,
        block: &Block,
        limit: Duration,
        is_new: &mut bool,
    ) -> Result<Vec<u16>, ReadError> {
        let table = if block.input { Table::Input } else { Table::Holding };
        let Block { unit, address, quantity, .. } = *block;
        let read = Read { unit, table, address, quantity };
        // Taken out: what comes back from an attempt is what may be used again.
        let open = self.open.take().and_then(|mut open| {
            let is_ready = open.reader.is_ready(read);
            is_ready.then_some(open)
        });
        let open = match open {
            Some(open) => open,
            None => {
                *is_new = true;
                self.connect().await?
            }
        };
        self.turns.spread(&self.at.host).await;
        match open.reader.read(read, limit).await {
            Attempt::Answered(reader, words) => {
                self.open = Some(Open { reader, has_answered: true, silences: 0, ..open });
                Ok(words)
            }
            Attempt::Refused(reader, exception) => {
                self.open = Some(Open { reader, has_answered: true, silences: 0, ..open });
                Err(ReadError::Refused(exception))
            }
            Attempt::Silent(reader, _) => {
                let silences = open.silences + 1;
                let is_kept = match open.has_answered {
                    true => silences < MOST_SILENCES,
                    false => open.since.elapsed() < DEAF,
                };
                self.open = is_kept.then_some(Open { reader, silences, ..open });
                Err(ReadError::Silent)
            }
            Attempt::Broken(error) => {
                Err(ReadError::Lost(format!("no usable Modbus answer ({error})")))
            }
        }
    }

    async fn connect(&self) -> Result<Open, ReadError> {
        let limit = self.timeouts.connect;
        let timeouts = modbus_client::Timeouts { connect: limit, settle: self.settle };
        let opening = Reader::connect((&self.at.host, self.at.port), self.framing, timeouts);
        let reader = opening.await.map_err(|error| {
            ReadError::Away(match error.kind() {
                io::ErrorKind::TimedOut => format!("no connection within {limit:?}"),
                _ => format!("no connection: {error}"),
            })
        })?;
        Ok(Open { reader, since: Instant::now(), has_answered: false, silences: 0 })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// The device answers the second question only when the third has come.
    #[tokio::test]
    async fn an_answer_to_the_question_of_before_is_not_the_value_of_now() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let device = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let reply = |request: [u8; 12], word: u8| {
                [&request[..4], &[0, 5], &request[6..8], &[2, 0, word]].concat()
            };
            let mut asked = [[0; 12]; 3];
            stream.read_exact(&mut asked[0]).await.unwrap();
            stream.write_all(&reply(asked[0], 1)).await.unwrap();
            stream.read_exact(&mut asked[1]).await.unwrap();
            stream.read_exact(&mut asked[2]).await.unwrap();
            let late = [reply(asked[1], 2), reply(asked[2], 3)].concat();
            stream.write_all(&late).await.unwrap();
        });
        let at = HostPort { host: "127.0.0.1".to_owned(), port };
        let timeouts = Timeouts { exchange: Duration::from_millis(500), ..Timeouts::default() };
        let turns = Turns::default();
        let mut link = Link::new(&at, ModbusLink::default(), timeouts, &turns);
        let block = Block { unit: 1, input: true, address: 7, quantity: 1 };
        let mut is_new = false;
        assert_eq!(link.read(&block, &mut is_new).await.unwrap(), [1]);
        let silent = link.read(&block, &mut is_new).await;
        assert!(matches!(silent, Err(ReadError::Silent)), "{silent:?}");
        assert_eq!(link.read(&block, &mut is_new).await.unwrap(), [3]);
        device.await.unwrap();
    }
}
