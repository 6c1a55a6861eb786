//! The recent past of the charger, as far as it explains the present.
//!
//! A vehicle takes some seconds to begin and to stop, and `/control` shows a change about 2 s
//! late. One snapshot alone would look like a full vehicle. The clock is that of the data: while
//! one of the documents does not come, no time passes.

use std::time::Duration;

use gateway_api::snapshot::Snapshot;
use nrgkick_model::code::ChargingStatus;
use nrgkick_model::field::{DocumentName, FieldId};
use nrgkick_model::time::Moment;

use super::state::{Blocker, State, is_paused};

/// The time that a vehicle may take to begin or to stop.
const SETTLING_TIME: Duration = Duration::from_secs(15);

/// The least power, in W, that counts as charging: below it the electronics of charger and
/// vehicle may explain it (an idle charger reports about 1 W).
const MIN_CHARGING_POWER: f64 = 50.0;

/// The changes in the snapshots so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct History {
    now: Moment,
    last: Option<Observation>,
    changed: Option<Moment>,
    released: Option<Moment>,
    overrun: Option<Moment>,
    switching: bool,
}

/// The values of a snapshot whose changes count.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Observation {
    status: Option<ChargingStatus>,
    blocker: Option<Blocker>,
    phases: Option<f64>,
    power_flows: bool,
}

impl History {
    /// The history with `snapshot`; `switching` while a switch of phases that this page asked for
    /// has no outcome.
    #[must_use]
    pub fn after(self, snapshot: &Snapshot, switching: bool) -> Self {
        let at = |document| snapshot.at(document);
        let values = at(DocumentName::Values).unwrap_or_default();
        let now = at(DocumentName::Control).map_or(values, |control| control.min(values));
        let state = State::of(snapshot);
        let switching = switching || is_switching(snapshot);
        let phases = snapshot.number(FieldId::PhaseCount);
        let observation = Observation {
            status: state.status,
            blocker: state.blocker(snapshot, switching),
            // Between two numbers it reads 0, which is told by `switching`.
            phases: phases.or(self.last.and_then(|last| last.phases)),
            power_flows: power_flows(&state, snapshot),
        };
        let mut next = Self { now, last: Some(observation), switching, ..self };
        if let Some(last) = self.last.filter(|last| *last != observation) {
            next.changed = Some(now);
            let begins = observation.status == Some(ChargingStatus::Charging)
                && last.status != observation.status;
            let freed = last.blocker.is_some() || last.phases != observation.phases || begins;
            next.released = if observation.blocker.is_some() || observation.power_flows {
                None
            } else if freed {
                Some(now)
            } else {
                self.released
            };
        }
        let overruns = is_paused(snapshot) && observation.power_flows;
        next.overrun = overruns.then(|| self.overrun.unwrap_or(now));
        next
    }

    fn is_recent(self, moment: Option<Moment>) -> bool {
        moment.is_some_and(|moment| self.now.since(moment) < SETTLING_TIME)
    }

    /// Whether a blocker has just gone away.
    pub(super) fn is_starting(self) -> bool {
        self.is_recent(self.released)
    }

    /// Whether anything has just changed, so that its meaning is not known yet.
    pub(super) fn is_unsettled(self) -> bool {
        self.is_recent(self.changed)
    }

    /// Whether phases are being switched.
    pub(super) const fn is_switching(self) -> bool {
        self.switching
    }

    /// `Some` while power flows although the pause is on: whether for longer than stopping takes.
    pub(super) fn overrun(self) -> Option<bool> {
        self.overrun.map(|_| !self.is_recent(self.overrun))
    }
}

/// Whether the charger says that it switches phases: for that time it counts 0.
pub fn is_switching(snapshot: &Snapshot) -> bool {
    let phases = snapshot.readings().reported(FieldId::PhaseCount);
    phases.and_then(nrgkick_model::Scalar::number) == Some(0.0)
}

/// Whether power goes to the vehicle; where none is reported the state decides.
pub fn power_flows(state: &State, snapshot: &Snapshot) -> bool {
    snapshot
        .number(FieldId::ActivePower)
        .map_or(state.status == Some(ChargingStatus::Charging), |watts| watts >= MIN_CHARGING_POWER)
}
