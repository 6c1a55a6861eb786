//! Counts the clients that fetch the two documents, which shows if the charger really asks.
//!
//! Memory is bounded: at most [`MOST_CLIENTS`] clients for each document.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use gateway_api::custom_api::{ClientStatus, FetchStatus, MOST_CLIENTS};
use http::HeaderMap;
use http::header::USER_AGENT;
use nrgkick_model::custom_api::{INFO_PATH, VALUES_PATH};
use tokio::time::Instant;

/// Most bytes kept of a client's `User-Agent`.
const LONGEST_CLIENT: usize = 120;

/// The clients of each document.
#[derive(Debug, Default)]
pub(crate) struct Fetches(Mutex<[Fetch; 2]>);

#[derive(Debug, Default)]
struct Fetch {
    count: u64,
    /// The most recent first.
    clients: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    client: Client,
    count: u64,
    at: Instant,
    status: u16,
    interval: Option<Duration>,
}

/// The two documents.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fetched {
    Values = 0,
    Info = 1,
}

/// A client, told apart by address and `User-Agent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    address: IpAddr,
    name: Option<String>,
}

impl Client {
    /// Takes the name from `User-Agent`, cut to [`LONGEST_CLIENT`] bytes.
    pub(crate) fn new(address: IpAddr, headers: &HeaderMap) -> Self {
        let name = headers.get(USER_AGENT).and_then(|name| name.to_str().ok()).map(str::trim);
        let name = name.filter(|name| !name.is_empty()).map(|name| {
            // `to_str` passes only visible ASCII, so every index is a character boundary.
            name.get(..LONGEST_CLIENT).unwrap_or(name).to_owned()
        });
        Self { address: address.to_canonical(), name }
    }
}

impl Fetches {
    pub(crate) fn count(&self, what: Fetched, by: Client, status: u16) {
        let at = Instant::now();
        let mut fetches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Fetch { count, clients } = &mut fetches[what as usize];
        *count += 1;
        let before = clients.iter().position(|known| known.client == by);
        let before = before.map(|place| clients.remove(place));
        let known = Known {
            client: by,
            count: before.as_ref().map_or(0, |known| known.count) + 1,
            at,
            status,
            interval: before.map(|known| at.duration_since(known.at)),
        };
        clients.truncate(MOST_CLIENTS - 1);
        clients.insert(0, known);
    }

    pub(crate) fn status(&self, now: Instant) -> [FetchStatus; 2] {
        let fetches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let client = |known: &Known| ClientStatus {
            address: known.client.address.to_string(),
            name: known.client.name.clone(),
            count: known.count,
            age_ms: milliseconds(now.duration_since(known.at)),
            status: known.status,
            interval_ms: known.interval.map(milliseconds),
        };
        let status = |what: Fetched, path: &str| {
            let fetch = &fetches[what as usize];
            let clients = fetch.clients.iter().map(client).collect();
            FetchStatus { path: path.to_owned(), count: fetch.count, clients }
        };
        [status(Fetched::Values, VALUES_PATH), status(Fetched::Info, INFO_PATH)]
    }
}

pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn client(name: &[u8]) -> Client {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_bytes(name).unwrap());
        Client::new("::ffff:192.168.1.40".parse().unwrap(), &headers)
    }

    #[test]
    fn clients_are_told_apart_and_the_latest_comes_first() {
        let fetches = Fetches::default();
        for name in [b" charger/1.0 " as &[u8], b"curl", b"charger/1.0"] {
            fetches.count(Fetched::Info, client(name), 200);
        }
        let [values, info] = fetches.status(Instant::now());
        assert_eq!((values.count, values.clients.len()), (0, 0));
        assert_eq!((info.count, info.clients.len()), (3, 2));
        let [charger, curl] = &info.clients[..] else { panic!("two") };
        assert_eq!((charger.address.as_str(), charger.count), ("192.168.1.40", 2));
        assert_eq!(charger.name.as_deref(), Some("charger/1.0"));
        assert!(charger.interval_ms.is_some());
        assert_eq!((curl.count, curl.interval_ms), (1, None));
    }

    #[test]
    fn only_a_few_are_remembered() {
        let fetches = Fetches::default();
        for name in ["a", "b", "c", "d", "e", "f"] {
            fetches.count(Fetched::Values, client(name.as_bytes()), 503);
        }
        let [values, _] = fetches.status(Instant::now());
        assert_eq!(values.count, 6);
        assert_eq!(values.clients.len(), MOST_CLIENTS);
        assert_eq!(values.clients[0].name.as_deref(), Some("f"));
    }

    #[test]
    fn names_are_short_and_readable_or_none() {
        assert_eq!(client(&[b'x'; 500]).name.map(|name| name.len()), Some(LONGEST_CLIENT));
        assert_eq!(client(b"  ").name, None);
        assert_eq!(client(b"\xff").name, None);
    }
}
