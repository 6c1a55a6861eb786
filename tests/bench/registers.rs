//! Registers read by hand: one request and one answer over TCP, without a library.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::{PATIENCE, Result, ensure};

/// Function code "read holding registers".
const READ: u8 = 3;
const UNIT: u8 = 1;
/// Length of the header: transaction, protocol, length and unit.
const HEADER: usize = 7;

/// A connection to the Modbus interface of a charger.
#[derive(Debug)]
pub(crate) struct Registers {
    stream: TcpStream,
    transaction: u16,
}

impl Registers {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)
            .map_err(|error| format!("{address}: {error}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, transaction: 0 })
    }

    /// Reads `quantity` registers from `address`.
    pub(crate) fn read(&mut self, address: u16, quantity: u16) -> Result<Vec<u16>> {
        self.transaction = self.transaction.wrapping_add(1);
        let [transaction, address, quantity_bytes] =
            [self.transaction, address, quantity].map(u16::to_be_bytes);
        let mut request = [0; HEADER + 5];
        request[..2].copy_from_slice(&transaction);
        // Length: the unit and the five bytes after it.
        request[5] = 6;
        request[6] = UNIT;
        request[7] = READ;
        request[8..10].copy_from_slice(&address);
        request[10..].copy_from_slice(&quantity_bytes);
        self.stream.write_all(&request)?;

        let bytes = usize::from(quantity) * 2;
        let mut reply = vec![0; HEADER + 2 + bytes];
        self.stream.read_exact(&mut reply)?;
        let [high, low] = u16::try_from(bytes + 3)?.to_be_bytes();
        let [_, count] = u16::try_from(bytes)?.to_be_bytes();
        let head = [transaction[0], transaction[1], 0, 0, high, low, UNIT, READ, count];
        ensure(reply.starts_with(&head), || format!("{reply:?} is no answer to {request:?}"))?;
        let words = reply[head.len()..].chunks_exact(2);
        Ok(words.map(|word| u16::from_be_bytes([word[0], word[1]])).collect())
    }
}
