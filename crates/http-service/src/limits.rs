//! The bounds of connections. Those of requests are set on [`App`](crate::App).

use std::time::Duration;

/// How much one server gives to its peers. Every field is a bound; none can be switched off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Connections open at once. More wait in the kernel's backlog.
    pub connections: usize,
    /// Connections open at once from one address. More are closed on arrival; loopback is exempt.
    pub per_address: usize,
    /// From the start of waiting for a request to the end of its header section. Closes silent
    /// connections, slow ones, and idle ones between two requests.
    pub header_read: Duration,
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
            header_read: Duration::from_secs(5),
            header_bytes: 16 * 1024,
            write_stall: Duration::from_secs(30),
            drain: Duration::from_secs(3),
        }
    }
}
