//! Who fetched the two documents, and how often: whether the charger really asks.
//!
//! Two entries, whatever happens.

use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nrgkick_model::custom_api::status::{FetchStatus, LastFetch};
use nrgkick_model::custom_api::{INFO_PATH, VALUES_PATH};
use tokio::time::Instant;

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
    status: u16,
    interval: Option<Duration>,
}

/// Which document was fetched.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fetched {
    Values = 0,
    Info = 1,
}

impl Fetches {
    pub(crate) fn count(&self, what: Fetched, address: IpAddr, status: u16) {
        let at = Instant::now();
        let mut fetches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fetch = &mut fetches[what as usize];
        let interval = fetch.last.as_ref().map(|last| at.duration_since(last.at));
        fetch.count += 1;
        fetch.last = Some(Last { at, address: address.to_canonical(), status, interval });
    }

    pub(crate) fn status(&self, now: Instant) -> [FetchStatus; 2] {
        let fetches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let status = |what: Fetched, path: &str| {
            let fetch = &fetches[what as usize];
            let last = fetch.last.as_ref().map(|last| LastFetch {
                age_ms: milliseconds(now.duration_since(last.at)),
                address: last.address.to_string(),
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
