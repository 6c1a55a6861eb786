//! The bounds of connections. Those of requests are set on [`App`](crate::App).

use std::time::Duration;

/// How much one server gives to its peers. Every field is a bound; none can be switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once. Beyond, a newcomer takes the place of the one that has been idle
    /// for longest, and is closed where none is: a request under way is never cut.
    pub connections: usize,
    /// Connections open at once from one IPv4 address or IPv6 /64, by the same rule among these.
    pub per_address: usize,
    /// The same from loopback, where a reverse proxy calls for many.
    pub per_loopback: usize,
    /// From the start of waiting for a request to the end of its header section. Closes silent
    /// connections, slow ones, and idle ones between two requests.
    pub header_read: Duration,
    /// From the first byte of a request to the last one of its body. A head that takes longer is
    /// closed, a body is answered 408.
    pub request: Duration,
    /// Request line and header section, in bytes; beyond it hyper answers 431 and closes.
    pub header_bytes: usize,
    /// How long one write may make no progress at all before the connection is closed.
    pub write_stall: Duration,
    /// How long requests in flight may go on once the server is told to stop.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 512,
            per_address: 64,
            per_loopback: 256,
            header_read: Duration::from_secs(5),
            request: Duration::from_secs(10),
            header_bytes: 16 * 1024,
            write_stall: Duration::from_secs(30),
            drain: Duration::from_secs(3),
        }
    }
}
