//! A byte stream under hyper that tracks requests, limits the time of a head and replaces hyper's
//! own answers.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::canned;
use super::heads::Heads;
use crate::places::Place;

/// State shared by the stream and the service of a connection.
pub(super) struct Turn {
    place: Arc<Place>,
    is_busy: AtomicBool,
    /// Set while hyper has the whole answer and has not flushed it.
    is_answered: AtomicBool,
    /// Arrival of the next request's first byte.
    began: Mutex<Option<Instant>>,
}

impl Turn {
    pub(super) fn new(place: Arc<Place>) -> Self {
        Self {
            place,
            is_busy: AtomicBool::new(false),
            is_answered: AtomicBool::new(false),
            began: Mutex::new(None),
        }
    }

    /// Reports a complete head. Returns the arrival of its first byte, or `None` if the connection
    /// has lost its place and no request may begin.
    pub(super) fn begin(&self) -> Option<Instant> {
        let began = self.began().take().unwrap_or_else(Instant::now);
        self.is_busy.store(true, Ordering::Release);
        self.is_answered.store(false, Ordering::Release);
        self.place.begin().then_some(began)
    }

    /// Reports that hyper has the whole answer.
    pub(super) fn answered(&self) {
        self.is_answered.store(true, Ordering::Release);
    }

    fn flushed(&self) {
        if self.is_answered.swap(false, Ordering::AcqRel) {
            self.is_busy.store(false, Ordering::Release);
            self.place.rest();
        }
    }

    fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::Acquire)
    }

    fn began(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A wrapper around `io` that observes reads and writes.
pub(super) struct Watched<I> {
    io: I,
    turn: Arc<Turn>,
    heads: Heads,
    /// Time limit of a head.
    limit: Duration,
    late: Option<Pin<Box<Sleep>>>,
    /// The unwritten rest of an answer that replaces hyper's.
    instead: Vec<u8>,
}

impl<I: AsyncRead + AsyncWrite + Unpin> Watched<I> {
    pub(super) fn new(io: I, turn: Arc<Turn>, limit: Duration) -> Self {
        Self { io, turn, heads: Heads::default(), limit, late: None, instead: Vec::new() }
    }

    /// Returns `TimedOut` if a head has begun and is not complete within the limit.
    fn poll_late(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(began) = *self.turn.began() else {
            self.late = None;
            return Poll::Pending;
        };
        let limit = self.limit;
        let late = self.late.get_or_insert_with(|| Box::pin(sleep_until(began + limit)));
        ready!(late.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.instead.is_empty() {
            let written = ready!(Pin::new(&mut self.io).poll_write(cx, &self.instead))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.instead.drain(..written);
        }
        Poll::Ready(Ok(()))
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncRead for Watched<I> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        match Pin::new(&mut this.io).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {
                let read = &mut buf.filled_mut()[before..];
                if !read.is_empty() && !this.turn.is_busy() {
                    let mut began = this.turn.began();
                    if began.is_none() {
                        *began = Some(Instant::now());
                        this.late = None;
                    }
                }
                this.heads.look(read);
                Poll::Ready(Ok(()))
            }
            Poll::Pending if !this.turn.is_busy() => this.poll_late(cx),
            other => other,
        }
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<I> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_instead(cx))?;
        match canned::find(buf) {
            None => Pin::new(&mut this.io).poll_write(cx, buf),
            Some((0, error)) => {
                this.instead = canned::answer(&error);
                Poll::Ready(Ok(buf.len()))
            }
            Some((before, _)) => Pin::new(&mut this.io).poll_write(cx, &buf[..before]),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let Some((last, before)) = bufs.split_last() else {
            return self.poll_write(cx, &[]);
        };
        if before.is_empty() {
            return self.poll_write(cx, last);
        }
        let this = self.get_mut();
        ready!(this.poll_instead(cx))?;
        let bufs = if canned::find(last).is_some() { before } else { bufs };
        Pin::new(&mut this.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_instead(cx))?;
        ready!(Pin::new(&mut this.io).poll_flush(cx))?;
        this.turn.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_instead(cx))?;
        Pin::new(&mut this.io).poll_shutdown(cx)
    }
}
