//! Advice about faults: one text for each kind.
//!
//! Where a fault is about earth, residual current, relays, voltage or heat, and where nobody knows
//! what it is about, the text says to stop, to unplug from the wall and to call an electrician,
//! and nothing that could be read as "try it once more". An attachment is taken off only after
//! that.

/// The kinds of faults, by the remedy that a person at the charger has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing is wrong.
    None,
    /// Earth, relays, supply voltage, or something that nobody knows: out of use.
    Stop,
    /// Current leaks, in the charger or in the vehicle: out of use, both.
    Residual,
    /// Too hot: out of use, and not touched while it is hot.
    Hot,
    /// The plug came out under load: out of use until the contacts were looked at.
    Plug,
    /// Warm, and charging goes on.
    Warm,
    /// The grid's own doing.
    Grid,
    /// Charger and vehicle do not understand each other.
    Pilot,
    /// The attachment is the wrong one.
    WrongAttachment,
    /// The attachment is not found.
    Attachment,
    /// The station that it is plugged into has to be released.
    Release,
    /// It goes on by itself.
    Wait,
    /// The energy limit.
    Limit,
    /// A warning of firmware that is newer than this page.
    NewWarning,
}

/// The first steps wherever it may be dangerous.
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
    /// The advice, in whole sentences; empty where nothing is wrong.
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
