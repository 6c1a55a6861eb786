//! The accept loop: accepts connections, limits their number, and drains them at the end.
//!
//! Handles sockets and tasks only; the caller defines the protocol of a connection.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use crate::backoff::Backoff;
use crate::limits::Limits;
use crate::places::{Place, Places};

/// Maximum connections that have lost their place and not ended yet. They end as soon as their
/// task runs; beyond this number nothing is accepted.
const LEAVING: usize = 64;
/// First pause after a failed accept; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// The result of a server's shutdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Drained {
    /// Connections that were still busy after [`Limits::drain`] and were cut.
    pub cut: usize,
}

/// Signals to a connection, or an endless stream, that the server is stopping.
#[derive(Debug, Clone)]
pub struct Draining(watch::Receiver<bool>);

impl Draining {
    /// Completes once the server has begun to stop.
    pub async fn started(&mut self) {
        // The sender is dropped with the accept loop only: then the server has stopped as well.
        let _ = self.0.wait_for(|draining| *draining).await;
    }

    /// `true` if the server has begun to stop.
    #[must_use]
    pub fn is_started(&self) -> bool {
        *self.0.borrow()
    }
}

/// Accepts connections within the [`Limits`] until `shutdown` completes and runs `handle` for each
/// in its own task. Then waits at most [`Limits::drain`] for those tasks and aborts the rest.
///
/// The listener is closed before the wait, so that a successor can take the address. A panic in
/// one connection is logged and ends that connection only.
pub async fn accept_loop<H, F>(
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
    limits: &Limits,
    mut handle: H,
) -> Drained
where
    H: FnMut(TcpStream, SocketAddr, Draining) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    accept_places(listener, shutdown, limits, |stream, peer, draining, place| {
        // Without knowledge of requests a connection never counts as idle and keeps its place.
        let _ = place.begin();
        handle(stream, peer, draining)
    })
    .await
}

/// Like [`accept_loop`], and passes the connection's place, with which `handle` reports requests
/// under way.
pub(crate) async fn accept_places<H, F>(
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
    limits: &Limits,
    mut handle: H,
) -> Drained
where
    H: FnMut(TcpStream, SocketAddr, Draining, Arc<Place>) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let (drain, draining) = watch::channel(false);
    let places = Places::new(limits);
    let mut tasks = JoinSet::new();
    let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = tasks.join_next() => {
                log_panic(ended);
                continue;
            }
            accepted = listener.accept(),
                if tasks.len() < limits.connections + LEAVING + places.aside() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                backoff.reset();
                let Some((place, revoked)) = places.enter(peer.ip()) else {
                    tracing::debug!(%peer, "too many connections, all of them with a request");
                    continue;
                };
                // Answers are short and complete: waiting to fill a segment only delays them.
                let _ = stream.set_nodelay(true);
                let place = Arc::new(place);
                let draining = Draining(draining.clone());
                let connection = handle(stream, peer, draining, Arc::clone(&place));
                tasks.spawn(async move {
                    let _place = place;
                    tokio::select! {
                        biased;
                        _ = revoked => tracing::debug!(%peer, "idle, and gave way to another"),
                        () = connection => {}
                    }
                });
            }
            Err(error) if concerns_one_peer(&error) => {}
            Err(error) => {
                // Out of descriptors or memory: retrying at once would only spin.
                let pause = backoff.next_pause();
                tracing::warn!(%error, ?pause, "cannot accept connections");
                tokio::select! {
                    () = &mut shutdown => break,
                    () = sleep(pause) => {}
                }
            }
        }
    }
    drop(listener);
    let _ = drain.send(true);
    let all_ended = async {
        while let Some(ended) = tasks.join_next().await {
            log_panic(ended);
        }
    };
    let _ = timeout(limits.drain, all_ended).await;
    let cut = tasks.len();
    tasks.shutdown().await;
    Drained { cut }
}

fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!("a connection's task panicked");
    }
}

fn concerns_one_peer(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lack_of_descriptors_is_no_peers_fault() {
        let emfile = 24;
        assert!(!concerns_one_peer(&io::Error::from_raw_os_error(emfile)));
        assert!(concerns_one_peer(&io::ErrorKind::ConnectionAborted.into()));
    }
}
