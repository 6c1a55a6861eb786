//! Wrong tokens, counted by address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Wrong tokens that one address may show within [`WINDOW`].
const MOST: u32 = 20;
const WINDOW: Duration = Duration::from_secs(60);
/// Addresses remembered at once; beyond, the oldest is forgotten.
const ADDRESSES: usize = 1024;

struct Window {
    began: Instant,
    wrong: u32,
}

/// Who has shown wrong tokens lately.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<IpAddr, Window>>);

impl Attempts {
    /// How long `address` has to wait, if it has shown too many.
    pub(super) fn must_wait(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.get(&network(address))?;
        let left = WINDOW.checked_sub(now.duration_since(window.began))?;
        (window.wrong >= MOST && !left.is_zero()).then_some(left)
    }

    /// Counts one wrong token.
    pub(super) fn count(&self, address: IpAddr, now: Instant) {
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
    }
}

/// One IPv6 host has a whole /64 to call from.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_21st_waits_until_the_window_ends() {
        let attempts = Attempts::default();
        let address = "192.168.1.7".parse().unwrap();
        let start = Instant::now();
        for _ in 0..MOST {
            assert_eq!(attempts.must_wait(address, start), None);
            attempts.count(address, start);
        }
        assert_eq!(attempts.must_wait(address, start), Some(WINDOW));
        assert_eq!(attempts.must_wait("192.168.1.8".parse().unwrap(), start), None);
        assert_eq!(attempts.must_wait(address, start + WINDOW), None);
        attempts.count(address, start + WINDOW);
        assert_eq!(attempts.must_wait(address, start + WINDOW), None);
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let attempts = Attempts::default();
        let start = Instant::now();
        for host in 0..MOST {
            attempts.count(format!("fd00::{host:x}").parse().unwrap(), start);
        }
        assert!(attempts.must_wait("fd00::ffff".parse().unwrap(), start).is_some());
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
