//! A Modbus client that may send what Modbus or the manufacturer forbids, and keeps whatever comes.
//!
//! The product's own client sends only what is right and believes only that; here the wrong request
//! is the question. Not here: register numbers, which are the model's.

use http_service::HostPort;
use std::time::Duration;

use charger_profile::Reply;
use nrgkick_model::Readings;
use nrgkick_model::field::{DocumentName, Presence};
use nrgkick_model::register::blocks;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::options::Times;
use crate::trouble::Trouble;

/// The unit id of a charger.
pub(crate) const UNIT: u8 = 1;
/// Read holding registers.
pub(crate) const READ: u8 = 3;
/// Read input registers, which no charger is known to have.
pub(crate) const READ_INPUT: u8 = 4;
const WRITE_ONE: u8 = 6;
const WRITE_MANY: u8 = 16;
/// Bytes of a frame's header; the last is the unit's id, which its length counts.
const HEADER: usize = 7;
/// Most bytes behind the header.
const LONGEST: usize = 253;
/// The longest read that is known to work on real units.
const SAFE_READ: u16 = 70;

/// The Modbus API of one charger.
#[derive(Clone, Debug)]
pub(crate) struct Registers {
    address: HostPort,
    times: Times,
}

/// The bytes that came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Function code and data.
    Pdu(Vec<u8>),
    Silence,
    Closed,
    /// No answer to the request.
    Other,
}

/// Builds a read.
pub(crate) fn read(function: u8, address: u16, quantity: u16) -> Vec<u8> {
    pdu(function, &[address, quantity])
}

/// Builds a write of a single register.
pub(crate) fn write_one(address: u16, word: u16) -> Vec<u8> {
    pdu(WRITE_ONE, &[address, word])
}

/// Builds a write of several registers.
pub(crate) fn write_many(address: u16, words: &[u16]) -> Vec<u8> {
    let count = u16::try_from(words.len()).unwrap_or_default();
    let mut bytes = pdu(WRITE_MANY, &[address, count]);
    bytes.push(u8::try_from(words.len() * 2).unwrap_or_default());
    bytes.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    bytes
}

fn pdu(function: u8, words: &[u16]) -> Vec<u8> {
    std::iter::once(function).chain(words.iter().flat_map(|word| word.to_be_bytes())).collect()
}

impl Heard {
    /// The kind of answer to the request `asked`.
    pub(crate) fn reply(&self, asked: &[u8]) -> Reply {
        let function = asked.first().copied().unwrap_or_default();
        match self {
            Self::Pdu(pdu) => match pdu.as_slice() {
                [first, code] if *first == function | 0x80 && *code > 0 => Reply::Exception(*code),
                [first, ..] if *first == function => Reply::Answered,
                _ => Reply::Other,
            },
            Self::Silence => Reply::Silent,
            Self::Closed => Reply::Closed,
            Self::Other => Reply::Other,
        }
    }

    /// The words of an answered read of `quantity` registers.
    pub(crate) fn words(&self, quantity: u16) -> Option<Vec<u16>> {
        let Self::Pdu(pdu) = self else { return None };
        let [READ | READ_INPUT, count, data @ ..] = pdu.as_slice() else { return None };
        let bytes = usize::from(quantity) * 2;
        let fits = usize::from(*count) == bytes && data.len() == bytes;
        let word = |pair: &[u8]| u16::from_be_bytes([pair[0], pair[1]]);
        fits.then(|| data.chunks_exact(2).map(word).collect())
    }
}

impl Registers {
    pub(crate) const fn new(address: HostPort, times: Times) -> Self {
        Self { address, times }
    }

    pub(crate) async fn open(&self) -> Result<Link, Trouble> {
        let limit = self.times.connect;
        let target = (self.address.host.as_str(), self.address.port);
        let reason = match timeout(limit, TcpStream::connect(target)).await {
            Ok(Ok(stream)) => {
                // Without it only a little slower.
                let _ = stream.set_nodelay(true);
                return Ok(Link { stream, transaction: 0 });
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("nothing within {limit:?}"),
        };
        Err(Trouble::Connect { address: self.address.to_string(), reason })
    }

    /// Sends a request once to the charger's unit, on a connection of its own.
    pub(crate) async fn ask(&self, pdu: &[u8]) -> Result<Heard, Trouble> {
        Ok(self.open().await?.ask(UNIT, pdu, self.times.exchange).await)
    }

    /// Reads the rows of `documents` that every unit has.
    pub(crate) async fn readings(&self, documents: &[DocumentName]) -> Result<Readings, Trouble> {
        let mut readings = Readings::default();
        let mut link = self.open().await?;
        let blocks = blocks(documents, SAFE_READ);
        for block in blocks.into_iter().filter(|block| block.presence == Presence::Always) {
            let asked = read(READ, block.address, block.quantity);
            let heard = link.ask(UNIT, &asked, self.times.exchange).await;
            let Some(words) = heard.words(block.quantity) else {
                return Err(Trouble::Lost {
                    address: self.address.to_string(),
                    reason: format!("{:?} to a read", heard.reply(&asked)),
                });
            };
            for field in block.rows() {
                let first = usize::from(field.register.address - block.address);
                let count = usize::from(field.register.encoding.words());
                if let Some(words) = words.get(first..first + count) {
                    readings.put(field.id, field.decode(words));
                }
            }
            tokio::time::sleep(self.times.gap).await;
        }
        Ok(readings)
    }
}

/// An open connection; dropping it closes it.
#[derive(Debug)]
pub(crate) struct Link {
    stream: TcpStream,
    transaction: u16,
}

impl Link {
    /// Sends a request once and waits for one frame.
    ///
    /// After anything but a frame the connection is of no more use.
    pub(crate) async fn ask(&mut self, unit: u8, pdu: &[u8], limit: Duration) -> Heard {
        self.transaction = self.transaction.wrapping_add(1);
        let length = u16::try_from(pdu.len() + 1).unwrap_or_default();
        let [a, b] = self.transaction.to_be_bytes();
        let [c, d] = length.to_be_bytes();
        let frame = [&[a, b, 0, 0, c, d, unit], pdu].concat();
        timeout(limit, self.exchange(&frame)).await.unwrap_or(Heard::Silence)
    }

    async fn exchange(&mut self, frame: &[u8]) -> Heard {
        if self.stream.write_all(frame).await.is_err() {
            return Heard::Closed;
        }
        let mut header = [0; HEADER];
        if self.stream.read_exact(&mut header).await.is_err() {
            return Heard::Closed;
        }
        let length = usize::from(u16::from_be_bytes([header[4], header[5]]));
        let same = header[..4] == frame[..4] && header[6] == frame[6];
        if !same || !(2..=LONGEST + 1).contains(&length) {
            return Heard::Other;
        }
        let mut pdu = vec![0; length - 1];
        match self.stream.read_exact(&mut pdu).await {
            Ok(_) => Heard::Pdu(pdu),
            Err(_) => Heard::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let asked = read(READ, 194, 2);
        assert_eq!(asked, [3, 0, 194, 0, 2]);
        let answered = Heard::Pdu(vec![3, 4, 0, 1, 0, 2]);
        assert_eq!(answered.reply(&asked), Reply::Answered);
        assert_eq!(answered.words(2), Some(vec![1, 2]));
        assert_eq!(answered.words(3), None);
        assert_eq!(Heard::Pdu(vec![0x83, 2]).reply(&asked), Reply::Exception(2));
        assert_eq!(Heard::Pdu(vec![0x83]).reply(&asked), Reply::Other);
        assert_eq!(Heard::Pdu(vec![0x83, 0]).reply(&asked), Reply::Other);
        assert_eq!(Heard::Pdu(vec![4, 0]).reply(&asked), Reply::Other);
        assert_eq!(write_many(196, &[1, 0]), [16, 0, 196, 0, 2, 4, 0, 1, 0, 0]);
        assert_eq!(write_one(195, 1), [6, 0, 195, 0, 1]);
    }
}
