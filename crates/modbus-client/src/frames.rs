//! The bytes between the Modbus library and the socket: one answer per request, checked before
//! the library sees it.
//!
//! The library trusts the length that a peer announces, waits and buffers up to it, and takes
//! whatever follows an answer for granted. Through [`Frames`] it gets the header of a frame that
//! can be an answer and as many bytes as that header says, or an error; so it holds at most
//! [`MAX_FRAME`] bytes of a peer's making. Not here: whether the answer fits the request.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Most bytes of a frame: seven of the header and 253 of the PDU.
const MAX_FRAME: usize = 260;
/// The header and the function code behind it.
const HEAD: usize = 8;
/// Bytes up to the announced length, and so the first that can be judged.
const ANNOUNCED: usize = 6;

/// A socket that yields one checked frame for each request.
#[derive(Debug)]
pub(crate) struct Frames {
    stream: Arc<TcpStream>,
    head: [u8; HEAD],
    /// Bytes of the head that have come, and that have been handed on.
    filled: usize,
    given: usize,
    /// Bytes behind the head that are still to come.
    rest: usize,
}

impl Frames {
    pub(crate) fn new(stream: Arc<TcpStream>) -> Self {
        Self { stream, head: [0; HEAD], filled: 0, given: 0, rest: 0 }
    }

    /// Judges what has come of the head, as early as possible.
    fn check(&mut self) -> io::Result<()> {
        if self.filled < ANNOUNCED {
            return Ok(());
        }
        let protocol = u16::from_be_bytes([self.head[2], self.head[3]]);
        if protocol != 0 {
            return Err(unusable(format!("protocol id {protocol:#06x}, which is not Modbus")));
        }
        let length = usize::from(u16::from_be_bytes([self.head[4], self.head[5]]));
        let most = MAX_FRAME - ANNOUNCED;
        // The unit, a function and at least one byte more.
        if !(3..=most).contains(&length) {
            return Err(unusable(format!("a length of {length}, where 3 to {most} are possible")));
        }
        if self.filled == HEAD {
            let is_exception = self.head[HEAD - 1] >= 0x80;
            if is_exception && length != 3 {
                return Err(unusable(format!("an exception with a length of {length}, not 3")));
            }
            self.rest = length + ANNOUNCED - HEAD;
        }
        Ok(())
    }

    fn poll_take(&self, cx: &mut Context<'_>, room: &mut [u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.stream.poll_read_ready(cx))?;
            match self.stream.try_read(room) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // The library would report whatever the system's last error was.
                Ok(0) => return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
                result => return Poll::Ready(result),
            }
        }
    }
}

fn unusable(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl AsyncRead for Frames {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.filled < HEAD {
            let mut room = [0; HEAD];
            // Not a byte beyond the frame is taken, however short it is announced to be.
            let wanted = if self.filled < ANNOUNCED { ANNOUNCED } else { HEAD } - self.filled;
            let count = ready!(self.poll_take(cx, &mut room[..wanted]))?;
            let filled = self.filled;
            self.head[filled..filled + count].copy_from_slice(&room[..count]);
            self.filled += count;
            self.check()?;
        }
        if self.given < HEAD {
            let count = buffer.remaining().min(HEAD - self.given);
            buffer.put_slice(&self.head[self.given..self.given + count]);
            self.given += count;
            return Poll::Ready(Ok(()));
        }
        let wanted = self.rest.min(buffer.remaining());
        if wanted == 0 {
            return Poll::Ready(Err(unusable("a frame that is longer than it says".to_owned())));
        }
        let count = ready!(self.poll_take(cx, buffer.initialize_unfilled_to(wanted)))?;
        buffer.advance(count);
        self.rest -= count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Frames {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        // A request begins, so its answer does.
        (self.filled, self.given, self.rest) = (0, 0, 0);
        loop {
            ready!(self.stream.poll_write_ready(cx))?;
            match self.stream.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return Poll::Ready(result),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// Nothing to do: a connection ends when it is dropped.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
