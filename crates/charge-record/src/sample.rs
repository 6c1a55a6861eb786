//! A look at a charger as the 24 h history keeps it: 24 bytes, on disk and in memory.

use nrgkick_model::code::ChargingStatus;

use crate::reading::Reading;
use crate::wall::Wall;

/// Bytes of a sample.
pub const SAMPLE_BYTES: usize = 24;
/// Stands for "not reported" in each place.
const NONE_U16: u16 = u16::MAX;
const NONE_I16: i16 = i16::MIN;
const NONE_I32: i32 = i32::MIN;
const NONE_U8: u8 = u8::MAX;

/// A look; all bits of a missing value are set or it is the least number, see the constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Wall time.
    pub at: Wall,
    /// `false` if the charger did not answer.
    pub answered: bool,
    power_w: i32,
    /// Set, signalled, and of each phase; hundredths of an ampere.
    currents: [u16; 5],
    /// Tenths of a degree.
    housing: i16,
    status: u8,
}

/// The series of a sample, in the order of [`Sample::numbers`].
pub const SERIES: usize = 7;

impl Sample {
    /// A look at `at`; `None`: no answer.
    pub fn new(at: Wall, reading: Option<&Reading>) -> Self {
        let none = Reading::default();
        let reading_or = reading.unwrap_or(&none);
        let [l1, l2, l3] = reading_or.currents_a;
        let currents = [reading_or.set_a, reading_or.signalled_a, l1, l2, l3];
        Self {
            at,
            answered: reading.is_some(),
            power_w: reading_or.power_w.map_or(NONE_I32, |power| rounded(power, 2e9)),
            currents: currents.map(|current| {
                current
                    .and_then(|a| u16::try_from(rounded(a * 100.0, 65_534.0)).ok())
                    .unwrap_or(NONE_U16)
            }),
            housing: reading_or
                .housing_c
                .and_then(|degrees| i16::try_from(rounded(degrees * 10.0, 32_000.0)).ok())
                .unwrap_or(NONE_I16),
            status: reading_or.status.and_then(ChargingStatus::number).unwrap_or(NONE_U8),
        }
    }

    /// Power, W; set and signalled current, those of the phases, A; temperature, °C.
    pub fn numbers(&self) -> [Option<f64>; SERIES] {
        let power = (self.power_w != NONE_I32).then(|| f64::from(self.power_w));
        let current = |at: usize| {
            Some(self.currents[at]).filter(|raw| *raw != NONE_U16).map(|raw| f64::from(raw) / 100.0)
        };
        let housing = (self.housing != NONE_I16).then(|| f64::from(self.housing) / 10.0);
        [power, current(0), current(1), current(2), current(3), current(4), housing]
    }

    /// The state of charging as the charger's number.
    pub fn status(&self) -> Option<u8> {
        Some(self.status).filter(|status| *status != NONE_U8)
    }

    /// Appends its bytes.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        let at = u32::try_from(self.at.max(0)).unwrap_or(u32::MAX);
        bytes.extend(at.to_le_bytes());
        bytes.extend(self.power_w.to_le_bytes());
        self.currents.iter().for_each(|current| bytes.extend(current.to_le_bytes()));
        bytes.extend(self.housing.to_le_bytes());
        bytes.extend([self.status, u8::from(self.answered), 0, 0]);
    }

    /// Reads whole samples; bytes that are left over are none.
    pub fn read_all(bytes: &[u8]) -> impl Iterator<Item = Self> {
        let (whole, _) = bytes.as_chunks::<SAMPLE_BYTES>();
        whole.iter().map(|raw| {
            let pair = |at: usize| [raw[at], raw[at + 1]];
            let four = |at: usize| [raw[at], raw[at + 1], raw[at + 2], raw[at + 3]];
            Self {
                at: u32::from_le_bytes(four(0)).into(),
                power_w: i32::from_le_bytes(four(4)),
                currents: [8, 10, 12, 14, 16].map(|at| u16::from_le_bytes(pair(at))),
                housing: i16::from_le_bytes(pair(18)),
                status: raw[20],
                answered: raw[21] != 0,
            }
        })
    }
}

/// Rounds; what is beyond `most` either way becomes that, and NaN 0.
#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn rounded(number: f64, most: f64) -> i32 {
    number.clamp(-most, most).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_is_filled_in() {
        let reading = Reading {
            power_w: Some(-12.4),
            set_a: Some(16.0),
            currents_a: [Some(15.87), Some(0.0), None],
            housing_c: Some(-7.25),
            status: Some(ChargingStatus::Charging),
            ..Reading::default()
        };
        let samples = [Sample::new(1_795_953_600, Some(&reading)), Sample::new(5, None)];
        let mut bytes = Vec::new();
        samples.iter().for_each(|sample| sample.write(&mut bytes));
        assert_eq!(bytes.len(), 2 * SAMPLE_BYTES);
        bytes.push(1);
        let read: Vec<_> = Sample::read_all(&bytes).collect();
        assert_eq!(read, samples);
        let numbers = read[0].numbers();
        assert_eq!(numbers[..3], [Some(-12.0), Some(16.0), None]);
        assert_eq!(numbers[3..], [Some(15.87), Some(0.0), None, Some(-7.3)]);
        assert_eq!((read[1].numbers(), read[1].status()), ([None; SERIES], None));
    }
}
