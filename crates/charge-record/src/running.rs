//! A charge whose vehicle is still plugged in, as far as anybody knows.

use std::time::Duration;

use gateway_api::record::{EndedBy, EnergyFrom, GapReason};
use serde::{Deserialize, Serialize};

use crate::charge::{Charge, ChargeId, Gap};
use crate::counter::{Counted, Counter};
use crate::curve::Curve;
use crate::ending;
use crate::reading::{Reading, Unit};
use crate::session::Marks;
use crate::wall::Wall;

/// A charge that runs, or may go on. Kept on disk as it is, its curve apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Running {
    /// What is known of it so far.
    pub charge: Charge,
    /// Its curve.
    #[serde(skip)]
    pub curve: Curve,
    counter: Counter,
    marks: Marks,
    /// What the charger had counted for this vehicle at the start, Wh.
    charged_start: Option<u64>,
    /// The last look.
    pub(crate) last_wall: Wall,
    /// Since the start, by a clock that nobody sets.
    elapsed_ms: u64,
    /// When power stopped, since the start, and why.
    stopped: Option<(u64, EndedBy)>,
}

/// What is known before a charge begins.
pub(crate) struct Before<'a> {
    /// The last look, if it was a moment ago.
    pub(crate) look: Option<&'a Reading>,
}

impl Running {
    /// Begins with the first look that shows a vehicle charging.
    pub(crate) fn begin(
        id: ChargeId,
        unit: &Unit,
        at: Wall,
        now: &Reading,
        before: &Before<'_>,
    ) -> Self {
        let marks = Marks::of(now);
        let (counter, charged_start) = match before.look {
            // Its count is that of the vehicle before.
            Some(look) if look.is_unplugged() => (look.counter_wh, Some(0)),
            Some(look) if !look.is_charging() => {
                let same = Marks::of(look).go_on(&marks, None, true);
                (look.counter_wh, if same { look.charged_wh } else { Some(0) })
            }
            _ => (now.counter_wh, now.charged_wh),
        };
        let seen_from_its_start = before.look.is_some_and(|look| !look.is_charging());
        let begun_unseen = !seen_from_its_start || charged_start.is_some_and(|wh| wh > 0);
        let charge = Charge {
            id,
            serial: unit.serial.clone(),
            simulated: unit.simulated,
            start: at,
            end: None,
            duration_s: 0,
            energy_wh: None,
            energy_from: None,
            before_wh: charged_start.filter(|_| begun_unseen),
            counter_start_wh: None,
            counter_end_wh: None,
            peak_w: None,
            phases: None,
            ended_by: None,
            begun_unseen,
            end_unseen: false,
            gaps: Vec::new(),
            more_gaps: 0,
            clock_set_s: None,
            label: None,
        };
        let counter = Counter::at(counter.or(now.counter_wh));
        let mut running = Self {
            charge,
            curve: Curve::default(),
            counter,
            marks,
            charged_start: charged_start.or(now.charged_wh),
            last_wall: at,
            elapsed_ms: 0,
            stopped: None,
        };
        running.curve.see(at, 0, now, true);
        running.measure(now, Some(Duration::from_secs(60)), at);
        running
    }

    /// The marks by which it is recognised.
    pub(crate) const fn marks(&self) -> &Marks {
        &self.marks
    }

    /// `true` if no power flowed at the last look.
    pub(crate) const fn has_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    /// `true` if `now` is of this charge, or of nothing since.
    pub(crate) fn goes_on(&self, now: &Reading, elapsed: Option<Duration>) -> bool {
        self.marks.go_on(&Marks::of(now), elapsed, !now.is_unplugged())
    }

    /// Notes that nobody looked until `at`; the charger says that it is the same charge.
    pub(crate) fn bridge(&mut self, at: Wall, now: &Reading) {
        let energy_wh = self.counter.last().zip(now.counter_wh).and_then(|(a, b)| b.checked_sub(a));
        let (from, reason) = (self.last_wall, GapReason::Away);
        // While no power flowed before and after, nothing of the charge was missed.
        if self.stopped.is_none() || energy_wh != Some(0) {
            self.charge.gap(Gap { from, to: at, reason, energy_wh, counted: true });
        }
        self.curve.interrupt();
    }

    /// Takes a look, `elapsed` after the last. Returns `true` if the charge counts as ended since
    /// this look.
    pub(crate) fn see(&mut self, at: Wall, now: &Reading, elapsed: Option<Duration>) -> bool {
        let passed = elapsed.unwrap_or_default();
        self.elapsed_ms = self.elapsed_ms.saturating_add(milliseconds(passed));
        self.measure(now, elapsed, at);
        let was_stopped = self.stopped.is_some();
        let was_ended = self.charge.end.is_some();
        if now.is_charging() {
            self.stopped = None;
            (self.charge.end, self.charge.ended_by) = (None, None);
        } else {
            let (since, reason) =
                self.stopped.get_or_insert((self.elapsed_ms, ending::reason(now)));
            if *reason == EndedBy::Unknown && !now.is_unplugged() {
                *reason = ending::reason(now);
            }
            let rested = Duration::from_millis(self.elapsed_ms.saturating_sub(*since));
            if !was_ended && ending::settles_after(*reason).is_some_and(|least| rested >= least) {
                self.end(at);
            }
        }
        let is_edge = was_stopped != self.stopped.is_some();
        if !was_ended || now.is_charging() {
            self.curve.see(at, passed.as_secs(), now, is_edge);
        }
        self.last_wall = at;
        self.charge.duration_s = self.stopped.map_or(self.elapsed_ms, |(at, _)| at) / 1_000;
        !was_ended && self.charge.end.is_some()
    }

    /// Ends it at the moment at which power stopped.
    fn end(&mut self, now: Wall) {
        let (since, reason) = self.stopped.unwrap_or((self.elapsed_ms, EndedBy::Unknown));
        let rested = self.elapsed_ms.saturating_sub(since) / 1_000;
        self.charge.end = Some(now.saturating_sub_unsigned(rested).max(self.charge.start));
        self.charge.ended_by = Some(reason);
    }

    /// Closes it for good: its vehicle is gone, or nobody knows. `unseen`: from its last look on.
    pub(crate) fn close(mut self, at: Wall, unseen: Option<Gap>) -> (Charge, Curve) {
        if let Some(gap) = unseen {
            if self.charge.end.is_none() {
                let was_seen_to_stop = self.stopped.is_some();
                self.end(self.last_wall);
                self.charge.end_unseen = !was_seen_to_stop;
            }
            self.charge.gap(gap);
        } else if self.charge.end.is_none() {
            self.end(at);
        }
        (self.charge, self.curve)
    }

    /// The gap from the last look until `at`, with the rise of the counter. `counted`: that rise was
    /// added to the charge.
    pub(crate) fn unseen(&self, at: Wall, now: Option<&Reading>, counted: bool) -> Gap {
        let now = now.and_then(|now| now.counter_wh);
        let energy_wh = self.counter.last().zip(now).and_then(|(a, b)| b.checked_sub(a));
        Gap { from: self.last_wall, to: at, reason: GapReason::Away, energy_wh, counted }
    }

    /// Takes the energy of a look that shows the vehicle gone after a gap, if the charger's count of
    /// this charge says that all of it is this charge's. Returns whether it does.
    pub(crate) fn take_rest(&mut self, now: &Reading, elapsed: Option<Duration>) -> bool {
        let rise = |a: Option<u64>, b: Option<u64>| a.zip(b).and_then(|(a, b)| b.checked_sub(a));
        let counter = rise(self.counter.last(), now.counter_wh);
        let charged = rise(self.marks.charged_wh(), now.charged_wh);
        let is_its_own = counter.zip(charged).is_some_and(|(a, b)| a.abs_diff(b) <= 2);
        if is_its_own {
            self.measure(now, elapsed, self.last_wall);
        }
        is_its_own
    }

    /// Moves it with a clock that was set.
    pub(crate) fn shift(&mut self, by: i64) {
        self.charge.shift(by);
        self.curve.shift(by);
        self.last_wall = self.last_wall.saturating_add(by);
    }

    fn measure(&mut self, now: &Reading, elapsed: Option<Duration>, at: Wall) {
        let counted = self.counter.see(now.counter_wh, elapsed);
        if counted == Counted::Jumped {
            let (from, reason) = (self.last_wall, GapReason::Counter);
            self.charge.gap(Gap { from, to: at, reason, energy_wh: None, counted: false });
        }
        self.marks = self.marks.renewed(Marks::of(now));
        let charge = &mut self.charge;
        (charge.counter_start_wh, charge.counter_end_wh) =
            (self.counter.start(), self.counter.last());
        let charged = self.marks.charged_wh().zip(self.charged_start);
        let by_charge = charged.and_then(|(now, start)| now.checked_sub(start));
        (charge.energy_wh, charge.energy_from) = match self.counter.energy() {
            Some(energy) => (Some(energy), Some(EnergyFrom::Counter)),
            None => (by_charge, Some(EnergyFrom::Charge)),
        };
        let peaks = [charge.peak_w.map(f64::from), now.power_w, now.peak_w];
        charge.peak_w = peaks.into_iter().flatten().reduce(f64::max).map(whole);
        charge.phases = charge.phases.max(now.phases());
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
fn whole(watts: f64) -> u32 {
    watts.round() as u32
}
