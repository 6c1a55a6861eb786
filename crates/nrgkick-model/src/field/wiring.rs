//! The Modbus registers of a field and their type.

/// The registers of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Register {
    /// First register, 0-based.
    pub address: u16,
    /// Type and length.
    pub encoding: Encoding,
    /// The factor: the register holds the value times this.
    pub factor: u16,
}

impl Register {
    /// Returns the address after the last register.
    pub const fn end(&self) -> u16 {
        self.address + self.encoding.words()
    }
}

/// Type of a register, as the manufacturer's table gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// uint16.
    U16,
    /// int16.
    I16,
    /// uint32.
    U32,
    /// int32.
    I32,
    /// uint64.
    U64,
    /// 32-bit float.
    F32,
    /// string16: two bytes of UTF-8 in a register, padded with NUL, cut at the end.
    ///
    /// The cut may fall inside a character: a device name of 18 bytes has 16 bytes of space.
    Text {
        /// Number of registers.
        words: u16,
    },
}

impl Encoding {
    /// Returns the number of registers of the type.
    pub const fn words(self) -> u16 {
        match self {
            Self::U16 | Self::I16 => 1,
            Self::U32 | Self::I32 | Self::F32 => 2,
            Self::U64 => 4,
            Self::Text { words } => words,
        }
    }

    /// Returns the manufacturer's name of the type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::U16 => "uint16",
            Self::I16 => "int16",
            Self::U32 => "uint32",
            Self::I32 => "int32",
            Self::U64 => "uint64",
            Self::F32 => "float",
            Self::Text { .. } => "string16",
        }
    }
}
