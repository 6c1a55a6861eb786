//! Each decision is logged once, and again only after a while: announcements come as often as
//! anybody likes to send them.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

/// Before the same is said again.
const AGAIN: Duration = Duration::from_secs(600);
/// Sentences that are remembered; more than that in ten minutes are not said at all.
const MOST: usize = 128;

/// What was said and when.
#[derive(Debug, Default)]
pub(super) struct Said(HashMap<String, Instant>);

impl Said {
    /// Whether `sentence` is to be said now.
    pub(super) fn is_due(&mut self, sentence: &str, now: Instant) -> bool {
        self.0.retain(|_, at| now.duration_since(*at) < AGAIN);
        if self.0.contains_key(sentence) || self.0.len() >= MOST {
            return false;
        }
        self.0.insert(sentence.to_owned(), now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_not_a_flood_of_lines() {
        let (mut said, start) = (Said::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(said.is_due("refused", at(0)));
        assert!((1..600).all(|seconds| !said.is_due("refused", at(seconds))));
        assert!(said.is_due("refused", at(600)));
        let lines = (0..10_000).filter(|n| said.is_due(&n.to_string(), at(601))).count();
        assert_eq!(lines, MOST - 1);
    }
}
