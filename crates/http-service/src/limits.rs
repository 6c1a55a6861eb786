//! Limits of connections. Those of requests are set on [`App`](crate::App).

use std::time::Duration;

/// Limits of a server's connections. None can be switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Maximum open connections. Beyond, a new one takes the place of the one that has been idle
    /// longest, or is closed if none is idle: a request under way is never cut.
    pub connections: usize,
    /// Maximum open connections from one IPv4 address or IPv6 /64, by the same rule among these.
    pub per_address: usize,
    /// Maximum open connections from loopback, where a reverse proxy calls for many clients.
    pub per_loopback: usize,
    /// Limit from the start of waiting for a request to the end of its header section. Closes
    /// silent connections, slow ones, and idle ones between two requests.
    pub header_read: Duration,
    /// Limit from the first byte of a request to the last one of its body. A head that takes longer
    /// closes the connection, a body is answered with 408.
    pub request: Duration,
    /// Maximum bytes of request line and header section; beyond, hyper answers 431 and closes.
    pub header_bytes: usize,
    /// Time without any progress of a write after which the connection is closed.
    pub write_stall: Duration,
    /// Time for requests in flight after the server is told to stop.
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
