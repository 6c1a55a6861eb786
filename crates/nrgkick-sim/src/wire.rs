//! A socket that can misbehave below HTTP.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// The treatment of the next answer on a connection.
#[derive(Debug, Default)]
pub(crate) enum Plan {
    /// The answer is sent.
    #[default]
    Send,
    /// The connection is reset instead.
    Reset,
    /// These bytes are sent instead, and the connection is closed.
    Instead(Bytes),
}

/// Sets the plan of one connection; clones belong to the same connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Planner(Arc<Mutex<Plan>>);

impl Planner {
    pub(crate) fn set(&self, plan: Plan) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }
}

/// A connection whose writes follow its plan.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    planner: Planner,
}

impl Wire {
    pub(crate) const fn new(stream: TcpStream, planner: Planner) -> Self {
        Self { stream, planner }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        answer: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self { stream, planner } = self.get_mut();
        let mut plan = planner.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *plan {
            Plan::Send => Pin::new(stream).poll_write(context, answer),
            Plan::Reset => {
                // Closing without linger sends a reset.
                stream.set_zero_linger()?;
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            Plan::Instead(bytes) => {
                while !bytes.is_empty() {
                    let sent = ready!(Pin::new(&mut *stream).poll_write(context, bytes))?;
                    if sent == 0 {
                        break;
                    }
                    bytes.advance(sent);
                }
                ready!(Pin::new(stream).poll_shutdown(context))?;
                Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
