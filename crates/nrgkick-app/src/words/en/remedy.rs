//! Advice about faults: one text for each kind.
//!
//! For faults of earth, residual current, relays, voltage or heat, and for unknown ones, the text
//! says to stop, to unplug from the wall and to call an electrician, and nothing that could be read
//! as "try it once more". An attachment is removed only after that.

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

/// The first steps in any case of possible danger.
macro_rules! stop {
    ($then:literal) => {
        concat!(
            "Stop charging. Unplug the vehicle, then unplug the charger from the wall or switch \
             off its circuit breaker. ",
            $then
        )
    };
}

impl Remedy {
    /// Returns the advice, in whole sentences; empty without a fault.
    pub const fn text(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Stop => {
                stop!(
                    "Have an electrician check the charger and its socket before anyone uses them."
                )
            }
            Self::Residual => stop!(
                "Have an electrician check the charger and its socket, and a workshop the vehicle, \
                 before anyone uses them."
            ),
            Self::Hot => stop!(
                "Do not touch a hot plug; let it cool first. Have an electrician check plug, \
                 attachment and socket before anyone uses them."
            ),
            Self::Plug => stop!(
                "If nobody pulled the plug, or if it is loose, dark or warm, have an electrician \
                 check plug and socket."
            ),
            Self::Warm => {
                "Lower the current, give it shade and let it cool. Have an electrician check a \
                 plug, an attachment or a socket that gets hot."
            }
            Self::Grid => {
                "This comes from the grid. Wait until it is back in order. If it stays, have an \
                 electrician check the connection."
            }
            Self::Pilot => {
                "Unplug the vehicle, and charge no vehicle here for now. Have the charger and the \
                 vehicle looked at by those who service them."
            }
            Self::WrongAttachment => stop!(
                "Only then take the attachment off. This charger needs one for 16 A; ask an \
                 electrician which fits."
            ),
            Self::Attachment => stop!(
                "Only then take the attachment off, look at its contacts and push it on until it \
                 locks. If it stays unseen, have charger and attachment looked at by an \
                 electrician."
            ),
            Self::Release => "Release charging at the station, with its card or app.",
            Self::Wait => {
                "Charging goes on by itself after a while, so that not everyone starts at once."
            }
            Self::Limit => "Raise the energy limit or set it to none to go on charging.",
            Self::NewWarning => {
                "The NRGkick app may know what it means. Stop charging until you know."
            }
        }
    }
}
