//! Counts wrong tokens by address.
//!
//! A token is checked even after many wrong ones: several people may share an address, and one of
//! them must not lock the others out. A token of at least
//! [`SHORTEST_TOKEN`](super::SHORTEST_TOKEN) characters cannot be guessed anyway; the limit asks an
//! attacker, or a program with an old token, to stop.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::StatusCode;
use tokio::time::Instant;

use crate::ApiError;
use crate::network::network;

/// Wrong tokens per address within [`WINDOW`] before 429.
const MAX_ATTEMPTS: u32 = 20;
const WINDOW: Duration = Duration::from_secs(60);
/// Maximum addresses stored; beyond, the oldest is dropped.
const ADDRESSES: usize = 1024;

struct Window {
    began: Instant,
    wrong: u32,
}

/// Recent wrong tokens by address. Memory is bounded.
#[derive(Default)]
pub struct Attempts(Mutex<HashMap<IpAddr, Window>>);

impl Attempts {
    /// Counts a wrong token of `address` and returns the answer: 401, or 429 with the time to wait
    /// after more than 20 in a minute.
    pub fn wrong(&self, address: IpAddr, now: Instant) -> ApiError {
        match self.count(address, now) {
            None => unauthorized(WRONG),
            Some(wait) => ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_attempts",
                "Too many wrong tokens came from your address.",
            )
            .retry_after(wait),
        }
    }

    /// Counts a wrong token; returns the time to wait if `address` has sent too many.
    fn count(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let address = network(address);
        if windows.len() >= ADDRESSES && !windows.contains_key(&address) {
            let oldest = windows.iter().min_by_key(|(_, window)| window.began);
            if let Some(oldest) = oldest.map(|(address, _)| *address) {
                windows.remove(&oldest);
            }
        }
        let window = windows.entry(address).or_insert(Window { began: now, wrong: 0 });
        if now.duration_since(window.began) >= WINDOW {
            *window = Window { began: now, wrong: 0 };
        }
        window.wrong = window.wrong.saturating_add(1);
        (window.wrong > MAX_ATTEMPTS)
            .then(|| WINDOW.saturating_sub(now.duration_since(window.began)))
    }
}

impl fmt::Debug for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempts")
    }
}

/// Message for a wrong token.
pub(super) const WRONG: &str = "The token is wrong.";

/// Returns a 401 without `WWW-Authenticate`: with it a browser would ask for a name and a password
/// and send them with every later request of any page.
pub(super) fn unauthorized(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_21st_is_told_to_wait_until_the_window_ends() {
        let attempts = Attempts::default();
        let address = "192.168.1.7".parse().unwrap();
        let start = Instant::now();
        for _ in 0..MAX_ATTEMPTS {
            assert_eq!(attempts.wrong(address, start).status(), 401);
        }
        assert_eq!(attempts.wrong(address, start).status(), 429);
        assert_eq!(attempts.count(address, start), Some(WINDOW));
        assert_eq!(attempts.count("192.168.1.8".parse().unwrap(), start), None);
        assert_eq!(attempts.count(address, start + WINDOW), None, "a new window");
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let attempts = Attempts::default();
        let start = Instant::now();
        for host in 0..MAX_ATTEMPTS {
            attempts.count(format!("fd00::{host:x}").parse().unwrap(), start);
        }
        assert!(attempts.count("fd00::ffff".parse().unwrap(), start).is_some());
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        for host in 0..5000_u32 {
            attempts.count(IpAddr::from(host.to_be_bytes()), Instant::now());
        }
        assert_eq!(attempts.0.lock().unwrap().len(), ADDRESSES);
    }
}
