//! Pauses after failed connections to a charger.

use std::time::Duration;

use http_service::Backoff;
use tokio::time::Instant;

/// The current pause, and the backoff of the following ones.
#[derive(Debug)]
pub(crate) struct Rest {
    pauses: Backoff,
    until: Option<Instant>,
}

impl Rest {
    /// Creates a backoff with pauses from `first`, doubling up to `most`.
    pub(crate) fn new(first: Duration, most: Duration) -> Self {
        Self { pauses: Backoff::new(first, most), until: None }
    }

    /// Returns the rest of the current pause.
    pub(crate) fn left(&self, now: Instant) -> Option<Duration> {
        self.until
            .and_then(|until| until.checked_duration_since(now))
            .filter(|left| !left.is_zero())
    }

    /// Begins a pause, twice as long as the last one, up to the maximum.
    pub(crate) fn failed(&mut self, now: Instant) {
        self.until = Some(now + self.pauses.next_pause());
    }

    /// Ends the pause and resets the next one to the first.
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
