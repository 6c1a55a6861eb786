//! Who fetched the two documents, and how often: whether the charger really asks.
//!
//! Two entries, whatever happens.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use http::header::USER_AGENT;
use nrgkick_model::custom_api::status::{FetchStatus, LastFetch};
use nrgkick_model::custom_api::{INFO_PATH, VALUES_PATH};
use tokio::time::Instant;

/// Most bytes kept of what a client calls itself.
const LONGEST_CLIENT: usize = 120;

/// The last fetch of each document.
#[derive(Debug, Default)]
pub(crate) struct Fetches(Mutex<[Fetch; 2]>);

#[derive(Debug, Default)]
struct Fetch {
    count: u64,
    last: Option<Last>,
}

#[derive(Debug)]
struct Last {
    at: Instant,
    address: IpAddr,
    client: Option<String>,
    status: u16,
    interval: Option<Duration>,
}

/// Which document was fetched.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fetched {
    Values = 0,
    Info = 1,
}

/// Who fetches.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    address: IpAddr,
    name: Option<String>,
}

impl Client {
    /// From its address and the headers of its request.
    pub(crate) fn new(address: IpAddr, headers: &HeaderMap) -> Self {
        let name = headers.get(USER_AGENT).and_then(|name| name.to_str().ok()).map(str::trim);
        let name = name.filter(|name| !name.is_empty()).map(|name| {
            // Visible ASCII, as `to_str` says, so every position is a boundary.
            name.get(..LONGEST_CLIENT).unwrap_or(name).to_owned()
        });
        Self { address: address.to_canonical(), name }
    }
}

impl Fetches {
    pub(crate) fn count(&self, what: Fetched, by: &Client, status: u16) {
        let at = Instant::now();
        let mut fetches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fetch = &mut fetches[what as usize];
        let interval = fetch.last.as_ref().map(|last| at.duration_since(last.at));
        fetch.count += 1;
        let Client { address, name } = by.clone();
        fetch.last = Some(Last { at, address, client: name, status, interval });
    }

    pub(crate) fn status(&self, now: Instant) -> [FetchStatus; 2] {
        let fetches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let status = |what: Fetched, path: &str| {
            let fetch = &fetches[what as usize];
            let last = fetch.last.as_ref().map(|last| LastFetch {
                age_ms: milliseconds(now.duration_since(last.at)),
                address: last.address.to_string(),
                client: last.client.clone(),
                status: last.status,
                interval_ms: last.interval.map(milliseconds),
            });
            FetchStatus { path: path.to_owned(), count: fetch.count, last }
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

    fn client(name: &'static [u8]) -> Client {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_bytes(name).unwrap());
        Client::new("::ffff:192.168.1.40".parse().unwrap(), &headers)
    }

    #[test]
    fn who_fetched_is_kept_by_address_and_by_name() {
        let fetches = Fetches::default();
        fetches.count(Fetched::Info, &client(b" charger/1.0 "), 200);
        let [values, info] = fetches.status(Instant::now());
        assert_eq!((values.count, values.last), (0, None));
        let last = info.last.unwrap();
        assert_eq!((last.address.as_str(), last.status), ("192.168.1.40", 200));
        assert_eq!((last.client.as_deref(), last.interval_ms), (Some("charger/1.0"), None));
    }

    #[test]
    fn names_are_short_and_readable_or_none() {
        assert_eq!(client(&[b'x'; 500]).name.map(|name| name.len()), Some(LONGEST_CLIENT));
        assert_eq!(client(b"  ").name, None);
        assert_eq!(client(b"\xff").name, None);
    }
}
