//! `/values`: the measured values.

use super::{document, optional};
use crate::code::{ChargingStatus, ErrorCode, Phase, RcdTrigger, RelayState, WarningCode};

optional! {
    /// The measured values.
    #[derive(Copy)]
    Values {
        /// Energies.
        energy: Energy,
        /// Voltages, currents, powers.
        powerflow: Powerflow,
        /// States and times.
        general: State,
        /// Temperatures.
        temperatures: Temperatures,
    }
}

document!(Values);

impl Values {
    /// Returns the values of one phase.
    pub fn phase(&self, phase: Phase) -> Option<PhaseValues> {
        let powerflow = self.powerflow?;
        match phase {
            Phase::L1 => powerflow.l1,
            Phase::L2 => powerflow.l2,
            Phase::L3 => powerflow.l3,
        }
    }
}

optional! {
    /// Energies.
    #[derive(Copy)]
    Energy {
        /// All charges, Wh.
        total_charged_energy: u64,
        /// The most recent charge, Wh; stays until the next vehicle is plugged in.
        charged_energy: u32,
    }
}

optional! {
    /// Voltages, currents, powers.
    #[derive(Copy)]
    Powerflow {
        /// Mean of the phase voltages, V.
        charging_voltage: f64,
        /// Current signalled to the vehicle, A; not a measurement.
        charging_current: f64,
        /// Grid frequency, Hz.
        grid_frequency: f64,
        /// Highest power of the most recent charge, W.
        peak_power: f64,
        /// Active power, W.
        total_active_power: f64,
        /// Reactive power, var, signed.
        total_reactive_power: f64,
        /// Apparent power, VA.
        total_apparent_power: f64,
        /// Ratio of active to apparent power, -1 to 1.
        total_power_factor: f64,
        /// First phase; with a one-phase attachment all three are present too.
        l1: PhaseValues,
        /// Second phase.
        l2: PhaseValues,
        /// Third phase.
        l3: PhaseValues,
        /// Neutral conductor.
        n: Neutral,
    }
}

optional! {
    /// One phase.
    #[derive(Copy)]
    PhaseValues {
        /// Voltage, V.
        voltage: f64,
        /// Current, A.
        current: f64,
        /// Active power, W.
        active_power: f64,
        /// Reactive power, var, signed.
        reactive_power: f64,
        /// Apparent power, VA.
        apparent_power: f64,
        /// Ratio of active to apparent power, -1 to 1.
        power_factor: f64,
    }
}

optional! {
    /// Neutral conductor.
    #[derive(Copy)]
    Neutral {
        /// Current, A.
        current: f64,
    }
}

optional! {
    /// States and times.
    #[derive(Copy)]
    State {
        /// Range gained, km/h; depends on the consumption entered in the app.
        charging_rate: f64,
        /// Time connected of the most recent charge, s.
        vehicle_connect_time: u32,
        /// Time charging of the most recent charge, s.
        vehicle_charging_time: u32,
        /// The state of charging.
        status: ChargingStatus,
        /// `true` if the vehicle may charge.
        charge_permitted: bool,
        /// Closed relays.
        relay_state: RelayState,
        /// Number of charges.
        charge_count: u16,
        /// Residual-current trip.
        rcd_trigger: RcdTrigger,
        /// Warning.
        warning_code: WarningCode,
        /// Error.
        error_code: ErrorCode,
    }
}

optional! {
    /// Temperatures, °C.
    #[derive(Copy)]
    Temperatures {
        /// Housing.
        housing: f64,
        /// Attachment, phase L1.
        connector_l1: f64,
        /// Attachment, phase L2.
        connector_l2: f64,
        /// Attachment, phase L3.
        connector_l3: f64,
        /// Household plug, pin 1; 0 if there is no sensor.
        domestic_plug_1: f64,
        /// Household plug, pin 2; 0 if there is no sensor.
        domestic_plug_2: f64,
    }
}
