//! A request and its answer, and the reports of their progress to the connection.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::response::Response;
use axum::{BoxError, Router};
use bytes::Bytes;
use http::Request;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};
use tower::ServiceExt as _;

use super::watched::Turn;
use super::{Client, moved};
use crate::Tls;
use crate::body::TooSlow;

/// A program that answers every request: an [`AppService`](crate::AppService) or a router.
pub trait Application: Clone + Send + Sync + 'static {
    /// Answers a request of `client`.
    fn answer(
        &self,
        request: Request<Body>,
        client: &Client,
    ) -> impl Future<Output = Response> + Send;

    /// The certificate of a program that answers HTTPS alone.
    fn tls(&self) -> Option<&Tls> {
        None
    }
}

impl Application for Router {
    async fn answer(&self, mut request: Request<Body>, client: &Client) -> Response {
        client.extend(request.extensions_mut());
        match self.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// The exchanges of a connection, one after the other.
pub(super) struct Exchanges<A> {
    pub(super) app: A,
    pub(super) client: Client,
    pub(super) turn: Arc<Turn>,
    /// A request's body must be complete within this time of the request's first byte.
    pub(super) limit: Duration,
    /// Set on a plain connection to a program that answers HTTPS alone.
    pub(super) is_moved: bool,
}

impl<A: Application> Exchanges<A> {
    /// Passes `request` to the program.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
    ) -> Result<http::Response<Answer>, Infallible> {
        let Some(began) = self.turn.begin() else {
            // The connection has lost its place and is about to end: start no request.
            return std::future::pending().await;
        };
        let request = request.map(|body| {
            if body.is_end_stream() {
                Body::empty()
            } else {
                Body::new(Timely { body, until: began + self.limit, late: None })
            }
        });
        let response = if self.is_moved {
            moved::answer(&request)
        } else {
            self.app.answer(request, &self.client).await
        };
        Ok(response.map(|body| Answer { body, turn: Arc::clone(&self.turn) }))
    }
}

/// A request's body with a time limit.
struct Timely {
    body: Incoming,
    until: Instant,
    late: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Timely {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx)
            && (frame.is_none() || Instant::now() < self.until)
        {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let until = self.until;
        let late = self.late.get_or_insert_with(|| Box::pin(sleep_until(until)));
        ready!(late.as_mut().poll(cx));
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body; hyper drops it once it is read completely.
pub(super) struct Answer {
    body: Body,
    turn: Arc<Turn>,
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.turn.answered();
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
