//! Cache of the registers last read, the source of the last documents.

use charger_gateway::RegisterRange;
use nrgkick_model::field::FIELDS;
use tokio::time::Instant;

/// The last word of each register of the table, with the time of its read.
#[derive(Debug)]
pub(crate) struct RegisterCache(Vec<Option<(u16, Instant)>>);

impl RegisterCache {
    pub(crate) fn new() -> Self {
        Self(vec![None; FIELDS.last().map_or(0, |field| field.register.end().into())])
    }

    /// Stores `words`, read from `address` on at the time `at`.
    pub(crate) fn keep(&mut self, address: u16, words: &[u16], at: Instant) {
        let places = self.0.iter_mut().skip(address.into());
        places.zip(words).for_each(|(place, word)| *place = Some((*word, at)));
    }

    /// Removes registers that the charger does not have, or no longer.
    pub(crate) fn forget(&mut self, address: u16, quantity: u16) {
        self.0
            .iter_mut()
            .skip(address.into())
            .take(quantity.into())
            .for_each(|place| *place = None);
    }

    /// Returns all stored words by address; each range comes from one read.
    pub(crate) fn ranges(&self) -> Vec<RegisterRange> {
        let mut ranges: Vec<RegisterRange> = Vec::new();
        let mut last = None;
        for (address, place) in (0..).zip(&self.0) {
            let Some((word, at)) = *place else {
                last = None;
                continue;
            };
            match ranges.last_mut() {
                Some(range) if last == Some(at) => range.words.push(word),
                _ => ranges.push(RegisterRange { address, words: vec![word], at }),
            }
            last = Some(at);
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_was_read_at_once_is_one_range_and_the_newest_word_counts() {
        let mut cache = RegisterCache::new();
        assert_eq!(cache.ranges(), []);
        let first = Instant::now();
        let second = first + Duration::from_secs(1);
        cache.keep(0, &[1, 2, 3, 4], first);
        cache.keep(2, &[30], second);
        cache.keep(263, &[9, 10], first);
        let range =
            |address, words: &[u16], at| RegisterRange { address, words: words.to_vec(), at };
        let expected = [
            range(0, &[1, 2], first),
            range(2, &[30], second),
            range(3, &[4], first),
            range(263, &[9], first),
        ];
        assert_eq!(cache.ranges(), expected, "and nothing beyond the table");
        cache.forget(1, 2);
        assert_eq!(
            cache.ranges(),
            [range(0, &[1], first), range(3, &[4], first), range(263, &[9], first)]
        );
    }
}
