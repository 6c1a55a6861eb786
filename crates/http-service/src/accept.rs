//! Accepting connections, bounding them, and letting them end.
//!
//! Knows sockets and tasks, no HTTP: what happens on a connection is the caller's.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};

use crate::Limits;

/// First pause after a failed accept; it doubles up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How a server came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Drained {
    /// Connections that were still busy after [`Limits::drain`] and were cut.
    pub cut: usize,
}

/// Tells a connection, or a stream without end, that the server is stopping.
#[derive(Debug, Clone)]
pub struct Draining(watch::Receiver<bool>);

impl Draining {
    /// Completes once the server has begun to stop.
    pub async fn started(&mut self) {
        // The sender is gone only when the accept loop is: then the server has stopped as well.
        let _ = self.0.wait_for(|draining| *draining).await;
    }

    /// Whether the server has begun to stop.
    #[must_use]
    pub fn is_started(&self) -> bool {
        *self.0.borrow()
    }
}

/// Accepts until `shutdown` completes, runs `handle` for each connection in a task of its own,
/// then waits for those tasks at most [`Limits::drain`] and drops the rest.
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
    let (drain, draining) = watch::channel(false);
    let addresses = Addresses::new(limits.per_address);
    let mut tasks = JoinSet::new();
    let mut pause = FIRST_PAUSE;
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(ended) = tasks.join_next() => {
                log_panic(ended);
                continue;
            }
            accepted = listener.accept(), if tasks.len() < limits.connections => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                pause = FIRST_PAUSE;
                let Some(place) = addresses.enter(peer.ip()) else {
                    tracing::debug!(%peer, limit = limits.per_address, "too many connections");
                    continue;
                };
                // Answers are short and whole: waiting to fill a segment only delays them.
                let _ = stream.set_nodelay(true);
                let connection = handle(stream, peer, Draining(draining.clone()));
                tasks.spawn(async move {
                    let _place = place;
                    connection.await;
                });
            }
            Err(error) if concerns_one_peer(&error) => {}
            Err(error) => {
                // Out of descriptors or memory: trying again at once would only spin.
                tracing::warn!(%error, ?pause, "cannot accept connections");
                tokio::select! {
                    () = &mut shutdown => break,
                    () = sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
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

/// Counts connections by address. No larger than the number of connections.
#[derive(Clone)]
struct Addresses {
    limit: usize,
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Addresses {
    fn new(limit: usize) -> Self {
        Self { limit, open: Arc::default() }
    }

    fn enter(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= self.limit && !address.is_loopback() {
            return None;
        }
        *count += 1;
        Some(Place { address, addresses: self.clone() })
    }
}

/// One connection's share of its address's limit, given back on drop.
struct Place {
    address: IpAddr,
    addresses: Addresses,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.addresses.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const LAN: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 7));
    const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    #[test]
    fn an_address_has_its_limit_and_gets_its_places_back() {
        let addresses = Addresses::new(2);
        let first = addresses.enter(LAN);
        let second = addresses.enter(Ipv4Addr::new(192, 168, 1, 7).to_ipv6_mapped().into());
        assert!(first.is_some() && second.is_some());
        assert!(addresses.enter(LAN).is_none(), "mapped and plain IPv4 are one address");
        drop(first);
        let third = addresses.enter(LAN);
        assert!(third.is_some());
        drop((second, third));
        assert!(addresses.open.lock().unwrap().is_empty());
    }

    #[test]
    fn loopback_has_no_limit_of_its_own() {
        let addresses = Addresses::new(1);
        let places: Vec<_> = (0..5).map(|_| addresses.enter(LOOPBACK)).collect();
        assert!(places.iter().all(Option::is_some));
    }

    #[test]
    fn lack_of_descriptors_is_no_peers_fault() {
        let emfile = 24;
        assert!(!concerns_one_peer(&io::Error::from_raw_os_error(emfile)));
        assert!(concerns_one_peer(&io::ErrorKind::ConnectionAborted.into()));
    }
}
