//! Values in registers: their place, the type of the number, and what else decides it.

use http_service::HostPort;
use std::ops::Range;
use std::time::Duration;

use modbus_client::Framing;

/// Most registers of one read.
pub const MOST_REGISTERS: u32 = 125;

/// A value from registers.
#[derive(Debug)]
pub struct ModbusSource {
    /// The device or gateway.
    pub at: HostPort,
    /// The unit id.
    pub unit: u8,
    /// Uses function 4 (input registers); otherwise function 3 (holding registers).
    pub input: bool,
    /// The first register, as sent: counted from 0.
    pub address: u16,
    /// The type of the number; fixes the count of registers.
    pub word_type: WordType,
    /// The order of several registers.
    pub word_order: Order,
    /// The order of the two bytes in each register.
    pub byte_order: Order,
    /// The bits that are the number, moved down to bit 0; all others are ignored.
    pub mask: Option<u64>,
    /// Register with the exponent of a power of ten that multiplies the number, as in SunSpec.
    pub scale_factor: Option<u16>,
    /// Bits of another register that make the number negative.
    pub negative_if: Option<NegativeIf>,
    /// Raw contents that mean "no value"; a NaN of `f32` or `f64` is never a number, listed or not.
    pub nan: Vec<u64>,
    /// The number that stands for such contents; `None` if they mean "no value".
    pub null: Option<f64>,
    /// The polling interval.
    pub every: Duration,
    /// What the device needs of a connection.
    pub link: ModbusLink,
}

/// What a device needs of a connection. A device has the most that any of its values asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ModbusLink {
    /// Pause between connecting and the first request.
    pub connect_delay: Option<Duration>,
    /// Limit for an answer, if not the usual one.
    pub timeout: Option<Duration>,
    /// The framing; `None` where this value does not tell.
    pub framing: Option<Framing>,
}

/// Bits of a register that make a number negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NegativeIf {
    /// The register.
    pub address: u16,
    /// The bits.
    pub mask: u16,
    /// The contents of these bits that mean negative; `None` if any set bit does.
    pub equals: Option<u16>,
}

impl NegativeIf {
    /// `true` if the register's content means negative.
    pub fn is_negative(&self, word: u16) -> bool {
        let bits = word & self.mask;
        self.equals.map_or(bits != 0, |equals| bits == equals)
    }
}

impl ModbusSource {
    /// Returns the registers that have to be read together, the end excluded: the number, its scale
    /// factor and its sign.
    pub fn span(&self) -> Range<u32> {
        let first = u32::from(self.address);
        let number = first..first + u32::from(self.word_type.quantity());
        self.others().fold(number, |span, address| {
            let address = u32::from(address);
            span.start.min(address)..span.end.max(address + 1)
        })
    }

    /// Returns the single registers beside the number.
    pub fn others(&self) -> impl Iterator<Item = u16> {
        self.scale_factor.into_iter().chain(self.negative_if.map(|sign| sign.address))
    }
}

/// The numeric type of one or more registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum WordType {
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
}

impl WordType {
    /// All types with their words in the file.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("u16", Self::U16),
        ("i16", Self::I16),
        ("u32", Self::U32),
        ("i32", Self::I32),
        ("u64", Self::U64),
        ("i64", Self::I64),
        ("f32", Self::F32),
        ("f64", Self::F64),
    ];

    /// Other names of the types in registers' lists, with the word to write.
    pub const ALIASES: &'static [(&'static str, &'static str)] = &[
        ("int16", "i16"),
        ("s16", "i16"),
        ("short", "i16"),
        ("uint16", "u16"),
        ("word", "u16"),
        ("int32", "i32"),
        ("s32", "i32"),
        ("uint32", "u32"),
        ("dword", "u32"),
        ("int64", "i64"),
        ("s64", "i64"),
        ("uint64", "u64"),
        ("float", "f32"),
        ("float32", "f32"),
        ("single", "f32"),
        ("double", "f64"),
        ("float64", "f64"),
    ];

    /// Returns the count of registers.
    pub const fn quantity(self) -> u16 {
        match self {
            Self::U16 | Self::I16 => 1,
            Self::U32 | Self::I32 | Self::F32 => 2,
            Self::U64 | Self::I64 | Self::F64 => 4,
        }
    }

    /// Returns its word in the file.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, found)| *found == self).map_or("", |(word, _)| word)
    }

    /// Returns the count of bits.
    pub const fn bits(self) -> u16 {
        self.quantity() * 16
    }

    /// `true` for signed integers.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::I16 | Self::I32 | Self::I64)
    }

    /// `true` for floating-point numbers.
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Returns the raw contents that mean "no value" by default, as SunSpec and similar maps define
    /// them. The largest signed numbers and -1 are ordinary numbers.
    pub const fn nan(self) -> &'static [u64] {
        match self {
            Self::I16 => &[0x8000],
            Self::U16 => &[0xffff],
            Self::I32 => &[0x8000_0000],
            Self::U32 => &[0x8000_0000, 0xffff_ffff],
            Self::U64 => &[u64::MAX],
            Self::I64 => &[1 << 63],
            // `Observed::number` refuses NaN and the infinities.
            Self::F32 | Self::F64 => &[],
        }
    }
}

/// The order of the registers of one number, or of the bytes of one register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The high one first, as in the Modbus standard.
    #[default]
    HighFirst,
    /// The low one first.
    LowFirst,
}

impl Order {
    /// Both orders with their words in the file.
    pub const WORDS: &'static [(&'static str, Self)] =
        &[("high-first", Self::HighFirst), ("low-first", Self::LowFirst)];
}
