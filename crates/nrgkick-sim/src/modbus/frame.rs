//! The frame of Modbus/TCP: a header of seven bytes, then a PDU.
//!
//! Pure functions over bytes. Not here: PDUs ([`codec`](super::codec)) and sockets.

/// Bytes before those that the length field counts: transaction, protocol, length.
pub(super) const PREFIX: usize = 6;
/// Bytes of the whole header: the prefix and the unit.
pub(super) const HEADER: usize = PREFIX + 1;
/// The longest PDU that Modbus allows.
const LONGEST_PDU: usize = 253;

/// A frame. The protocol number is always 0, and the length is computed from the PDU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// The client's number of the request; the reply repeats it.
    pub(super) transaction: u16,
    /// The unit id of the request's receiver, or of the reply's sender.
    pub(super) unit: u8,
    /// Function code and data; at least one byte.
    pub(super) pdu: Vec<u8>,
}

/// Bytes that are not the start of a frame. The next frame cannot be found, so the connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadFrame {
    /// Not Modbus: HTTP, TLS, noise.
    #[error("protocol number {0}, expected 0")]
    Protocol(u16),
    /// A length without a function code, or beyond the longest PDU.
    #[error("length {0}, expected 2 to 254")]
    Length(u16),
}

impl Frame {
    /// Returns the first frame in `bytes` and its length in bytes; `None` while it is incomplete.
    ///
    /// An invalid length or protocol number is refused as soon as it has arrived.
    pub(super) fn split(bytes: &[u8]) -> Result<Option<(Self, usize)>, BadFrame> {
        let word = |at: usize| Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
        let (Some(transaction), Some(protocol)) = (word(0), word(2)) else { return Ok(None) };
        if protocol != 0 {
            return Err(BadFrame::Protocol(protocol));
        }
        let Some(length) = word(4) else { return Ok(None) };
        if !(2..=1 + LONGEST_PDU).contains(&usize::from(length)) {
            return Err(BadFrame::Length(length));
        }
        let end = PREFIX + usize::from(length);
        let (Some(&unit), Some(pdu)) = (bytes.get(PREFIX), bytes.get(HEADER..end)) else {
            return Ok(None);
        };
        Ok(Some((Self { transaction, unit, pdu: pdu.to_vec() }, end)))
    }

    /// Encodes the frame.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let length = u16::try_from(1 + self.pdu.len()).unwrap_or(u16::MAX);
        let mut bytes = Vec::with_capacity(HEADER + self.pdu.len());
        bytes.extend(self.transaction.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(length.to_be_bytes());
        bytes.push(self.unit);
        bytes.extend(&self.pdu);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Read 70 registers from 194 on.
    const READ: [u8; 12] = [
        0x12, 0x34, // transaction
        0x00, 0x00, // protocol
        0x00, 0x06, // length: unit and five bytes of PDU
        0x01, // unit
        0x03, // function: read holding registers
        0x00, 0xC2, // address 194
        0x00, 0x46, // quantity 70
    ];

    #[test]
    fn a_frame_is_split_off_and_put_together_again() {
        let (frame, used) = Frame::split(&READ).unwrap().unwrap();
        assert_eq!(used, 12);
        assert_eq!((frame.transaction, frame.unit), (0x1234, 1));
        assert_eq!(frame.pdu, [0x03, 0x00, 0xC2, 0x00, 0x46]);
        assert_eq!(frame.to_bytes(), READ);
    }

    #[test]
    fn a_frame_that_is_not_whole_is_waited_for() {
        for length in 0..READ.len() {
            assert_eq!(Frame::split(&READ[..length]), Ok(None), "{length} bytes");
        }
        let two = [READ, READ].concat();
        let (_, used) = Frame::split(&two).unwrap().unwrap();
        assert_eq!(used, 12, "the second frame stays");
    }

    #[test]
    fn what_begins_no_frame_is_refused_before_anything_is_waited_for() {
        let cases: [(&[u8], BadFrame); 5] = [
            (b"GET / HT", BadFrame::Protocol(0x5420)),
            (&[0, 1, 0, 0, 0, 0], BadFrame::Length(0)),
            (&[0, 1, 0, 0, 0, 1], BadFrame::Length(1)),
            (&[0, 1, 0, 0, 0, 255], BadFrame::Length(255)),
            (&[0, 1, 0, 0, 255, 255], BadFrame::Length(65535)),
        ];
        for (bytes, error) in cases {
            assert_eq!(Frame::split(bytes), Err(error), "{bytes:?}");
        }
    }
}
