//! The last 24 h of looks at a charger, in bounded memory, and their summary in points.

use std::collections::VecDeque;
use std::time::Duration;

use gateway_api::record::{HistoryPoint, Spread};

use crate::sample::{SERIES, Sample};
use crate::wall::{self, Wall};

/// For how long looks are kept, s.
pub const KEPT_S: Wall = 86_400;

/// The looks, the oldest first.
#[derive(Clone, Debug)]
pub struct Ring {
    samples: VecDeque<Sample>,
    most: usize,
}

impl Ring {
    /// For looks that are `every` apart; at most 86,400 of them.
    pub fn new(every: Duration) -> Self {
        let most = 86_400_000 / every.as_millis().max(1_000);
        Self { samples: VecDeque::new(), most: usize::try_from(most).unwrap_or(86_400).max(1) }
    }

    /// Adds a look. One that was recorded under a clock that was ahead of it goes.
    pub fn push(&mut self, sample: Sample) {
        while self.samples.back().is_some_and(|last| last.at > sample.at) {
            self.samples.pop_back();
        }
        let outdated = |oldest: &Sample| oldest.at < sample.at - KEPT_S;
        while self.samples.len() >= self.most || self.samples.front().is_some_and(outdated) {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }

    /// Number of looks.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// `true` without any.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Summarises the looks from `from` up to `to` in `points` points of equal time. A point in which
    /// nobody looked is left out.
    pub fn points(&self, from: Wall, to: Wall, points: usize) -> Vec<HistoryPoint> {
        let length = i128::from(to.saturating_sub(from)).max(1);
        let count = i128::try_from(points).unwrap_or(1).max(1);
        let mut found: Vec<(i128, Bucket)> = Vec::new();
        for sample in self.samples.iter().filter(|sample| (from..to).contains(&sample.at)) {
            let index = i128::from(sample.at - from) * count / length;
            match found.last_mut() {
                Some((last, bucket)) if *last == index => bucket.add(sample),
                _ => {
                    let mut bucket = Bucket::default();
                    bucket.add(sample);
                    found.push((index, bucket));
                }
            }
        }
        // The first whole second of a point: rounded down, two short points would begin together.
        let second = |index: i128| (index * length + count - 1) / count;
        let at = |index: i128| from + Wall::try_from(second(index)).unwrap_or_default();
        found.into_iter().map(|(index, bucket)| bucket.point(at(index))).collect()
    }
}

#[derive(Default)]
struct Bucket {
    seen: u32,
    missed: u32,
    series: [Summary; SERIES],
    status: Option<u8>,
}

#[derive(Clone, Copy, Default)]
struct Summary {
    least: f64,
    most: f64,
    sum: f64,
    count: f64,
}

impl Bucket {
    fn add(&mut self, sample: &Sample) {
        self.seen += 1;
        self.missed += u32::from(!sample.answered);
        for (summary, number) in self.series.iter_mut().zip(sample.numbers()) {
            let Some(number) = number else { continue };
            let is_first = summary.count < 0.5;
            summary.least = if is_first { number } else { summary.least.min(number) };
            summary.most = if is_first { number } else { summary.most.max(number) };
            summary.sum += number;
            summary.count += 1.0;
        }
        self.status = sample.status().or(self.status);
    }

    fn point(self, at: Wall) -> HistoryPoint {
        let [power_w, current_set_a, signalled_a, l1_a, l2_a, l3_a, housing_c] =
            self.series.map(Summary::spread);
        let (seen, missed, status) = (self.seen, self.missed, self.status);
        HistoryPoint {
            at: wall::text(at),
            seen,
            missed,
            power_w,
            current_set_a,
            signalled_a,
            l1_a,
            l2_a,
            l3_a,
            housing_c,
            status,
        }
    }
}

impl Summary {
    #[expect(clippy::cast_possible_truncation, reason = "two decimals are more than is measured")]
    fn spread(self) -> Option<Spread> {
        let short = |number: f64| ((number * 100.0).round() / 100.0) as f32;
        (self.count > 0.5).then(|| [self.least, self.most, self.sum / self.count].map(short))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::Reading;

    fn look(at: Wall, power: f64) -> Sample {
        Sample::new(at, Some(&Reading { power_w: Some(power), ..Reading::default() }))
    }

    #[test]
    fn it_holds_a_day_and_no_more() {
        let mut ring = Ring::new(Duration::from_secs(10));
        (0..20_000).for_each(|n| ring.push(look(1_000_000 + n * 10, 1.0)));
        assert_eq!(ring.len(), 8_640);
        ring.push(look(1_000_000 + 20_000 * 10 + 2 * KEPT_S, 1.0));
        assert_eq!(ring.len(), 1, "what is older than a day goes, however little there is");
        let mut often = Ring::new(Duration::ZERO);
        (0..200_000).for_each(|n| often.push(look(n / 3, 1.0)));
        assert!(often.len() <= 86_400);
    }

    #[test]
    fn a_point_has_least_most_and_mean_and_none_is_invented() {
        let mut ring = Ring::new(Duration::from_secs(10));
        ring.push(look(1_000, 5.0));
        ring.push(look(1_010, 1.0));
        ring.push(Sample::new(1_020, None));
        ring.push(look(1_310, 7.0));
        let points = ring.points(1_000, 1_400, 4);
        assert_eq!(points.len(), 2, "nobody looked in the second and third");
        assert_eq!(points[0].power_w, Some([1.0, 5.0, 3.0]));
        assert_eq!((points[0].seen, points[0].missed), (3, 1));
        assert_eq!(points[0].current_set_a, None);
        assert_eq!(
            (points[1].at.as_str(), points[1].power_w),
            ("1970-01-01T00:21:40Z", Some([7.0; 3]))
        );
        assert!(ring.points(1_400, 1_000, 4).is_empty());
        assert!(ring.points(0, Wall::MAX, 1_000).len() == 1);
    }

    #[test]
    fn a_clock_that_was_set_back_leaves_nothing_from_the_future() {
        let mut ring = Ring::new(Duration::from_secs(10));
        ring.push(look(100_000, 1.0));
        ring.push(look(13_600, 2.0));
        ring.push(look(13_610, 3.0));
        assert_eq!(ring.points(0, 200_000, 1)[0].power_w, Some([2.0, 3.0, 2.5]));
    }

    #[test]
    fn points_of_less_than_a_second_are_told_at_the_second_of_their_look() {
        for length in 1..700 {
            let mut ring = Ring::new(Duration::from_secs(1));
            let looks = (0..length).map(|n| 1_000 + n);
            looks.clone().for_each(|at| ring.push(Sample::new(at, None)));
            let points = ring.points(1_000, 1_000 + length, 300);
            let told = points.iter().map(|point| wall::parse(&point.at).unwrap());
            if length <= 300 {
                assert!(told.eq(looks), "{length}");
            } else {
                assert!(told.is_sorted_by(|before, after| before < after), "{length}");
            }
        }
    }
}
