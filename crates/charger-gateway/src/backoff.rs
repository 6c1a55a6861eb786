//! How long to leave a charger alone that cannot be reached.

use std::time::Duration;

use http_service::Backoff;
use tokio::time::Instant;

/// The pause that is under way, and those that would follow.
#[derive(Debug)]
pub(crate) struct Rest {
    pauses: Backoff,
    until: Option<Instant>,
}

impl Rest {
    /// Pauses from `first` on, doubling to `most`.
    pub(crate) fn new(first: Duration, most: Duration) -> Self {
        Self { pauses: Backoff::new(first, most), until: None }
    }

    /// The time left in which nothing is tried.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        self.until
            .and_then(|until| until.checked_duration_since(now))
            .filter(|left| !left.is_zero())
    }

    /// Begins a pause, twice as long as the last one.
    pub(crate) fn failed(&mut self, now: Instant) {
        self.until = Some(now + self.pauses.next_pause());
    }

    /// Ends the pause; the next one is the shortest again.
    pub(crate) fn succeeded(&mut self) {
        self.pauses.reset();
        self.until = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nothing_is_tried_during_a_pause() {
        let mut rest = Rest::new(Duration::from_millis(250), Duration::from_secs(2));
        let now = Instant::now();
        assert_eq!(rest.left(now), None);
        rest.failed(now);
        assert!(rest.left(now).unwrap() <= Duration::from_millis(300));
        assert_eq!(rest.left(now + Duration::from_secs(1)), None);
        rest.failed(now);
        assert!(rest.left(now).unwrap() >= Duration::from_millis(400));
        rest.succeeded();
        assert_eq!(rest.left(now), None);
    }
}
