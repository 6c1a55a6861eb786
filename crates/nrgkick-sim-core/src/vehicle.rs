//! The vehicle: what it could draw, and how slowly it follows what the charger tells it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long a vehicle takes to ask for power once it may.
const START: Duration = Duration::from_secs(6);
/// How long it goes on after it is told to stop.
const STOP: Duration = Duration::from_secs(5);
/// Without permission for this long it falls asleep.
const SLEEP: Duration = Duration::from_secs(300);
/// How long the charger waits for a sleeping vehicle before it tries to wake it.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long waking takes.
const WAKE: Duration = Duration::from_secs(8);
/// A/s, rising.
const RAMP_UP: f64 = 4.0;
/// A/s, falling.
const RAMP_DOWN: f64 = 8.0;

/// A vehicle that is, or could be, plugged in. Everything here can be patched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Plugged in.
    pub plugged: bool,
    /// Phases of its on-board charger, 1 to 3.
    pub phases: u8,
    /// The most that its on-board charger draws per phase, A; 6 to 63.
    pub max_current: f64,
    /// It has room for more energy.
    pub hungry: bool,
    /// It sleeps and does not notice that it may charge.
    pub asleep: bool,
    /// It can be woken by the charger.
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
    /// What is wrong with the values, by key.
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

/// How a charge proceeds between charger and vehicle.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drive {
    /// How long the vehicle has been allowed to charge, without a break.
    allowed: Duration,
    /// How long it has been forbidden to, or full.
    forbidden: Duration,
    /// Whether the charger's relays are closed.
    closed: bool,
    /// What each phase draws, A.
    current: f64,
    /// Whether the charger is trying to wake the vehicle.
    waking: bool,
}

impl Drive {
    /// The relays are closed: power can flow.
    pub(crate) const fn is_closed(&self) -> bool {
        self.closed
    }

    /// The charger is trying to wake the vehicle.
    pub(crate) const fn is_waking(&self) -> bool {
        self.waking
    }

    /// What the vehicle draws per connected phase, A.
    pub(crate) const fn current(&self) -> f64 {
        self.current
    }

    /// Opens the relays at once: a fault, an unplugging, a switch of phases.
    pub(crate) fn cut(&mut self) {
        *self = Self { forbidden: self.forbidden, ..Self::default() };
    }

    /// Moves on by `dt`. `limit` is the signalled current in A, nothing where charging is not
    /// permitted.
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
            // Told to stop, it goes on for a moment.
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
