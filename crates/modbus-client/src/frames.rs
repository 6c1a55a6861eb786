//! A filter between the Modbus library and the socket: one answer per request, checked before the
//! library sees it.
//!
//! The library trusts the length that a peer announces, waits and buffers up to it, and accepts any
//! bytes after an answer. [`Frames`] passes on a plausible header and exactly as many bytes as it
//! announces, or returns an error; so the library holds at most [`MAX_FRAME`] bytes from a peer.
//! Not here: the check that an answer fits its request.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Maximum bytes of a frame: seven of the header and 253 of the PDU.
const MAX_FRAME: usize = 260;
/// Bytes of the header and the function code after it.
const HEAD: usize = 8;
/// Bytes up to and with the length field, the shortest head that can be checked.
const ANNOUNCED: usize = 6;

/// A socket that yields one checked frame for each request.
#[derive(Debug)]
pub(crate) struct Frames {
    stream: Arc<TcpStream>,
    head: [u8; HEAD],
    /// Bytes of the head received, and passed on to the library.
    filled: usize,
    given: usize,
    /// Bytes after the head that are still expected.
    rest: usize,
}

impl Frames {
    pub(crate) fn new(stream: Arc<TcpStream>) -> Self {
        Self { stream, head: [0; HEAD], filled: 0, given: 0, rest: 0 }
    }

    /// Checks the received part of the head as early as possible.
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
        // Unit, function and at least one byte of data.
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
                // At the end of a stream the library would report the system's last error.
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
            // Never reads beyond the frame, even if it is announced shorter than HEAD.
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
        // A new request: reset the state for its answer.
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

    /// Does nothing: dropping the stream closes the connection.
    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// Bytes that a call gets to hold of a peer that announces `length` and sends without an end.
    async fn held(length: u16) -> usize {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let peer = tokio::spawn(async move {
            let (mut peer, _) = listener.accept().await.unwrap();
            let head = [&[0, 1, 0, 0][..], &length.to_be_bytes(), &[1, 3]].concat();
            peer.write_all(&head).await.unwrap();
            while peer.write_all(&[0; 4096]).await.is_ok() {}
        });
        let mut frames = Frames::new(Arc::new(TcpStream::connect(address).await.unwrap()));
        let mut bytes = Vec::new();
        frames.read_to_end(&mut bytes).await.unwrap_err();
        drop(frames);
        peer.await.unwrap();
        bytes.len()
    }

    #[tokio::test]
    async fn of_an_endless_answer_one_frame_is_held_and_of_an_impossible_one_nothing() {
        for (length, expected) in
            [(0, 0), (1, 0), (2, 0), (3, 9), (254, MAX_FRAME), (255, 0), (0xffff, 0)]
        {
            assert_eq!(held(length).await, expected, "{length}");
        }
        assert!(MAX_FRAME + size_of::<Frames>() <= 1024);
    }
}
