//! How long to leave a charger alone that cannot be reached.

use std::time::Duration;

use tokio::time::Instant;

/// Doubling pauses with a little chance in them, so that several gateways do not march in step.
#[derive(Debug)]
pub(crate) struct Backoff {
    first: Duration,
    most: Duration,
    next: Duration,
    until: Option<Instant>,
}

impl Backoff {
    /// Pauses from `first` on, doubling to `most`.
    pub(crate) fn new(first: Duration, most: Duration) -> Self {
        Self { first, most, next: first, until: None }
    }

    /// The time left in which nothing is tried.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        self.until
            .and_then(|until| until.checked_duration_since(now))
            .filter(|left| !left.is_zero())
    }

    /// Begins a pause, twice as long as the last one.
    pub(crate) fn failed(&mut self, now: Instant) {
        self.until = Some(now + jittered(self.next));
        self.next = (self.next * 2).min(self.most);
    }

    /// Ends the pause; the next one is the shortest again.
    pub(crate) fn succeeded(&mut self) {
        self.next = self.first;
        self.until = None;
    }
}

/// 80 to 120 % of `pause`; exactly `pause` where the system has no random numbers.
fn jittered(pause: Duration) -> Duration {
    let percent = getrandom::u32().map_or(100, |random| 80 + random % 41);
    pause * percent / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_to_their_bound_and_begin_anew_after_success() {
        let mut backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(2));
        let now = Instant::now();
        assert_eq!(backoff.left(now), None);
        for expected in [250, 500, 1000, 2000, 2000] {
            backoff.failed(now);
            let left = backoff.left(now).unwrap().as_millis();
            assert!((expected * 8 / 10..=expected * 12 / 10).contains(&left), "{left}");
        }
        assert_eq!(backoff.left(now + Duration::from_secs(3)), None);
        backoff.succeeded();
        backoff.failed(now);
        assert!(backoff.left(now).unwrap() <= Duration::from_millis(300));
    }
}
