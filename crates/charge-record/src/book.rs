//! The record of one charger as it is being written: looks go in, charges come out.
//!
//! Knows no clock: each look comes with a moment of a clock that nobody sets, and with the wall
//! time. Not here: asking the charger, and keeping what comes out.

use std::time::Duration;

use nrgkick_model::time::Moment;

use crate::charge::{Charge, ChargeId};
use crate::curve::Curve;
use crate::reading::{Reading, Unit};
use crate::ring::Ring;
use crate::running::{Before, Running};
use crate::sample::Sample;
use crate::wall::Wall;

/// Difference of the two clocks from which the wall clock counts as set, s.
const SET_S: i64 = 5;
/// The longest time between two runs of the gateway that its wall clock is believed, s.
const BELIEVED_S: i64 = 30 * 86_400;

/// A look at a charger.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    /// By a clock that nobody sets.
    pub at: Moment,
    /// By the wall clock.
    pub wall: Wall,
    /// The charger that answered, and what; `None`: no answer.
    pub answer: Option<(&'a Unit, &'a Reading)>,
}

/// What a look made happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A charge began.
    Started(Charge),
    /// A charge ended. It may go on while the vehicle stays plugged in.
    Ended(Charge),
    /// A charge can go on no more.
    Closed(Box<(Charge, Curve)>),
    /// The charger reports an error, as its number; once.
    Fault(u8),
}

/// The record of one charger.
#[derive(Clone, Debug)]
pub struct Book {
    every: Duration,
    ring: Ring,
    running: Option<Running>,
    unit: Option<Unit>,
    /// The last look that was answered in this run.
    last: Option<(Moment, Reading)>,
    /// The last look, answered or not.
    clock: Option<(Moment, Wall)>,
    /// By how much the wall clock was found to differ since the last answer.
    off_by: i64,
    fault: Option<u8>,
}

impl Book {
    /// An empty one, for looks that are `every` apart.
    pub fn new(every: Duration) -> Self {
        Self {
            every,
            ring: Ring::new(every),
            running: None,
            unit: None,
            last: None,
            clock: None,
            off_by: 0,
            fault: None,
        }
    }

    /// Takes over what an earlier run of the gateway kept of `unit`.
    pub fn resume(&mut self, unit: Unit, running: Option<Running>, samples: &[Sample]) {
        self.unit = Some(unit);
        self.running = running;
        samples.iter().for_each(|sample| self.ring.push(*sample));
    }

    /// The charger that answered last.
    pub fn unit(&self) -> Option<&Unit> {
        self.unit.as_ref()
    }

    /// The last 24 h.
    pub fn ring(&self) -> &Ring {
        &self.ring
    }

    /// The charge whose vehicle is plugged in.
    pub fn running(&self) -> Option<&Running> {
        self.running.as_ref()
    }

    /// Another charger answers from now on: closes what runs.
    pub fn leave(&mut self, wall: Wall) -> Vec<Event> {
        let mut events = Vec::new();
        if let Some(running) = self.running.take() {
            let gap = running.unseen(wall, None, false);
            close(running, wall, Some(gap), &mut events);
        }
        events
    }

    /// Changes the label of the charge that runs.
    pub fn relabel(&mut self, id: ChargeId, label: Option<&str>) {
        if let Some(running) = self.running.as_mut().filter(|running| running.charge.id == id) {
            running.charge.label = label.map(str::to_owned);
        }
    }

    /// Forgets the charge that runs, if it is `id`, or whatever it is.
    pub fn forget(&mut self, id: Option<ChargeId>) {
        self.running.take_if(|running| id.is_none_or(|id| running.charge.id == id));
    }

    /// Takes a look. `id` names a charge that begins. Returns its sample and what happened.
    pub fn see(&mut self, look: &Look<'_>, id: impl FnOnce() -> ChargeId) -> (Sample, Vec<Event>) {
        if let Some((at, wall)) = self.clock.replace((look.at, look.wall)) {
            let passed = i64::try_from(look.at.since(at).as_secs()).unwrap_or(i64::MAX);
            let off = look.wall.saturating_sub(wall).saturating_sub(passed);
            self.off_by += if off.abs() > SET_S { off } else { 0 };
        }
        let sample = Sample::new(look.wall, look.answer.map(|(_, reading)| reading));
        let mut events = Vec::new();
        if let Some((unit, reading)) = look.answer {
            if self.unit.as_ref() != Some(unit) {
                self.replace(unit, look.wall, &mut events);
            }
            self.answered(look, unit, reading, id, &mut events);
            self.last = Some((look.at, reading.clone()));
        }
        self.ring.push(sample);
        (sample, events)
    }

    /// Another charger answers here.
    fn replace(&mut self, unit: &Unit, wall: Wall, events: &mut Vec<Event>) {
        events.extend(self.leave(wall));
        if self.unit.is_some() {
            self.ring = Ring::new(self.every);
        }
        (self.unit, self.last, self.fault) = (Some(unit.clone()), None, None);
    }

    fn answered(
        &mut self,
        look: &Look<'_>,
        unit: &Unit,
        now: &Reading,
        id: impl FnOnce() -> ChargeId,
        events: &mut Vec<Event>,
    ) {
        let fault = now.fault().and_then(nrgkick_model::code::ErrorCode::number);
        if fault.is_some() && fault != self.fault {
            events.extend(fault.map(Event::Fault));
        }
        self.fault = fault;
        let elapsed = self.elapsed(look, now);
        let longest = (self.every * 3).max(Duration::from_secs(30));
        let is_gap = self.last.is_none() || elapsed.is_none_or(|elapsed| elapsed > longest);
        if let Some(mut running) = self.running.take() {
            let goes_on = running.goes_on(now, if is_gap { elapsed } else { None });
            match (goes_on, is_gap, now.is_unplugged()) {
                (true, true, true) => {
                    let mut gap = running.unseen(look.wall, Some(now), false);
                    gap.counted = running.take_rest(now, elapsed);
                    // It had ended, and nothing was counted since: nothing was missed.
                    let is_missed = running.charge.end.is_none() || gap.energy_wh != Some(0);
                    close(running, look.wall, is_missed.then_some(gap), events);
                }
                (true, _, false) => {
                    if is_gap {
                        running.bridge(look.wall, now);
                    }
                    if running.see(look.wall, now, elapsed) {
                        events.push(Event::Ended(running.charge.clone()));
                    }
                    self.running = Some(running);
                }
                (true, false, true) => {
                    if running.see(look.wall, now, elapsed) {
                        events.push(Event::Ended(running.charge.clone()));
                    }
                    close(running, look.wall, None, events);
                }
                // It had stopped, and the next vehicle came from one look to the next.
                (false, false, _) if running.has_stopped() => {
                    let at = running.last_wall;
                    close(running, at, None, events);
                }
                (false, ..) => {
                    let gap = running.unseen(look.wall, Some(now), false);
                    close(running, look.wall, Some(gap), events);
                }
            }
        }
        if self.running.is_none() && now.is_charging() {
            let before = self.last.as_ref().map(|(_, before)| before).filter(|_| !is_gap);
            let running = Running::begin(id(), unit, look.wall, now, &Before { look: before });
            events.push(Event::Started(running.charge.clone()));
            self.running = Some(running);
        }
    }

    /// Time since the last answer; `None` if nobody knows. Moves what runs with a clock that was set.
    fn elapsed(&mut self, look: &Look<'_>, now: &Reading) -> Option<Duration> {
        let off_by = std::mem::take(&mut self.off_by);
        let Some((last, before)) = &self.last else {
            let before = self.running.as_ref()?.last_wall;
            let passed = look.wall.checked_sub(before)?;
            let passed = u64::try_from(passed).ok().filter(|_| passed <= BELIEVED_S)?;
            return Some(Duration::from_secs(passed));
        };
        let passed = look.at.since(*last);
        let Ok(slept) = u64::try_from(off_by) else {
            self.set_clock(off_by);
            return Some(passed);
        };
        // A machine that slept looks like one whose clock was set forward, but the vehicle was
        // connected for longer, too.
        let whole = passed + Duration::from_secs(slept);
        let marks = self.running.as_ref().map(|running| *running.marks());
        let marks = marks.unwrap_or(crate::session::Marks::of(before));
        let connected = marks.connected_for(&crate::session::Marks::of(now));
        let slack = 30 + whole.as_secs() / 10;
        let has_slept = slept > slack
            && connected.is_some_and(|seconds| seconds.abs_diff(whole.as_secs()) <= slack);
        if has_slept {
            return Some(whole);
        }
        self.set_clock(off_by);
        Some(passed)
    }

    fn set_clock(&mut self, by: i64) {
        if let Some(running) = self.running.as_mut().filter(|_| by != 0) {
            running.shift(by);
        }
    }
}

fn close(running: Running, at: Wall, unseen: Option<crate::charge::Gap>, events: &mut Vec<Event>) {
    let had_ended = running.charge.end.is_some();
    let (charge, curve) = running.close(at, unseen);
    if !had_ended {
        events.push(Event::Ended(charge.clone()));
    }
    events.push(Event::Closed(Box::new((charge, curve))));
}
