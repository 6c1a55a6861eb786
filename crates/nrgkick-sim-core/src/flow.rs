//! Voltages, currents and powers of each phase.
//!
//! Every figure is rounded as printed before the next is computed from it, so that sums and
//! products of printed figures are consistent.

use std::f64::consts::TAU;
use std::time::Duration;

use nrgkick_model::FieldId as Id;

use crate::held::Held;
use crate::unit::fit;

/// The unit's own consumption on L1 while idle: 0.8 W at a power factor of 0.16. In A.
const IDLE_CURRENT: f64 = 0.022;
const IDLE_FACTOR: f64 = 0.16;
/// Resistance of the supply, Ω: the voltage drops under load.
const SUPPLY: f64 = 0.12;

/// The rows of one phase.
struct PhaseRows {
    voltage: Id,
    current: Id,
    active: Id,
    reactive: Id,
    apparent: Id,
    factor: Id,
}

const ROWS: [PhaseRows; 3] = [
    PhaseRows {
        voltage: Id::VoltageL1,
        current: Id::CurrentL1,
        active: Id::ActivePowerL1,
        reactive: Id::ReactivePowerL1,
        apparent: Id::ApparentPowerL1,
        factor: Id::PowerFactorL1,
    },
    PhaseRows {
        voltage: Id::VoltageL2,
        current: Id::CurrentL2,
        active: Id::ActivePowerL2,
        reactive: Id::ReactivePowerL2,
        apparent: Id::ApparentPowerL2,
        factor: Id::PowerFactorL2,
    },
    PhaseRows {
        voltage: Id::VoltageL3,
        current: Id::CurrentL3,
        active: Id::ActivePowerL3,
        reactive: Id::ReactivePowerL3,
        apparent: Id::ApparentPowerL3,
        factor: Id::PowerFactorL3,
    },
];

/// The figures of one phase.
#[derive(Clone, Copy, Debug, Default)]
struct PhaseFlow {
    voltage: f64,
    current: f64,
    active: f64,
    reactive: f64,
    apparent: f64,
    factor: f64,
}

impl PhaseFlow {
    fn measure(rows: &PhaseRows, voltage: f64, drawn: Drawn, held: &Held) -> Self {
        let voltage = held.or(rows.voltage, voltage);
        let current = held.or(rows.current, drawn.current);
        let apparent = held.or(rows.apparent, voltage * current);
        let factor = if apparent > 0.0 { fit(rows.factor, drawn.factor) } else { 0.0 };
        let factor = held.or(rows.factor, factor);
        let active = held.or(rows.active, apparent * factor.clamp(-1.0, 1.0));
        let factor = match (held.number(rows.factor), held.number(rows.active)) {
            (None, Some(active)) => ratio(rows.factor, active, apparent),
            _ => factor,
        };
        let reactive = (apparent.powi(2) - active.powi(2)).max(0.0).sqrt();
        let reactive = held.or(rows.reactive, reactive.copysign(drawn.sign));
        Self { voltage, current, active, reactive, apparent, factor }
    }
}

/// The load on a phase.
#[derive(Clone, Copy)]
struct Drawn {
    current: f64,
    factor: f64,
    /// Sign of the reactive power.
    sign: f64,
}

impl Drawn {
    /// Load of a vehicle; below about 10 A its reactive power is capacitive.
    fn by_vehicle(amperes: f64) -> Self {
        let factor = 0.998 - 0.2 / amperes.max(1.0).powi(2);
        Self { current: amperes, factor, sign: if amperes < 10.0 { -1.0 } else { 1.0 } }
    }

    const IDLE: Self = Self { current: IDLE_CURRENT, factor: IDLE_FACTOR, sign: -1.0 };
    const NOTHING: Self = Self { current: 0.0, factor: 0.0, sign: 1.0 };
}

/// The figures of all phases, with their totals.
#[derive(Clone, Debug, Default)]
pub(crate) struct Flow {
    phases: [PhaseFlow; 3],
    voltage: f64,
    frequency: f64,
    active: f64,
    reactive: f64,
    apparent: f64,
    factor: f64,
    neutral: f64,
}

impl Flow {
    /// Computes the figures at time `at`. `vehicle` is its current on each phase in A, `None` while
    /// the relays are open.
    pub(crate) fn measure(at: Duration, vehicle: Option<[f64; 3]>, held: &Held) -> Self {
        let drawn = match vehicle {
            Some(amperes) => amperes.map(|a| match a > 0.0 {
                true => Drawn::by_vehicle(a),
                false => Drawn::NOTHING,
            }),
            None => [Drawn::IDLE, Drawn::NOTHING, Drawn::NOTHING],
        };
        let open = voltages(at);
        let phases = [0, 1, 2].map(|n| {
            let voltage = open[n] - SUPPLY * drawn[n].current;
            PhaseFlow::measure(&ROWS[n], voltage, drawn[n], held)
        });
        let sum = |part: fn(&PhaseFlow) -> f64| phases.iter().map(part).sum::<f64>();
        let active = held.or(Id::ActivePower, sum(|p| p.active));
        let apparent = held.or(Id::ApparentPower, sum(|p| p.apparent));
        let [a, b, c] = phases.map(|p| p.current);
        // The sum of three phasors 120° apart.
        let unbalance = (a * a + b * b + c * c - a * b - b * c - c * a).max(0.0).sqrt();
        Self {
            voltage: held.or(Id::ChargingVoltage, sum(|p| p.voltage) / 3.0),
            frequency: held.or(Id::GridFrequency, frequency(at)),
            active,
            reactive: held.or(Id::ReactivePower, sum(|p| p.reactive)),
            apparent,
            factor: held.or(Id::PowerFactor, ratio(Id::PowerFactor, active, apparent)),
            neutral: held.or(Id::CurrentN, unbalance),
            phases,
        }
    }

    /// Returns the active power of all phases, W.
    pub(crate) const fn active(&self) -> f64 {
        self.active
    }

    /// Returns the currents of the phases, A.
    pub(crate) fn currents(&self) -> [f64; 3] {
        self.phases.map(|phase| phase.current)
    }

    /// Returns every figure with its row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (Id, f64)> {
        let phases = ROWS.iter().zip(self.phases).flat_map(|(rows, phase)| {
            [
                (rows.voltage, phase.voltage),
                (rows.current, phase.current),
                (rows.active, phase.active),
                (rows.reactive, phase.reactive),
                (rows.apparent, phase.apparent),
                (rows.factor, phase.factor),
            ]
        });
        phases.chain([
            (Id::ChargingVoltage, self.voltage),
            (Id::GridFrequency, self.frequency),
            (Id::ActivePower, self.active),
            (Id::ReactivePower, self.reactive),
            (Id::ApparentPower, self.apparent),
            (Id::PowerFactor, self.factor),
            (Id::CurrentN, self.neutral),
        ])
    }
}

fn ratio(row: Id, active: f64, apparent: f64) -> f64 {
    if apparent > 0.0 { fit(row, (active / apparent).clamp(-1.0, 1.0)) } else { 0.0 }
}

/// Returns the voltages without load: three phases, each with a small slow drift.
fn voltages(at: Duration) -> [f64; 3] {
    [(231.4, 47.0), (230.2, 61.0), (232.1, 83.0)]
        .map(|(mean, period)| mean + 0.6 * wave(at, period))
}

fn frequency(at: Duration) -> f64 {
    50.0 + 0.02 * wave(at, 37.0)
}

fn wave(at: Duration, period: f64) -> f64 {
    (TAU * at.as_secs_f64() / period).sin()
}
