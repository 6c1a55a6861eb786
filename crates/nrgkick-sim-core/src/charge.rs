//! Counters: energies, times, the peak power, the number of charges.

use std::time::Duration;

use nrgkick_model::{FieldId, Scalar};

use crate::unit::{fit, whole};

/// Largest value of a 32-bit counter; all ones mean "no value".
const MAX_ENERGY: u64 = 0xFFFF_FFFE;
const SECONDS_PER_HOUR: f64 = 3600.0;

/// The counters of the unit and of its most recent charge.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    /// Energy of all charges, Wh.
    total: f64,
    /// Energy of the present charge, Wh.
    energy: f64,
    /// Largest power of the present charge, W.
    peak: f64,
    connected: Duration,
    charging: Duration,
    count: u16,
}

impl Charge {
    /// Creates the counters of a used unit whose present charge has had `energy` Wh.
    pub(crate) fn with(energy: f64) -> Self {
        Self {
            total: 1_234_567.0 + energy,
            energy,
            peak: 0.0,
            connected: Duration::ZERO,
            charging: Duration::ZERO,
            count: 123,
        }
    }

    /// Starts a charge when a vehicle is plugged in; the counters of the last one are cleared.
    pub(crate) fn begin(&mut self) {
        *self = Self { total: self.total, count: self.count.wrapping_add(1), ..Self::with(0.0) };
    }

    /// Counts `dt` of a connected vehicle.
    pub(crate) fn connect(&mut self, dt: Duration) {
        self.connected += dt;
    }

    /// Counts `dt` of charging with `power` W.
    pub(crate) fn add(&mut self, dt: Duration, power: f64) {
        // The energy meter does not run backwards.
        let energy = power.max(0.0) * dt.as_secs_f64() / SECONDS_PER_HOUR;
        self.total += energy;
        self.energy += energy;
        self.peak = self.peak.max(power);
        self.charging += dt;
    }

    /// Returns all counters with their rows, in the device's units.
    pub(crate) fn rows(&self) -> [(FieldId, Scalar); 6] {
        let seconds = |time: Duration| Scalar::Unsigned(time.as_secs().min(MAX_ENERGY));
        [
            (FieldId::TotalChargedEnergy, Scalar::Unsigned(whole(self.total))),
            (FieldId::ChargedEnergy, Scalar::Unsigned(whole(self.energy).min(MAX_ENERGY))),
            (FieldId::PeakPower, Scalar::Decimal(fit(FieldId::PeakPower, self.peak))),
            (FieldId::VehicleConnectTime, seconds(self.connected)),
            (FieldId::VehicleChargingTime, seconds(self.charging)),
            (FieldId::ChargeCount, Scalar::Unsigned(self.count.into())),
        ]
    }

    /// Returns the energy of the present charge, Wh.
    pub(crate) const fn energy(&self) -> f64 {
        self.energy
    }
}
