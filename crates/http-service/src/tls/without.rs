//! In the place of HTTPS, in a build without its feature `tls`: there is none.

use std::convert::Infallible;
use std::io;

use axum::routing::MethodRouter;
use tokio::net::TcpStream;

use crate::Limits;

/// A certificate; there is none.
#[derive(Debug, Clone)]
pub enum Tls {}

/// A connection.
pub(crate) type Stream = TcpStream;

pub(crate) const AUTHORITY_PATH: &str = "/ca.pem";

pub(crate) async fn enter(
    tls: Option<&Tls>,
    stream: TcpStream,
    _: &Limits,
) -> io::Result<(Stream, bool)> {
    match tls {
        None => Ok((stream, false)),
        Some(tls) => match *tls {},
    }
}

pub(crate) fn authority_route(tls: &Tls) -> Option<MethodRouter> {
    match *tls {}
}

impl Tls {
    pub(crate) async fn keep_good(&self) -> Infallible {
        match *self {}
    }
}
