//! Advice about faults: one text for each kind.
//!
//! For faults of earth, residual current, relays, voltage or heat, and for unknown ones, the text
//! says to stop, to unplug from the wall and to call an electrician, and nothing that could be read
//! as "try it once more". An attachment is removed only after that.

use super::stop;

/// The kinds of faults, by the remedy available to a person at the charger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// No fault.
    None,
    /// Earth, relays, supply voltage, or an unknown fault: take out of use.
    Stop,
    /// Residual current in the charger or in the vehicle: take both out of use.
    Residual,
    /// Too hot: take out of use, and do not touch while hot.
    Hot,
    /// The plug came out under load: take out of use until the contacts are checked.
    Plug,
    /// Warm; charging continues.
    Warm,
    /// A fault of the grid.
    Grid,
    /// Communication between charger and vehicle fails.
    Pilot,
    /// The attachment is the wrong one.
    WrongAttachment,
    /// The attachment is not found.
    Attachment,
    /// The charging station that the charger is plugged into must be released.
    Release,
    /// Ends by itself.
    Wait,
    /// The energy limit is reached.
    Limit,
    /// A warning of firmware newer than this page.
    NewWarning,
}

impl Remedy {
    /// Returns the advice, in whole sentences; empty without a fault.
    pub fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Stop => stop::electrician(),
            Self::Residual => stop::residual(),
            Self::Hot => stop::hot(),
            Self::Plug => stop::plug(),
            Self::Warm => stop::warm(),
            Self::Grid => stop::grid(),
            Self::Pilot => stop::pilot(),
            Self::WrongAttachment => stop::wrong_attachment(),
            Self::Attachment => stop::attachment(),
            Self::Release => stop::release(),
            Self::Wait => stop::wait(),
            Self::Limit => stop::limit(),
            Self::NewWarning => stop::new_warning(),
        }
    }
}
