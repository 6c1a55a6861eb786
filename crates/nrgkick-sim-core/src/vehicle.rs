//! The vehicle: its limits, and its delayed reaction to the charger's signal.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Time a vehicle takes to draw power once permitted.
const START: Duration = Duration::from_secs(6);
/// Time it goes on drawing after permission ends.
const STOP: Duration = Duration::from_secs(5);
/// Time without charging after which it falls asleep.
const SLEEP: Duration = Duration::from_secs(300);
/// Time the charger waits for a sleeping vehicle before it tries to wake it.
const PATIENCE: Duration = Duration::from_secs(8);
/// Duration of waking.
const WAKE: Duration = Duration::from_secs(8);
/// Rise of the current, A/s.
const RAMP_UP: f64 = 4.0;
/// Fall of the current, A/s.
const RAMP_DOWN: f64 = 8.0;

/// A vehicle, plugged in or not. Every field can be patched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Set while plugged in.
    pub plugged: bool,
    /// Phases of its on-board charger, 1 to 3.
    pub phases: u8,
    /// Largest current of its on-board charger per phase, A; 6 to 63.
    pub max_current: f64,
    /// Set while its battery is not full.
    pub hungry: bool,
    /// Set while it sleeps and does not notice permission to charge.
    pub asleep: bool,
    /// Set if the charger can wake it.
    pub wakes: bool,
}

impl Default for Vehicle {
    fn default() -> Self {
        Self {
            plugged: false,
            phases: 3,
            max_current: 16.0,
            hungry: true,
            asleep: false,
            wakes: true,
        }
    }
}

impl Vehicle {
    /// Checks the ranges; the error has the key and the problem.
    pub(crate) fn validate(&self) -> Result<(), (&'static str, String)> {
        if !(1..=3).contains(&self.phases) {
            return Err(("phases", format!("{} is not 1 to 3", self.phases)));
        }
        if !(6.0..=63.0).contains(&self.max_current) {
            return Err(("max_current", format!("{} is not 6 to 63 A", self.max_current)));
        }
        Ok(())
    }
}

/// The state of a charge between charger and vehicle.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drive {
    /// Time since charging has been permitted, without a break.
    allowed: Duration,
    /// Time since it has been forbidden, or the vehicle full.
    forbidden: Duration,
    /// Set while the charger's relays are closed.
    closed: bool,
    /// Current of each connected phase, A.
    current: f64,
    /// Set while the charger is trying to wake the vehicle.
    waking: bool,
}

impl Drive {
    /// `true` while the relays are closed.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed
    }

    /// `true` while the charger is trying to wake the vehicle.
    pub(crate) const fn is_waking(&self) -> bool {
        self.waking
    }

    /// Returns the vehicle's current per connected phase, A.
    pub(crate) const fn current(&self) -> f64 {
        self.current
    }

    /// Opens the relays at once: at a fault, or a switch of phases.
    pub(crate) fn cut(&mut self) {
        *self = Self { forbidden: self.forbidden, ..Self::default() };
    }

    /// Advances by `dt`. `limit` is the signalled current in A, `None` without permission to
    /// charge.
    pub(crate) fn step(&mut self, dt: Duration, vehicle: &mut Vehicle, limit: Option<f64>) {
        if limit.is_some() {
            self.allowed += dt;
        } else {
            self.allowed = Duration::ZERO;
        }
        let wanted = limit.filter(|_| vehicle.hungry);
        self.forbidden = if wanted.is_some() { Duration::ZERO } else { self.forbidden + dt };
        vehicle.asleep |= limit.is_none() && self.forbidden >= SLEEP;
        if vehicle.asleep && vehicle.wakes && self.allowed >= PATIENCE + WAKE {
            vehicle.asleep = false;
        }
        self.waking = vehicle.asleep && self.allowed >= PATIENCE;
        self.closed |= wanted.is_some() && !vehicle.asleep && self.allowed >= START;

        let target = match wanted {
            Some(limit) => limit.min(vehicle.max_current),
            // A stopped vehicle goes on for a moment.
            None if self.forbidden < STOP => self.current,
            None => 0.0,
        };
        let target = if self.closed { target } else { 0.0 };
        let seconds = dt.as_secs_f64();
        let change = (target - self.current).clamp(-RAMP_DOWN * seconds, RAMP_UP * seconds);
        self.current += change;
        if wanted.is_none() && self.forbidden >= STOP && self.current <= 0.0 {
            self.closed = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH: Duration = Duration::from_millis(100);

    fn seconds_until(
        drive: &mut Drive,
        vehicle: &mut Vehicle,
        limit: Option<f64>,
        done: fn(&Drive) -> bool,
    ) -> f64 {
        for tenth in 1..1000_u32 {
            drive.step(TENTH, vehicle, limit);
            if done(drive) {
                return f64::from(tenth) / 10.0;
            }
        }
        panic!("never");
    }

    #[test]
    fn starting_and_stopping_take_five_to_ten_seconds() {
        let (mut drive, mut vehicle) = (Drive::default(), Vehicle::default());
        let start = seconds_until(&mut drive, &mut vehicle, Some(32.0), |d| d.current() >= 15.9);
        assert!((5.0..=10.5).contains(&start), "{start}");
        let stop = seconds_until(&mut drive, &mut vehicle, None, |d| !d.is_closed());
        assert!((5.0..=10.0).contains(&stop), "{stop}");
        assert!(drive.current().abs() < 1e-9);
    }

    #[test]
    fn a_sleeping_vehicle_is_woken() {
        let mut vehicle = Vehicle { asleep: true, ..Vehicle::default() };
        let mut drive = Drive::default();
        seconds_until(&mut drive, &mut vehicle, Some(16.0), Drive::is_waking);
        assert!(!drive.is_closed());
        seconds_until(&mut drive, &mut vehicle, Some(16.0), Drive::is_closed);
        assert!(!vehicle.asleep && !drive.is_waking());
    }

    #[test]
    fn a_full_vehicle_draws_nothing() {
        let mut vehicle = Vehicle { hungry: false, ..Vehicle::default() };
        let mut drive = Drive::default();
        for _ in 0..600 {
            drive.step(TENTH, &mut vehicle, Some(16.0));
            assert!(!drive.is_closed() && drive.current() <= 0.0);
        }
    }
}
