//! Limits the number of connections, in total and per address, and evicts idle ones.
//!
//! A connection is idle until the head of a request is complete, and again once the last byte of
//! the answer was passed to the system. If there is no place for a new connection, the one that has
//! been idle longest is evicted; one with a request under way never is.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::Limits;
use crate::network::network;

/// All places of a server.
#[derive(Clone)]
pub(crate) struct Places(Arc<Mutex<Table>>);

struct Table {
    limits: Limits,
    /// Logical clock that orders the beginnings of idle times.
    clock: u64,
    open: HashMap<u64, Entry>,
    /// Connections that gave their place back and stay open.
    aside: HashMap<u64, oneshot::Sender<()>>,
    /// Idle connections by the start of their idle time.
    idle: BTreeMap<u64, u64>,
    /// Number of connections of each address or network.
    networks: HashMap<IpAddr, usize>,
}

struct Entry {
    network: IpAddr,
    idle_since: Option<u64>,
    revoke: oneshot::Sender<()>,
}

impl Places {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self(Arc::new(Mutex::new(Table {
            limits: limits.clone(),
            clock: 0,
            open: HashMap::new(),
            aside: HashMap::new(),
            idle: BTreeMap::new(),
            networks: HashMap::new(),
        })))
    }

    /// Takes a place for a connection from `address`, idle at first. The receiver completes when
    /// the connection is evicted. `None` if no place is free and no candidate is idle.
    pub(crate) fn enter(&self, address: IpAddr) -> Option<(Place, oneshot::Receiver<()>)> {
        let network = network(address);
        let mut table = self.lock();
        let limit = if network.is_loopback() {
            table.limits.per_loopback
        } else {
            table.limits.per_address
        };
        if table.networks.get(&network).is_some_and(|count| *count >= limit) {
            table.evict(|entry| entry.network == network)?;
        } else if table.open.len() >= table.limits.connections {
            table.evict(|_| true)?;
        }
        let (revoke, revoked) = oneshot::channel();
        let id = table.tick();
        table.open.insert(id, Entry { network, idle_since: Some(id), revoke });
        table.idle.insert(id, id);
        *table.networks.entry(network).or_default() += 1;
        Some((Place { id, places: self.clone() }, revoked))
    }

    /// Returns the number of open connections that gave their place back.
    pub(crate) fn aside(&self) -> usize {
        self.lock().aside.len()
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn tick(&mut self) -> u64 {
        self.clock += 1;
        self.clock
    }

    fn evict(&mut self, may_go: impl Fn(&Entry) -> bool) -> Option<()> {
        let mut oldest_first = self.idle.values();
        let id = *oldest_first.find(|id| self.open.get(id).is_some_and(&may_go))?;
        self.remove(id).map(drop)
    }

    /// Removes an entry; dropping it signals the connection.
    fn remove(&mut self, id: u64) -> Option<Entry> {
        let entry = self.open.remove(&id)?;
        if let Some(since) = entry.idle_since {
            self.idle.remove(&since);
        }
        if let Some(count) = self.networks.get_mut(&entry.network) {
            *count -= 1;
            if *count == 0 {
                self.networks.remove(&entry.network);
            }
        }
        Some(entry)
    }
}

/// A connection's place, freed on drop.
pub(crate) struct Place {
    id: u64,
    places: Places,
}

impl Place {
    /// Marks the start of a request. Returns `false` if the connection was evicted and must not
    /// begin the request.
    #[must_use]
    pub(crate) fn begin(&self) -> bool {
        let mut table = self.places.lock();
        let Some(entry) = table.open.get_mut(&self.id) else { return false };
        if let Some(since) = entry.idle_since.take() {
            table.idle.remove(&since);
        }
        true
    }

    /// Stops counting the connection, which stays open until its answer has ended. The caller must
    /// apply its own limits.
    pub(crate) fn give_back(&self) {
        let mut table = self.places.lock();
        if let Some(entry) = table.remove(self.id) {
            table.aside.insert(self.id, entry.revoke);
        }
    }

    /// Marks the connection as idle.
    pub(crate) fn rest(&self) {
        let mut table = self.places.lock();
        let now = table.tick();
        let Some(entry) = table.open.get_mut(&self.id) else { return };
        if entry.idle_since.is_none() {
            entry.idle_since = Some(now);
            table.idle.insert(now, self.id);
        }
    }
}

/// The place of a request's connection, as an extension of the request.
#[derive(Clone)]
pub struct ConnectionPlace(pub(crate) Arc<Place>);

impl ConnectionPlace {
    /// Removes the connection from all counts of [`Limits`]: for an endless answer, which then
    /// must close it (`Connection: close`) and be limited in number in another way.
    pub fn give_back(&self) {
        self.0.give_back();
    }

    /// Returns the number of open connections of this server, those without a place included.
    #[must_use]
    pub fn connections(&self) -> usize {
        let table = self.0.places.lock();
        table.open.len() + table.aside.len()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.places.lock();
        table.remove(self.id);
        table.aside.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Seat = (Place, oneshot::Receiver<()>);

    fn places(connections: usize, per_address: usize, per_loopback: usize) -> Places {
        Places::new(&Limits { connections, per_address, per_loopback, ..Limits::default() })
    }

    fn enter(places: &Places, address: &str) -> Option<Seat> {
        places.enter(address.parse().unwrap())
    }

    fn is_revoked(seat: &mut Seat) -> bool {
        seat.1.try_recv() == Err(oneshot::error::TryRecvError::Closed)
    }

    #[test]
    fn the_one_that_is_idle_for_longest_gives_way() {
        let places = places(3, 9, 9);
        let mut seats: Vec<_> =
            (1..=3).map(|n| enter(&places, &format!("10.0.0.{n}")).unwrap()).collect();
        // The first has a request under way, the second had one and has just become idle.
        assert!(seats[0].0.begin() && seats[1].0.begin());
        seats[1].0.rest();
        let newcomer = enter(&places, "10.0.0.4").unwrap();
        assert_eq!(seats.iter_mut().map(is_revoked).collect::<Vec<_>>(), [false, false, true]);
        assert!(!seats[2].0.begin(), "what comes too late is not begun");
        assert!(newcomer.0.begin());
        let another = enter(&places, "10.0.0.5").unwrap();
        assert!(is_revoked(&mut seats[1]) && another.0.begin());
        assert!(enter(&places, "10.0.0.6").is_none(), "all are at work");
        assert!(!is_revoked(&mut seats[0]));
        seats.remove(0);
        assert!(enter(&places, "10.0.0.6").is_some());
    }

    #[test]
    fn an_address_beyond_its_limit_takes_its_own_places_only() {
        let places = places(9, 2, 3);
        let mut other = enter(&places, "10.0.0.1").unwrap();
        let mut first = enter(&places, "192.168.1.7").unwrap();
        let mapped = enter(&places, "::ffff:192.168.1.7").unwrap();
        let third = enter(&places, "192.168.1.7").unwrap();
        assert!(is_revoked(&mut first) && !is_revoked(&mut other));
        assert!(mapped.0.begin() && third.0.begin());
        assert!(enter(&places, "192.168.1.7").is_none(), "both are at work");
        drop(mapped);
        assert!(enter(&places, "192.168.1.7").is_some());
    }

    #[test]
    fn a_64_is_one_address_and_loopback_has_its_own_limit() {
        let places = places(99, 2, 3);
        let mut hosts: Vec<_> =
            (1..=600).map(|host| enter(&places, &format!("fd00::{host:x}")).unwrap()).collect();
        assert_eq!(hosts.iter_mut().filter_map(|seat| is_revoked(seat).then_some(())).count(), 598);
        let mut here: Vec<_> = (1..=4).map(|_| enter(&places, "::1").unwrap()).collect();
        assert_eq!(here.iter_mut().filter_map(|seat| is_revoked(seat).then_some(())).count(), 1);
    }

    #[test]
    fn who_gives_the_place_back_goes_on_and_is_not_counted() {
        let places = places(1, 1, 1);
        let mut stream = enter(&places, "10.0.0.1").unwrap();
        assert!(stream.0.begin());
        stream.0.give_back();
        assert_eq!(places.aside(), 1);
        let other = enter(&places, "10.0.0.1").unwrap();
        assert!(other.0.begin() && !is_revoked(&mut stream));
        stream.0.rest();
        assert!(enter(&places, "10.0.0.1").is_none(), "the stream is nobody's idle connection");
        drop(stream);
        assert_eq!(places.aside(), 0);
    }

    #[test]
    fn nothing_is_left_behind() {
        let places = places(2, 2, 2);
        for host in 0..100 {
            let (place, _revoked) = enter(&places, &format!("10.0.0.{host}")).unwrap();
            assert!(place.begin());
            place.rest();
        }
        let table = places.lock();
        assert!(table.open.is_empty() && table.idle.is_empty() && table.networks.is_empty());
    }
}
