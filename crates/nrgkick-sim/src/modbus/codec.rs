//! Modbus PDUs: functions 3, 6 and 16, and exceptions.
//!
//! Pure functions over bytes. Not here: the registers and their contents
//! ([`registers`](super::registers)). The product's client is deliberately not used: two sides with
//! a shared codec would share its mistakes.

/// Read holding registers.
pub(super) const READ: u8 = 3;
/// Write a single register.
pub(super) const WRITE_ONE: u8 = 6;
/// Write several registers. An older page of the manufacturer calls it 0x16 by mistake; that is
/// another function and is refused.
pub(super) const WRITE_MANY: u8 = 16;

/// Flag in the function code of an exception reply.
const EXCEPTION: u8 = 0x80;
/// The most registers that fit a reply.
const MOST_READ: u16 = 125;
/// The most registers that fit a request.
const MOST_WRITTEN: u16 = 123;

/// The code of an exception reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception(pub u8);

impl Exception {
    /// The function is not offered.
    pub const FUNCTION: Self = Self(1);
    /// A register does not exist, or does not allow this function.
    pub const ADDRESS: Self = Self(2);
    /// An invalid quantity or value.
    pub const VALUE: Self = Self(3);
    /// The device failed to carry out the request.
    pub const FAILURE: Self = Self(4);
}

/// A decoded request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// Function 3, 1 to 125 registers.
    Read { address: u16, quantity: u16 },
    /// Function 6.
    WriteOne { address: u16, word: u16 },
    /// Function 16, 1 to 123 words.
    WriteMany { address: u16, words: Vec<u16> },
}

impl Request {
    /// Decodes a PDU. A malformed body of a known function gives [`Exception::VALUE`].
    pub(super) fn decode(pdu: &[u8]) -> Result<Self, Exception> {
        let words = |bytes: &[u8]| -> Vec<u16> {
            bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
        };
        match pdu {
            [READ, rest @ ..] => match (rest.len(), words(rest).as_slice()) {
                (4, &[address, quantity @ 1..=MOST_READ]) => Ok(Self::Read { address, quantity }),
                _ => Err(Exception::VALUE),
            },
            [WRITE_ONE, rest @ ..] => match (rest.len(), words(rest).as_slice()) {
                (4, &[address, word]) => Ok(Self::WriteOne { address, word }),
                _ => Err(Exception::VALUE),
            },
            [WRITE_MANY, a, b, c, d, count, data @ ..] => {
                let (address, quantity) =
                    (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
                let bytes = usize::from(quantity) * 2;
                let consistent = usize::from(*count) == bytes && data.len() == bytes;
                if !(1..=MOST_WRITTEN).contains(&quantity) || !consistent {
                    return Err(Exception::VALUE);
                }
                Ok(Self::WriteMany { address, words: words(data) })
            }
            [WRITE_MANY, ..] => Err(Exception::VALUE),
            _ => Err(Exception::FUNCTION),
        }
    }
}

/// Encodes the reply to a read.
pub(super) fn registers(words: &[u16]) -> Vec<u8> {
    let bytes = u8::try_from(words.len() * 2).unwrap_or(u8::MAX);
    let data = words.iter().flat_map(|word| word.to_be_bytes());
    [READ, bytes].into_iter().chain(data).collect()
}

/// Encodes the reply to a write: function 6 echoes the word, function 16 the quantity.
pub(super) fn echo(function: u8, address: u16, last: u16) -> Vec<u8> {
    let data = [address, last].into_iter().flat_map(u16::to_be_bytes);
    std::iter::once(function).chain(data).collect()
}

/// Encodes an exception reply.
pub(super) fn exception(function: u8, exception: Exception) -> Vec<u8> {
    vec![function | EXCEPTION, exception.0]
}

/// `true` if a reply's PDU is an exception.
pub(super) fn is_exception(pdu: &[u8]) -> bool {
    pdu.first().is_some_and(|function| function & EXCEPTION != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_functions_are_read() {
        let read = [
            0x03, // function
            0x00, 0xC2, // address 194
            0x00, 0x46, // quantity 70
        ];
        assert_eq!(Request::decode(&read), Ok(Request::Read { address: 194, quantity: 70 }));
        let one = [
            0x06, // function
            0x00, 0xC2, // address 194
            0x00, 0xA5, // 165, which is 16.5 A
        ];
        assert_eq!(Request::decode(&one), Ok(Request::WriteOne { address: 194, word: 165 }));
        let many = [
            0x10, // function
            0x00, 0xC4, // address 196
            0x00, 0x02, // quantity 2
            0x04, // bytes
            0x27, 0x10, // 10,000: the low word first
            0x00, 0x00, // the high word
        ];
        let words = vec![10_000, 0];
        assert_eq!(Request::decode(&many), Ok(Request::WriteMany { address: 196, words }));
    }

    #[test]
    fn quantities_and_lengths_that_cannot_be_are_refused() {
        let cases: [&[u8]; 11] = [
            &[0x03, 0, 0, 0, 0],                // quantity 0
            &[0x03, 0, 0, 0, 126],              // quantity 126
            &[0x03, 0, 0, 0],                   // a byte is missing
            &[0x03, 0, 0, 0, 1, 0],             // a byte too many
            &[0x03],                            // nothing but the function
            &[0x06, 0, 194, 0],                 // half a word
            &[0x10, 0, 194, 0, 1],              // no byte count
            &[0x10, 0, 194, 0, 0, 0],           // quantity 0
            &[0x10, 0, 194, 0, 1, 4, 0, 1],     // byte count too large
            &[0x10, 0, 194, 0, 2, 4, 0, 1],     // a word is missing
            &[0x10, 0, 194, 0, 1, 2, 0, 1, 42], // a byte too many
        ];
        for pdu in cases {
            assert_eq!(Request::decode(pdu), Err(Exception::VALUE), "{pdu:?}");
        }
        let mut most = vec![0x10, 0, 0, 0, 124, 248];
        most.extend([0; 248]);
        assert_eq!(Request::decode(&most), Err(Exception::VALUE), "124 words");
    }

    #[test]
    fn other_functions_are_refused_mask_write_among_them() {
        for function in (0..=u8::MAX).filter(|f| ![READ, WRITE_ONE, WRITE_MANY].contains(f)) {
            let pdu = [function, 0, 194, 0, 1];
            assert_eq!(Request::decode(&pdu), Err(Exception::FUNCTION), "{function:#04x}");
        }
        assert_eq!(Request::decode(&[]), Err(Exception::FUNCTION));
    }

    #[test]
    fn replies_are_spelled_out() {
        // Function, bytes, 2868.123 W with the low word first.
        assert_eq!(registers(&[0xC39B, 0x002B]), [0x03, 0x04, 0xC3, 0x9B, 0x00, 0x2B]);
        // Function, address 194, 165.
        assert_eq!(echo(WRITE_ONE, 194, 165), [0x06, 0x00, 0xC2, 0x00, 0xA5]);
        // Function, address 196, quantity 2.
        assert_eq!(echo(WRITE_MANY, 196, 2), [0x10, 0x00, 0xC4, 0x00, 0x02]);
        // Function with the high bit, illegal data address.
        assert_eq!(exception(READ, Exception::ADDRESS), [0x83, 0x02]);
        assert!(is_exception(&[0x83, 0x02]) && !is_exception(&[0x03, 0x00]));
    }
}
