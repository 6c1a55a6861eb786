//! The identity of the program that a gateway runs in.

use std::net::SocketAddr;

/// Identity and default address of the program, for `GET /api` and `--listen`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Default address and port to listen on.
    pub listen: SocketAddr,
}
