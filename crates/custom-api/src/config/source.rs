//! The sources of values.

use std::sync::Arc;
use std::time::Duration;

use gateway_api::custom_api::SourceKind;
use http::{HeaderName, HeaderValue};
use nrgkick_model::custom_api::Observed;

use super::address::{HostPort, Url};

/// The source of a value.
#[derive(Debug)]
pub enum Source {
    /// A constant.
    Fixed(Observed),
    /// JSON of a device, polled over HTTP.
    Http(HttpSource),
    /// Messages of an MQTT broker.
    Mqtt(MqttSource),
    /// Registers of a Modbus device.
    Modbus(ModbusSource),
    /// Pushed with `PUT /push/NAME`; holds that name.
    Push(String),
    /// The sum of other values, as indices into [`Config::values`](super::Config).
    Sum(Vec<usize>),
    /// The first of other values less the rest of them, as indices.
    Difference(Vec<usize>),
    /// The house's load, derived from the values at these indices as far as they count
    /// ([`nrgkick_model::custom_api::house`]).
    House(Vec<usize>),
}

impl Source {
    /// Returns the kind of source.
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Fixed(_) => SourceKind::Fixed,
            Self::Http(_) => SourceKind::Http,
            Self::Mqtt(_) => SourceKind::Mqtt,
            Self::Modbus(_) => SourceKind::Modbus,
            Self::Push(_) => SourceKind::Push,
            Self::Sum(_) => SourceKind::Sum,
            Self::Difference(_) => SourceKind::Difference,
            Self::House(_) => SourceKind::Derived,
        }
    }

    /// Returns its parts as indices into [`Config::values`](super::Config); empty unless it is
    /// computed from other values.
    pub fn parts(&self) -> &[usize] {
        match self {
            Self::Sum(parts) | Self::Difference(parts) | Self::House(parts) => parts,
            Self::Fixed(_) | Self::Http(_) | Self::Mqtt(_) | Self::Modbus(_) | Self::Push(_) => &[],
        }
    }

    /// Returns the polling interval; `None` for a source that is not polled.
    pub const fn every(&self) -> Option<Duration> {
        match self {
            Self::Http(source) => Some(source.every),
            Self::Modbus(source) => Some(source.every),
            Self::Fixed(_)
            | Self::Mqtt(_)
            | Self::Push(_)
            | Self::Sum(_)
            | Self::Difference(_)
            | Self::House(_) => None,
        }
    }
}

/// Returns the keys allowed in a source of this kind, beginning with the one that names the kind.
pub(super) const fn keys(kind: SourceKind) -> &'static [&'static str] {
    match kind {
        SourceKind::Fixed => &["fixed", "min", "max"],
        SourceKind::Http => &[
            "http",
            "pointer",
            "text",
            "factor",
            "offset",
            "null",
            "min",
            "max",
            "headers_file",
            "every",
            "max_age",
            "stale",
        ],
        SourceKind::Mqtt => &[
            "mqtt", "topic", "pointer", "text", "retained", "factor", "offset", "null", "min",
            "max", "max_age", "stale",
        ],
        SourceKind::Modbus => &[
            "modbus",
            "unit",
            "address",
            "function",
            "type",
            "word_order",
            "scale_factor",
            "factor",
            "offset",
            "nan",
            "min",
            "max",
            "every",
            "max_age",
            "stale",
        ],
        SourceKind::Push => &["push", "min", "max", "max_age", "stale"],
        SourceKind::Sum => &["sum", "min", "max"],
        SourceKind::Difference => &["difference", "min", "max"],
        SourceKind::Derived => &[],
    }
}

/// A value from JSON over HTTP.
#[derive(Debug)]
pub struct HttpSource {
    /// The polled address; one poll serves all values with the same address and headers.
    pub url: Url,
    /// Further request headers, from a file; marked as secret.
    pub headers: Arc<Vec<(HeaderName, HeaderValue)>>,
    /// The place of the value in the JSON.
    pub pick: Pick,
    /// The polling interval.
    pub every: Duration,
}

/// A value from messages of a broker.
#[derive(Debug)]
pub struct MqttSource {
    /// The index of the broker in [`Config::brokers`](super::Config).
    pub broker: usize,
    /// The topic, without wildcards.
    pub topic: String,
    /// The place of the value in the message.
    pub pick: Pick,
    /// Accepts retained messages, whose age is unknown.
    pub retained: bool,
}

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
    pub word_order: WordOrder,
    /// Register with the exponent of a power of ten that multiplies the number, as in SunSpec.
    pub scale_factor: Option<u16>,
    /// The factor.
    pub factor: f64,
    /// Added after the factor.
    pub offset: f64,
    /// Raw contents that mean "no value"; a NaN of `f32` is never a number, listed or not.
    pub nan: Vec<u64>,
    /// The polling interval.
    pub every: Duration,
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
    F32,
}

impl WordType {
    /// All types with their words in the file.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("u16", Self::U16),
        ("i16", Self::I16),
        ("u32", Self::U32),
        ("i32", Self::I32),
        ("u64", Self::U64),
        ("f32", Self::F32),
    ];

    /// Returns the count of registers.
    pub const fn quantity(self) -> u16 {
        match self {
            Self::U16 | Self::I16 => 1,
            Self::U32 | Self::I32 | Self::F32 => 2,
            Self::U64 => 4,
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
        matches!(self, Self::I16 | Self::I32)
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
            // `Observed::number` refuses NaN and the infinities.
            Self::F32 => &[],
        }
    }
}

/// The order of the registers of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordOrder {
    /// High register first, as in the Modbus standard.
    HighFirst,
    /// Low register first.
    LowFirst,
}

/// The place of a value in a JSON document, and its conversion.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// JSON pointers (RFC 6901); an empty one is the document itself. The first that exists is
    /// used, for devices that moved the value between versions. Never empty.
    pub pointers: Vec<String>,
    /// Accepts a number or switch written as a text.
    pub text: bool,
    /// The factor.
    pub factor: f64,
    /// Added after the factor.
    pub offset: f64,
    /// The number that `null` stands for; `None` if it means "no value".
    pub null: Option<f64>,
}
