//! HTTP/1 on a connection, and the server built from it and the accept loop.

mod canned;
mod exchange;
mod heads;
mod moved;
mod watched;

use std::error::Error;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use http::{Extensions, Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_io_timeout::TimeoutStream;
use tower::Service;

use crate::accept::accept_places;
use crate::places::ConnectionPlace;
use crate::{Drained, Draining, Limits, tls};
pub use exchange::Application;
use exchange::Exchanges;
use watched::{Turn, Watched};

/// The address of the client, as an extension of every request from [`serve`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The facts about a request's connection that routes may use.
#[derive(Clone)]
pub struct Client {
    /// The address of the client.
    pub peer: Peer,
    draining: Draining,
    place: ConnectionPlace,
}

impl Client {
    /// Sets [`Peer`], [`Draining`] and [`ConnectionPlace`] as extensions of a request.
    pub fn extend(&self, extensions: &mut Extensions) {
        extensions.insert(self.peer);
        extensions.insert(self.draining.clone());
        extensions.insert(self.place.clone());
    }
}

/// Serves `app` on `listener` until `shutdown` completes, then drains.
///
/// Every request carries [`Peer`], [`Draining`] and [`ConnectionPlace`] as extensions. Requests
/// that hyper refuses by itself (a malformed request, 400; a header section too large, 431) never
/// reach it; they also get the usual error body and headers, and the connection is closed.
/// A repeated `Content-Length` counts as malformed.
pub async fn serve(
    listener: TcpListener,
    app: impl Application,
    shutdown: impl Future<Output = ()> + Send + 'static,
    limits: Limits,
) -> Drained {
    let tls = app.tls().cloned();
    let drained = accept_places(listener, shutdown, &limits, |stream, peer, draining, place| {
        let (limits, tls) = (limits.clone(), tls.clone());
        let own = ConnectionPlace(Arc::clone(&place));
        let client = Client { peer: Peer(peer), draining: draining.clone(), place: own };
        let turn = Arc::new(Turn::new(place));
        let app = app.clone();
        async move {
            let (stream, is_moved) = match tls::enter(tls.as_ref(), stream, &limits).await {
                Ok(entered) => entered,
                Err(error) => {
                    tracing::debug!(%peer, %error, "no encrypted connection");
                    return;
                }
            };
            let stream = Watched::new(stream, Arc::clone(&turn), limits.request);
            let limit = limits.request;
            let exchanges = Arc::new(Exchanges { app, client, turn, limit, is_moved });
            let service = service_fn(move |request| Arc::clone(&exchanges).answer(request));
            if let Err(error) = drive(stream, service, &limits, draining).await {
                tracing::debug!(%peer, error = %crate::logging::Chain(&error), "connection ended");
            }
        }
    });
    match &tls {
        None => drained.await,
        Some(tls) => tokio::select! {
            drained = drained => drained,
            never = tls.keep_good() => match never {},
        },
    }
}

/// Serves a connection: any byte stream, with any tower service.
///
/// Returns when the peer or a limit has ended the connection, or, once `draining` has started,
/// after the request in flight. That last wait is bounded by
/// [`accept_loop`](crate::accept_loop), not here.
///
/// # Errors
/// Hyper's error if the connection did not end cleanly.
pub async fn serve_connection<I, S, B>(
    stream: I,
    service: S,
    limits: &Limits,
    draining: Draining,
) -> Result<(), hyper::Error>
where
    I: AsyncRead + AsyncWrite + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::Future: Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    drive(stream, TowerToHyperService::new(service), limits, draining).await
}

async fn drive<I, S, B>(
    stream: I,
    service: S,
    limits: &Limits,
    mut draining: Draining,
) -> Result<(), hyper::Error>
where
    I: AsyncRead + AsyncWrite + Send + 'static,
    S: HttpService<Incoming, ResBody = B>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body + 'static,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    // Hyper limits the reading only: a peer that stops reading would hold its place for ever.
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write_stall));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .half_close(false)
        .max_header_size(limits.header_bytes)
        .max_buf_size(limits.header_bytes.max(SMALLEST_BUFFER) * 2)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    let mut connection = pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => return ended,
        () = draining.started() => connection.as_mut().graceful_shutdown(),
    }
    connection.await
}

/// Minimum buffer in bytes; hyper panics on a smaller one.
const SMALLEST_BUFFER: usize = 8 * 1024;
