//! The curve of a charge: one point a minute, with the counter in each.

use gateway_api::record::CurvePoint;

use crate::reading::Reading;
use crate::wall::{self, Wall};

/// Time from one point to the next, s.
pub const STEP_S: u64 = 60;
/// Points of a curve at most: two weeks.
const MOST: usize = 20_160;
const POINT_BYTES: usize = 24;

/// A point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Wall time.
    pub at: Wall,
    /// Mean power since the point before, W.
    pub power_w: Option<i32>,
    /// Set current, tenths of an ampere.
    pub set: Option<u16>,
    /// Total counter, Wh.
    pub counter_wh: Option<u64>,
}

/// The points of a charge, the oldest first, and what the next one is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    points: Vec<Point>,
    power_sum: f64,
    looks: f64,
    since_s: u64,
}

impl Curve {
    /// Of points that were kept.
    pub fn resumed(points: Vec<Point>) -> Self {
        Self { points, ..Self::default() }
    }

    /// The points.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Takes a look, `elapsed_s` after the one before; `is_edge`: it is the first or last.
    pub fn see(&mut self, at: Wall, elapsed_s: u64, reading: &Reading, is_edge: bool) {
        if let Some(power) = reading.power_w {
            self.power_sum += power;
            self.looks += 1.0;
        }
        self.since_s += elapsed_s;
        let is_due = is_edge || self.points.is_empty() || self.since_s >= STEP_S;
        if !is_due || self.points.len() >= MOST {
            return;
        }
        let power_w = (self.looks > 0.5).then(|| rounded(self.power_sum / self.looks));
        let set = reading.set_a.and_then(|set| u16::try_from(rounded(set * 10.0)).ok());
        self.points.push(Point { at, power_w, set, counter_wh: reading.counter_wh });
        (self.power_sum, self.looks, self.since_s) = (0.0, 0.0, 0);
    }

    /// Forgets what the next point is made of: there is a gap before it.
    pub fn interrupt(&mut self) {
        (self.power_sum, self.looks, self.since_s) = (0.0, 0.0, STEP_S);
    }

    /// Moves all points with a clock that was set.
    pub fn shift(&mut self, by: i64) {
        self.points.iter_mut().for_each(|point| point.at = point.at.saturating_add(by));
    }
}

/// Writes points as bytes.
pub fn write(points: &[Point]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(points.len() * POINT_BYTES);
    for point in points {
        bytes.extend(point.at.to_le_bytes());
        bytes.extend(point.power_w.unwrap_or(i32::MIN).to_le_bytes());
        bytes.extend(point.set.unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend([0; 2]);
        bytes.extend(point.counter_wh.unwrap_or(u64::MAX).to_le_bytes());
    }
    bytes
}

/// Reads points.
pub fn read(bytes: &[u8]) -> Vec<Point> {
    let (whole, _) = bytes.as_chunks::<POINT_BYTES>();
    let point = |raw: &[u8; POINT_BYTES]| {
        let (at, rest) = raw.split_first_chunk::<8>()?;
        let (power, rest) = rest.split_first_chunk::<4>()?;
        let (set, rest) = rest.split_first_chunk::<2>()?;
        let (_, counter) = rest.split_first_chunk::<2>()?;
        Some(Point {
            at: Wall::from_le_bytes(*at),
            power_w: Some(i32::from_le_bytes(*power)).filter(|power| *power != i32::MIN),
            set: Some(u16::from_le_bytes(*set)).filter(|set| *set != u16::MAX),
            counter_wh: Some(u64::from_le_bytes(*counter.first_chunk()?))
                .filter(|counter| *counter != u64::MAX),
        })
    };
    whole.iter().filter_map(point).collect()
}

/// Points for the answer to a request.
pub fn shown(points: &[Point]) -> Vec<CurvePoint> {
    let shown = |point: &Point| CurvePoint {
        at: wall::text(point.at),
        power_w: point.power_w,
        current_set_a: point.set.map(|set| f32::from(set) / 10.0),
        counter_wh: point.counter_wh,
    };
    points.iter().map(shown).collect()
}

#[expect(clippy::cast_possible_truncation, reason = "a cast saturates, which is far off any value")]
fn rounded(number: f64) -> i32 {
    number.round().max(f64::from(i32::MIN + 1)) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_point_a_minute_with_the_mean_power_and_the_counter() {
        let mut curve = Curve::default();
        for n in 0..13_u64 {
            let reading = Reading {
                power_w: Some(if n == 0 { 0.0 } else { 1_000.0 }),
                set_a: Some(16.0),
                counter_wh: Some(500 + n),
                ..Reading::default()
            };
            let at = 1_000 + Wall::try_from(n).unwrap() * 10;
            curve.see(at, if n == 0 { 0 } else { 10 }, &reading, false);
        }
        let points = curve.points();
        assert_eq!(points.iter().map(|p| p.at).collect::<Vec<_>>(), [1_000, 1_060, 1_120]);
        assert_eq!(
            points.iter().map(|p| p.power_w).collect::<Vec<_>>(),
            [Some(0), Some(1_000), Some(1_000)]
        );
        assert_eq!(points[2].counter_wh, Some(512));
        assert_eq!(read(&write(points)), points);
        let none = [Point { at: -5, power_w: None, set: None, counter_wh: None }];
        assert_eq!(read(&write(&none)), none);
    }
}
