//! Rate limit for reads of a charger: a token bucket that is charged after each read, as the number
//! of its exchanges is unknown before.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Limit of exchanges for readers; see [`Timing::per_exchange`](crate::Timing::per_exchange).
pub(crate) struct RateLimit {
    per_exchange: Duration,
    /// Time at which the bucket is full: each exchange delays it by `per_exchange`.
    full_at: Instant,
}

/// Exchanges that are allowed at once after an idle time.
const BURST: u32 = 4;
/// Maximum exchanges charged for one read: a charger that allows only short reads would otherwise
/// be read once in half a minute.
const MAX_ACCOUNTED: u32 = 8;

impl RateLimit {
    pub(crate) fn new(per_exchange: Duration) -> Self {
        Self { per_exchange, full_at: Instant::now() }
    }

    /// Completes when an exchange is allowed.
    pub(crate) async fn ready(&self) {
        // An exchange is allowed while at most BURST - 1 are missing from the bucket.
        let at = self.full_at.checked_sub(self.per_exchange * (BURST - 1));
        if let Some(at) = at.filter(|at| *at > Instant::now()) {
            sleep_until(at).await;
        }
    }

    /// Charges `exchanges`.
    pub(crate) fn spend(&mut self, exchanges: u32) {
        self.full_at =
            self.full_at.max(Instant::now()) + self.per_exchange * exchanges.min(MAX_ACCOUNTED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn after(rate: &RateLimit) -> Duration {
        let now = Instant::now();
        rate.ready().await;
        now.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_and_then_two_a_second() {
        let mut rate = RateLimit::new(Duration::from_millis(500));
        for expected in [0, 0, 0, 0, 500, 500, 500] {
            assert_eq!(after(&rate).await, Duration::from_millis(expected));
            rate.spend(1);
        }
        tokio::time::advance(Duration::from_secs(100)).await;
        for expected in [0, 0, 0, 0, 500] {
            assert_eq!(after(&rate).await, Duration::from_millis(expected), "no more than a burst");
            rate.spend(1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_of_many_exchanges_is_paid_for_afterwards() {
        let mut rate = RateLimit::new(Duration::from_millis(500));
        rate.spend(6);
        assert_eq!(after(&rate).await, Duration::from_millis(500) * (6 - 3));
        rate.spend(82);
        assert_eq!(after(&rate).await, Duration::from_millis(500) * 8, "at most 4 s");
    }

    #[tokio::test(start_paused = true)]
    async fn no_limit() {
        let mut rate = RateLimit::new(Duration::ZERO);
        rate.spend(1_000_000);
        assert_eq!(after(&rate).await, Duration::ZERO);
    }
}
