//! Modbus exceptions: how they are called and what they leave open.

use std::fmt;

/// The code with which a device says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception(pub u8);

impl Exception {
    /// A register that this unit does not have.
    pub const ILLEGAL_ADDRESS: Self = Self(0x02);
    /// A value or a length that it does not take.
    pub const ILLEGAL_VALUE: Self = Self(0x03);
    /// It works on it and answers before it has finished.
    pub const ACKNOWLEDGE: Self = Self(0x05);
    /// It is busy; nothing was done.
    pub const BUSY: Self = Self(0x06);
    /// A Modbus gateway got no answer from the device behind it.
    pub const NO_RESPONSE: Self = Self(0x0b);

    /// The standard's name.
    pub const fn name(self) -> &'static str {
        match self.0 {
            0x01 => "illegal function",
            0x02 => "illegal data address",
            0x03 => "illegal data value",
            0x04 => "server device failure",
            0x05 => "acknowledge",
            0x06 => "server device busy",
            0x08 => "memory parity error",
            0x0a => "gateway path unavailable",
            0x0b => "gateway target device failed to respond",
            _ => "not in the standard",
        }
    }

    /// Whether a shorter read, or one of other registers, may be answered.
    pub const fn may_be_length(self) -> bool {
        matches!(self.0, 0x02..=0x04)
    }

    /// Whether the same read may succeed later.
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::ACKNOWLEDGE | Self::BUSY | Self::NO_RESPONSE)
    }

    /// Whether a write that gets this may have been applied all the same.
    pub const fn leaves_open(self) -> bool {
        matches!(self, Self::ACKNOWLEDGE | Self::NO_RESPONSE)
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Modbus exception {} ({})", self.0, self.name())
    }
}
