//! A charge as it is kept, and as a request sees it.

use gateway_api::record::{self, EndedBy, EnergyFrom, GapReason};
use serde::{Deserialize, Serialize};

use crate::wall::{self, Wall};

/// Gaps of a charge that are listed.
pub const MOST_GAPS: usize = 100;

/// The random name of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ChargeId(pub u64);

impl ChargeId {
    /// Its 16 hexadecimal digits.
    pub fn text(self) -> String {
        format!("{:016x}", self.0)
    }

    /// Reads what [`ChargeId::text`] wrote, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        let fits = text.len() == 16 && text.bytes().all(is_digit);
        u64::from_str_radix(text, 16).ok().filter(|_| fits).map(Self)
    }
}

/// A part that was not seen; see [`record::Gap`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The last that was seen before.
    pub from: Wall,
    /// The first that was seen after.
    pub to: Wall,
    /// Why.
    pub reason: GapReason,
    /// Rise of the counter, Wh.
    pub energy_wh: Option<u64>,
    /// `true` if it is in the energy of the charge.
    pub counted: bool,
}

/// A charge; see [`record::Charge`] for what each value means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they are those of the answer")]
pub struct Charge {
    pub id: ChargeId,
    pub serial: String,
    pub simulated: bool,
    pub start: Wall,
    pub end: Option<Wall>,
    pub duration_s: u64,
    pub energy_wh: Option<u64>,
    pub energy_from: Option<EnergyFrom>,
    pub before_wh: Option<u64>,
    pub counter_start_wh: Option<u64>,
    pub counter_end_wh: Option<u64>,
    pub peak_w: Option<u32>,
    pub phases: Option<u8>,
    pub ended_by: Option<EndedBy>,
    /// It had begun before it was first seen.
    pub begun_unseen: bool,
    /// Its end was not seen.
    pub end_unseen: bool,
    pub gaps: Vec<Gap>,
    pub more_gaps: u32,
    pub clock_set_s: Option<i64>,
    pub label: Option<String>,
}

impl Charge {
    /// Adds a gap, or counts it where the list is full.
    pub fn gap(&mut self, gap: Gap) {
        if self.gaps.len() < MOST_GAPS {
            self.gaps.push(gap);
        } else {
            self.more_gaps = self.more_gaps.saturating_add(1);
        }
    }

    /// Moves its times with a clock that was set.
    pub fn shift(&mut self, by: i64) {
        let moved = |wall: Wall| wall.saturating_add(by);
        self.start = moved(self.start);
        self.end = self.end.map(moved);
        for gap in &mut self.gaps {
            (gap.from, gap.to) = (moved(gap.from), moved(gap.to));
        }
        self.clock_set_s = Some(self.clock_set_s.unwrap_or_default().saturating_add(by));
    }

    /// As a request sees it.
    pub fn shown(&self) -> record::Charge {
        let gap = |gap: &Gap| record::Gap {
            from: wall::text(gap.from),
            to: wall::text(gap.to),
            reason: gap.reason,
            energy_wh: gap.energy_wh,
            counted: gap.counted,
        };
        record::Charge {
            id: self.id.text(),
            start: wall::text(self.start),
            end: self.end.map(wall::text),
            energy_wh: self.energy_wh,
            energy_from: self.energy_from.filter(|_| self.energy_wh.is_some()),
            before_wh: self.before_wh,
            peak_w: self.peak_w,
            duration_s: self.duration_s,
            phases: self.phases,
            ended_by: self.ended_by,
            complete: !self.begun_unseen && !self.end_unseen && self.gaps.is_empty(),
            seen_from: self.begun_unseen.then(|| wall::text(self.start)),
            gaps: self.gaps.iter().map(gap).collect(),
            more_gaps: self.more_gaps,
            clock_set_s: self.clock_set_s,
            serial_number: self.serial.clone(),
            simulated: self.simulated,
            counter_start_wh: self.counter_start_wh,
            counter_end_wh: self.counter_end_wh,
            label: self.label.clone(),
        }
    }
}
