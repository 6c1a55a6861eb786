//! `/control`: what can be set.

use super::{document, optional};

optional! {
    /// What the user has set.
    #[derive(Copy)]
    Control {
        /// Set current, A.
        current_set: f64,
        /// Whether charging is paused.
        charge_pause: bool,
        /// Energy limit of a charge, Wh; 0 is none.
        energy_limit: u32,
        /// Most phases to charge with; 0 while phases are being switched.
        phase_count: u8,
    }
}

document!(Control);
