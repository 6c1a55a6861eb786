//! The two ways of putting a read and its answer on a TCP connection.

use crate::client::{ConnectionError, Table};

/// Maximum bytes after the length field of a TCP frame: unit and 253 of the PDU.
const MOST: usize = 254;
/// Bytes before the unit in a TCP frame.
const HEAD: usize = 6;

/// Registers to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read {
    /// The unit.
    pub unit: u8,
    /// The register table.
    pub table: Table,
    /// First register, 0-based.
    pub address: u16,
    /// Number of registers, 1 to 125.
    pub quantity: u16,
}

/// The framing of requests and answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Framing {
    /// Modbus TCP: a header with transaction and length.
    #[default]
    Tcp,
    /// The frames of a serial line with their checksum, as some gateways pass them on.
    Rtu,
}

/// The content of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// As many as asked for.
    Words(Vec<u16>),
    /// The code of an exception.
    Exception(u8),
}

/// The length of a frame, and its content unless it answers another request that was given up.
type Frame = (usize, Option<Parsed>);

/// The request that a transaction stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The one that is waited for, now or when it was sent before.
    Asked,
    /// Another one, which was given up.
    GivenUp,
    /// None.
    Nobody,
}

impl Framing {
    pub(crate) fn request(self, read: Read, transaction: u16) -> Vec<u8> {
        let mut frame = Vec::with_capacity(12);
        if self == Self::Tcp {
            frame.extend(transaction.to_be_bytes());
            frame.extend([0, 0, 0, 6]);
        }
        frame.extend([read.unit, function(read.table)]);
        frame.extend(read.address.to_be_bytes());
        frame.extend(read.quantity.to_be_bytes());
        if self == Self::Rtu {
            frame.extend(checksum(&frame).to_le_bytes());
        }
        frame
    }

    /// Parses the first frame of `bytes`; `None` while it is incomplete. `owner` tells which request
    /// a transaction stands for.
    pub(crate) fn parse(
        self,
        bytes: &[u8],
        read: Read,
        owner: impl Fn(u16) -> Owner,
    ) -> Result<Option<Frame>, ConnectionError> {
        match self {
            Self::Tcp => parse_tcp(bytes, read, owner),
            Self::Rtu => parse_rtu(bytes, read),
        }
    }
}

fn parse_tcp(
    bytes: &[u8],
    read: Read,
    owner: impl Fn(u16) -> Owner,
) -> Result<Option<Frame>, ConnectionError> {
    let Some([t0, t1, p0, p1, l0, l1]) = bytes.first_chunk::<HEAD>().copied() else {
        return Ok(None);
    };
    let protocol = u16::from_be_bytes([p0, p1]);
    if protocol != 0 {
        return wrong(format!("protocol id {protocol:#06x}, which is not Modbus"));
    }
    let length = usize::from(u16::from_be_bytes([l0, l1]));
    if !(3..=MOST).contains(&length) {
        return wrong(format!("a length of {length}, where 3 to {MOST} are possible"));
    }
    let Some(body) = bytes.get(HEAD..HEAD + length) else { return Ok(None) };
    let owner = owner(u16::from_be_bytes([t0, t1]));
    if owner == Owner::GivenUp {
        return Ok(Some((HEAD + length, None)));
    }
    if owner == Owner::Nobody || body[0] != read.unit {
        return wrong(
            "an answer to another request, or from another unit than was asked".to_owned(),
        );
    }
    let parsed = parse_pdu(&body[1..], read)?;
    Ok(Some((HEAD + length, Some(parsed))))
}

fn parse_rtu(bytes: &[u8], read: Read) -> Result<Option<Frame>, ConnectionError> {
    let Some([unit, function, count]) = bytes.first_chunk::<3>().copied() else { return Ok(None) };
    if unit != read.unit {
        return wrong(format!("an answer of unit {unit}"));
    }
    // Unit, function, count or code, and two of the checksum.
    let length = if function >= 0x80 { 5 } else { 5 + usize::from(count) };
    let Some(frame) = bytes.get(..length) else { return Ok(None) };
    let (content, sum) = frame.split_at(length - 2);
    if checksum(content).to_le_bytes() != sum {
        return wrong("a checksum that does not fit, or no RTU frame at all".to_owned());
    }
    Ok(Some((length, Some(parse_pdu(&content[1..], read)?))))
}

/// Parses function and data.
fn parse_pdu(pdu: &[u8], read: Read) -> Result<Parsed, ConnectionError> {
    let asked = function(read.table);
    match *pdu {
        [answered, code] if answered == asked | 0x80 => Ok(Parsed::Exception(code)),
        [answered, ..] if answered >= 0x80 => {
            wrong(format!("an exception to function {}", answered & 0x7f))
        }
        [answered, ..] if answered != asked => {
            wrong(format!("an answer to another function than {asked}"))
        }
        [_, count, ref data @ ..] if usize::from(count) == data.len() && count % 2 == 0 => {
            let words: Vec<u16> =
                data.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            match words.len() == usize::from(read.quantity) {
                true => Ok(Parsed::Words(words)),
                false => {
                    let (found, asked) = (words.len(), read.quantity);
                    wrong(format!("{found} registers where {asked} were asked for"))
                }
            }
        }
        _ => wrong("a frame whose counts do not fit".to_owned()),
    }
}

fn wrong<T>(message: String) -> Result<T, ConnectionError> {
    Err(ConnectionError::Protocol(message))
}

const fn function(table: Table) -> u8 {
    match table {
        Table::Holding => 3,
        Table::Input => 4,
    }
}

/// The checksum of RTU frames: CRC-16 with the polynomial 0x8005, reflected, from 0xFFFF on.
fn checksum(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |sum, byte| {
        (0..8).fold(
            sum ^ u16::from(*byte),
            |sum: u16, _| {
                if sum & 1 == 1 { sum >> 1 ^ 0xa001 } else { sum >> 1 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Read = Read { unit: 1, table: Table::Holding, address: 0, quantity: 1 };

    /// The check value of CRC-16/MODBUS, and the frame of evcc 32316.
    #[test]
    fn the_checksum_is_that_of_serial_lines() {
        assert_eq!(checksum(b"123456789"), 0x4b37);
        let frame = [0x01, 0x03, 0x02, 0x08, 0xb1, 0x7f, 0xf0];
        let found = Framing::Rtu.parse(&frame, READ, |_| Owner::Nobody).unwrap();
        assert_eq!(found, Some((7, Some(Parsed::Words(vec![2225])))));
        for at in 0..frame.len() {
            let mut torn = frame;
            torn[at] ^= 1;
            let found = Framing::Rtu.parse(&torn, READ, |_| Owner::Nobody);
            assert!(!matches!(found, Ok(Some((_, Some(_))))), "{at}: {found:?}");
            let short = Framing::Rtu.parse(&frame[..at], READ, |_| Owner::Nobody);
            assert_eq!(short.unwrap(), None, "{at}");
        }
    }

    #[test]
    fn an_answer_to_what_was_given_up_is_skipped_and_any_other_is_refused() {
        let frame = |transaction: u8| [0, transaction, 0, 0, 0, 5, 1, 3, 2, 8, 0xb1];
        let owner = |transaction| match transaction {
            6 => Owner::GivenUp,
            7 => Owner::Asked,
            _ => Owner::Nobody,
        };
        let parse = |transaction| Framing::Tcp.parse(&frame(transaction), READ, owner);
        assert_eq!(parse(7).unwrap(), Some((11, Some(Parsed::Words(vec![2225])))));
        assert_eq!(parse(6).unwrap(), Some((11, None)));
        assert!(parse(5).unwrap_err().to_string().contains("another request"));
    }
}
