//! The registers as they were last read for a document: what the documents were made of.

use charger_gateway::RegisterRange;
use nrgkick_model::field::FIELDS;
use tokio::time::Instant;

/// One place for each register of the table.
#[derive(Debug)]
pub(crate) struct RegisterCache(Vec<Option<(u16, Instant)>>);

impl RegisterCache {
    pub(crate) fn new() -> Self {
        Self(vec![None; FIELDS.last().map_or(0, |field| field.register.end().into())])
    }

    /// Keeps `words` as read `at` this moment from `address` on.
    pub(crate) fn keep(&mut self, address: u16, words: &[u16], at: Instant) {
        let places = self.0.iter_mut().skip(address.into());
        places.zip(words).for_each(|(place, word)| *place = Some((*word, at)));
    }

    /// The charger does not have these, or no longer.
    pub(crate) fn forget(&mut self, address: u16, quantity: u16) {
        self.0
            .iter_mut()
            .skip(address.into())
            .take(quantity.into())
            .for_each(|place| *place = None);
    }

    /// Everything that is kept, in order.
    pub(crate) fn runs(&self) -> Vec<RegisterRange> {
        let mut runs: Vec<RegisterRange> = Vec::new();
        let mut last = None;
        for (address, place) in (0..).zip(&self.0) {
            let Some((word, at)) = *place else {
                last = None;
                continue;
            };
            match runs.last_mut() {
                Some(run) if last == Some(at) => run.words.push(word),
                _ => runs.push(RegisterRange { address, words: vec![word], at }),
            }
            last = Some(at);
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_read_at_once_is_one_run_and_the_newest_word_counts() {
        let mut cache = RegisterCache::new();
        assert_eq!(cache.runs(), []);
        let first = Instant::now();
        let second = first + Duration::from_secs(1);
        cache.keep(0, &[1, 2, 3, 4], first);
        cache.keep(2, &[30], second);
        cache.keep(263, &[9, 10], first);
        let run = |address, words: &[u16], at| RegisterRange { address, words: words.to_vec(), at };
        let expected = [
            run(0, &[1, 2], first),
            run(2, &[30], second),
            run(3, &[4], first),
            run(263, &[9], first),
        ];
        assert_eq!(cache.runs(), expected, "and nothing beyond the table");
        cache.forget(1, 2);
        assert_eq!(cache.runs(), [run(0, &[1], first), run(3, &[4], first), run(263, &[9], first)]);
    }
}
