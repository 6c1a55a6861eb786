//! What is counted: energies, times, the peak, the number of charges.

use std::time::Duration;

use nrgkick_model::{FieldId, Scalar};

use crate::unit::{fit, whole};

/// All ones of 32 bits stand for no value.
const MAX_ENERGY: u64 = 0xFFFF_FFFE;
const SECONDS_PER_HOUR: f64 = 3600.0;

/// The counters of the unit and of its most recent charge.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    /// Wh of all charges.
    total: f64,
    /// Wh of this one.
    energy: f64,
    /// W.
    peak: f64,
    connected: Duration,
    charging: Duration,
    count: u16,
}

impl Charge {
    /// Counters of a unit in use whose present charge has had `energy` Wh.
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

    /// A vehicle was plugged in: what was kept of the charge before is gone.
    pub(crate) fn begin(&mut self) {
        *self = Self { total: self.total, count: self.count.wrapping_add(1), ..Self::with(0.0) };
    }

    /// A vehicle stays connected for `dt`.
    pub(crate) fn connect(&mut self, dt: Duration) {
        self.connected += dt;
    }

    /// A vehicle draws `power` W for `dt`.
    pub(crate) fn add(&mut self, dt: Duration, power: f64) {
        // Energy is what went to the vehicle; a meter that counts it does not run backwards.
        let energy = power.max(0.0) * dt.as_secs_f64() / SECONDS_PER_HOUR;
        self.total += energy;
        self.energy += energy;
        self.peak = self.peak.max(power);
        self.charging += dt;
    }

    /// Every counter with its row, as the device prints it.
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

    /// Wh of this charge.
    pub(crate) const fn energy(&self) -> f64 {
        self.energy
    }
}
