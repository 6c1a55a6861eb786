//! The pause after a refusal, for devices that lock out who tries often.

use std::time::Duration;

use tokio::time::Instant;

/// Longest pause.
const LAST_PAUSE: Duration = Duration::from_secs(15 * 60);

/// A pause that doubles with each refusal in a row, up to 15 minutes.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// The last refusal, and the time before which nothing is tried again.
    refused: Option<(String, Instant)>,
    pause: Duration,
}

impl Rest {
    /// Begins a pause, of `first` if there was none.
    pub(super) fn begin(&mut self, first: Duration, message: &str) {
        self.pause = (self.pause * 2).clamp(first, LAST_PAUSE);
        self.refused = Some((message.to_owned(), Instant::now() + self.pause));
    }

    /// Returns the refusal while the pause lasts.
    pub(super) fn refusal(&self) -> Option<&str> {
        let (message, until) = self.refused.as_ref()?;
        (Instant::now() < *until).then_some(message.as_str())
    }

    /// Forgets all refusals.
    pub(super) fn end(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pause_doubles_until_it_is_ended() {
        let first = Duration::from_secs(60);
        let mut rest = Rest::default();
        assert_eq!(rest.refusal(), None);
        for seconds in [60, 120, 240, 480, 900, 900] {
            rest.begin(first, "no");
            advance(Duration::from_secs(seconds - 1)).await;
            assert_eq!(rest.refusal(), Some("no"), "{seconds}");
            advance(Duration::from_secs(1)).await;
            assert_eq!(rest.refusal(), None, "{seconds}");
        }
        rest.end();
        rest.begin(first, "no");
        advance(first).await;
        assert_eq!(rest.refusal(), None);
    }
}
