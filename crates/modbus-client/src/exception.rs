//! Modbus exceptions: their names and their meaning for retries and writes.

use std::fmt;

/// The exception code of a device's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exception(pub u8);

impl Exception {
    /// The unit has no such register.
    pub const ILLEGAL_ADDRESS: Self = Self(0x02);
    /// The unit does not accept this value or length.
    pub const ILLEGAL_VALUE: Self = Self(0x03);
    /// The unit has accepted the request and answers before it has finished.
    pub const ACKNOWLEDGE: Self = Self(0x05);
    /// The unit is busy; nothing was done.
    pub const BUSY: Self = Self(0x06);
    /// A Modbus gateway got no answer from the device behind it.
    pub const NO_RESPONSE: Self = Self(0x0b);

    /// Returns the name in the Modbus standard.
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

    /// `true` if a shorter read, or one of other registers, may be answered.
    pub const fn may_be_length(self) -> bool {
        matches!(self.0, 0x02..=0x04)
    }

    /// `true` if the same read may succeed later.
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::ACKNOWLEDGE | Self::BUSY | Self::NO_RESPONSE)
    }

    /// `true` if a write that gets this may still have been applied.
    pub const fn leaves_open(self) -> bool {
        matches!(self, Self::ACKNOWLEDGE | Self::NO_RESPONSE)
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Modbus exception {} ({})", self.0, self.name())
    }
}
