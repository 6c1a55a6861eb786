//! Pauses between attempts to reach an unavailable peer.

use std::time::Duration;

/// Exponential backoff with ±20 % jitter, so that several clients do not retry simultaneously.
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    max: Duration,
    next: Duration,
}

impl Backoff {
    /// Creates a backoff with pauses from `first`, doubling up to `max`.
    #[must_use]
    pub fn new(first: Duration, max: Duration) -> Self {
        Self { first, max, next: first }
    }

    /// Returns the next pause and doubles the one after it.
    pub fn next_pause(&mut self) -> Duration {
        let pause = self.next;
        self.next = (pause * 2).min(self.max);
        jittered(pause)
    }

    /// Resets the next pause to the first.
    pub fn reset(&mut self) {
        self.next = self.first;
    }
}

/// Returns 80 to 120 % of `pause`; exactly `pause` if the system has no random numbers.
fn jittered(pause: Duration) -> Duration {
    let percent = getrandom::u32().map_or(100, |random| 80 + random % 41);
    pause * percent / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_to_their_bound_and_begin_anew_after_success() {
        let mut backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(2));
        for expected in [250, 500, 1000, 2000, 2000] {
            let pause = backoff.next_pause().as_millis();
            assert!((expected * 8 / 10..=expected * 12 / 10).contains(&pause), "{pause}");
        }
        backoff.reset();
        assert!(backoff.next_pause() <= Duration::from_millis(300));
    }
}
