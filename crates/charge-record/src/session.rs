//! The charger's own marks of a charge, by which one is recognised after a gap.
//!
//! Rests on what the charger is known to do: its count of the most recent charge and the time that
//! the vehicle is connected stay until the next vehicle is plugged in, and then begin anew.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::reading::Reading;

/// What marks the charge that a reading is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    charged_wh: Option<u64>,
    connect_s: Option<u64>,
    count: Option<u64>,
}

impl Marks {
    /// Takes them from `reading`.
    pub fn of(reading: &Reading) -> Self {
        let Reading { charged_wh, connect_s, count, .. } = *reading;
        Self { charged_wh, connect_s, count }
    }

    /// The charger's count of this charge, Wh.
    pub const fn charged_wh(&self) -> Option<u64> {
        self.charged_wh
    }

    /// With those of a later reading of the same charge, where it has them.
    pub fn renewed(self, later: Self) -> Self {
        Self {
            charged_wh: later.charged_wh.or(self.charged_wh),
            connect_s: later.connect_s.or(self.connect_s),
            count: later.count.or(self.count),
        }
    }

    /// `true` if `now` can be of the same charge, `elapsed` later (`None`: nobody knows how much).
    /// `is_plugged`: the vehicle is still connected, so its time has gone on.
    pub fn go_on(&self, now: &Self, elapsed: Option<Duration>, is_plugged: bool) -> bool {
        let both = |a: Option<u64>, b: Option<u64>| a.zip(b);
        let same = both(self.count, now.count).is_none_or(|(before, now)| before == now);
        let rose = |pair: Option<(u64, u64)>| pair.is_none_or(|(before, now)| now >= before);
        let times = both(self.connect_s, now.connect_s);
        let on_time = match (times, elapsed) {
            (Some((before, now)), Some(elapsed)) if is_plugged => {
                let slack = 120 + elapsed.as_secs() / 50;
                now.saturating_sub(before).abs_diff(elapsed.as_secs()) <= slack
            }
            _ => true,
        };
        same && rose(both(self.charged_wh, now.charged_wh)) && rose(times) && on_time
    }

    /// By how many seconds the vehicle has been connected for longer.
    pub fn connected_for(&self, now: &Self) -> Option<u64> {
        now.connect_s?.checked_sub(self.connect_s?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(charged: u64, connect: u64, count: u64) -> Marks {
        Marks { charged_wh: Some(charged), connect_s: Some(connect), count: Some(count) }
    }

    #[test]
    fn a_charge_goes_on_if_nothing_began_anew_and_the_time_fits() {
        let hour = Some(Duration::from_secs(3_600));
        let before = marks(4_000, 1_000, 7);
        let cases = [
            ("an hour later", marks(9_000, 4_600, 7), hour, true),
            ("nothing charged", marks(4_000, 4_640, 7), hour, true),
            ("another charge", marks(9_000, 4_600, 8), hour, false),
            ("counted anew", marks(3_999, 4_600, 7), hour, false),
            ("connected anew", marks(9_000, 900, 7), hour, false),
            ("connected for too short", marks(9_000, 1_400, 7), hour, false),
            ("nobody knows how much later", marks(9_000, 1_400, 7), None, true),
            ("without marks", Marks::default(), hour, true),
        ];
        for (name, now, elapsed, same) in cases {
            assert_eq!(before.go_on(&now, elapsed, true), same, "{name}");
        }
        assert!(before.go_on(&marks(4_500, 1_400, 7), hour, false), "unplugged meanwhile");
    }
}
