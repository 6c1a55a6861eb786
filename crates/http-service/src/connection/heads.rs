//! Makes hyper refuse a repeated Content-Length.
//!
//! Hyper silently drops the second of two equal Content-Length headers, while RFC 9112 lets a
//! recipient refuse it, and another server on the way may interpret the request otherwise. This
//! filter replaces the second one's colon, so that hyper refuses the whole request and ends the
//! connection.

/// Parser state for the byte stream of a connection.
#[derive(Debug, Default)]
pub(super) struct Heads {
    place: Place,
    head: Head,
    line: Line,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Head,
    /// In a body, with the number of bytes still expected.
    Body(u64),
    /// In a body of unknown length, to the end of the connection: the guard refuses and closes it,
    /// and so does hyper if a length is invalid.
    Lost,
}

#[derive(Debug, Default)]
struct Head {
    has_request_line: bool,
    lengths: usize,
    length: u64,
    has_no_length: bool,
}

#[derive(Debug, Default)]
struct Line {
    /// Lower case, up to the colon; cut off after the length of the longest name below.
    name: Vec<u8>,
    has_bytes: bool,
    in_value: bool,
}

const CONTENT_LENGTH: &[u8] = b"content-length";
const TRANSFER_ENCODING: &[u8] = b"transfer-encoding";
const LONGEST_NAME: usize = TRANSFER_ENCODING.len() + 1;

impl Heads {
    /// Processes the bytes read next.
    pub(super) fn look(&mut self, mut bytes: &mut [u8]) {
        while !bytes.is_empty() {
            match self.place {
                Place::Lost => return,
                Place::Body(left) => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                    bytes = &mut bytes[here..];
                    // Never more than `left`.
                    let left = left - here as u64;
                    self.place = if left == 0 { Place::Head } else { Place::Body(left) };
                }
                Place::Head => match self.line.ignored(bytes) {
                    0 => {
                        self.look_at(&mut bytes[0]);
                        bytes = &mut bytes[1..];
                    }
                    ignored => bytes = &mut bytes[ignored..],
                },
            }
        }
    }

    fn look_at(&mut self, byte: &mut u8) {
        let line = &mut self.line;
        match *byte {
            b'\n' => self.end_line(),
            b'\r' => {}
            b':' if !line.in_value && self.head.has_request_line => {
                line.in_value = true;
                line.has_bytes = true;
                if line.name == CONTENT_LENGTH {
                    self.head.lengths += 1;
                    if self.head.lengths > 1 {
                        *byte = b' ';
                    }
                } else if line.name == TRANSFER_ENCODING {
                    self.head.has_no_length = true;
                }
            }
            other if line.in_value => {
                if line.name == CONTENT_LENGTH {
                    self.head.count(other);
                }
            }
            other => {
                line.has_bytes = true;
                if line.name.len() < LONGEST_NAME {
                    line.name.push(other.to_ascii_lowercase());
                }
            }
        }
    }

    fn end_line(&mut self) {
        let is_end = !self.line.has_bytes && self.head.has_request_line;
        // Empty lines before a request are skipped, as hyper does.
        self.head.has_request_line |= self.line.has_bytes;
        self.line.clear();
        if is_end {
            let head = std::mem::take(&mut self.head);
            self.place = match head.length {
                _ if head.has_no_length => Place::Lost,
                0 => Place::Head,
                length => Place::Body(length),
            };
        }
    }
}

impl Head {
    fn count(&mut self, byte: u8) {
        match byte {
            b' ' | b'\t' => {}
            b'0'..=b'9' => {
                let digit = u64::from(byte - b'0');
                self.length = self.length.saturating_mul(10).saturating_add(digit);
            }
            _ => self.has_no_length = true,
        }
    }
}

impl Line {
    /// Returns how many of the next bytes mean nothing: those to the line's end, once it is known to
    /// be none of the two headers, or its value does not matter.
    fn ignored(&self, bytes: &[u8]) -> usize {
        let is_other = self.name.len() == LONGEST_NAME;
        if is_other || (self.in_value && self.name != CONTENT_LENGTH) {
            bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len())
        } else {
            0
        }
    }

    fn clear(&mut self) {
        self.name.clear();
        self.has_bytes = false;
        self.in_value = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the bytes that hyper gets for `sent`; the same for the whole and byte by byte.
    fn seen(sent: &str) -> String {
        let (mut whole, mut single) = (sent.as_bytes().to_vec(), sent.as_bytes().to_vec());
        Heads::default().look(&mut whole);
        let mut heads = Heads::default();
        single.chunks_mut(1).for_each(|byte| heads.look(byte));
        assert_eq!(whole, single);
        String::from_utf8(whole).unwrap()
    }

    #[test]
    fn a_second_length_is_spoilt_wherever_the_request_stands() {
        let good = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab: c";
        let twice = "POST / HTTP/1.1\r\ncontent-length: 5\r\nContent-LENGTH: 5\r\n\r\nabcde";
        let spoilt = twice.replace("LENGTH:", "LENGTH ");
        assert_eq!(seen(twice), spoilt);
        assert_eq!(seen(&format!("\r\n{good}{good}{twice}")), format!("\r\n{good}{good}{spoilt}"));
        let bare = twice.replace("\r\n", "\n");
        assert_eq!(seen(&bare), bare.replace("LENGTH:", "LENGTH "));
    }

    #[test]
    fn nothing_else_is_touched() {
        for sent in [
            "GET /?Content-Length:1&Content-Length:2 HTTP/1.1\r\nHost: a:1\r\n\r\n",
            "GET / HTTP/1.1\r\nX-Content-Length: 1\r\nContent-Length-X: 2\r\nContent-Length: 0\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 36\r\n\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n:::",
            ":::\n\n\n:::",
        ] {
            assert_eq!(seen(sent), sent);
        }
    }
}
