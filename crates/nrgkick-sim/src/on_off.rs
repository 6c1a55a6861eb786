//! The value of on/off flags.

use clap::ValueEnum;

/// A switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnOff {
    /// On.
    On,
    /// Off.
    Off,
}

impl OnOff {
    /// `true` if on.
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On)
    }
}
