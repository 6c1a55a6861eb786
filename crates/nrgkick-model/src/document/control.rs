//! `/control`: the settings.

use super::{document, optional};

optional! {
    /// The settings of the user.
    #[derive(Copy)]
    Control {
        /// Set current, A.
        current_set: f64,
        /// `true` if charging is paused.
        charge_pause: bool,
        /// Energy limit of a charge, Wh; 0 means none.
        energy_limit: u32,
        /// Largest number of phases to charge with; 0 while phases are being switched.
        phase_count: u8,
    }
}

document!(Control);
