//! One question at a time for a device, and none too soon after another for its host.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_service::HostPort;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tokio::time::{Instant, sleep_until, timeout};

/// Least time between two requests to one host: small devices drop what comes at once.
pub(super) const SPREAD: Duration = Duration::from_millis(10);

/// The turns of all hosts and devices of the configuration.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    /// By host, the time of the last request.
    hosts: Mutex<HashMap<String, Arc<Turn<Option<Instant>>>>>,
    /// By host and port.
    devices: Mutex<HashMap<HostPort, Arc<Turn<()>>>>,
}

impl Turns {
    /// Waits until `host` may be asked again.
    pub(super) async fn spread(&self, host: &str) {
        let turn = Arc::clone(
            self.hosts
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(host.to_owned())
                .or_default(),
        );
        let mut last = turn.lock().await;
        if let Some(last) = *last {
            sleep_until(last + SPREAD).await;
        }
        *last = Some(Instant::now());
    }

    /// Waits for the device's turn, which lasts as long as the result is held. Whoever has waited
    /// for `limit` goes without: a question that hangs must not hold up all others for ever.
    pub(super) async fn device(
        &self,
        at: &HostPort,
        limit: Duration,
    ) -> Option<OwnedMutexGuard<()>> {
        let turn = Arc::clone(
            self.devices
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .entry(at.clone())
                .or_default(),
        );
        timeout(limit, turn.lock_owned()).await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn requests_to_one_host_are_apart_and_those_to_another_at_once() {
        let turns = Turns::default();
        let began = Instant::now();
        for at in 0..4 {
            turns.spread("a").await;
            assert_eq!(began.elapsed(), SPREAD * at);
            turns.spread(&format!("other {at}")).await;
            assert_eq!(began.elapsed(), SPREAD * at, "another host waits for nobody");
        }
    }
}
