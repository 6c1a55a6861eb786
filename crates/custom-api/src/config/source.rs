//! Where a value may come from.

use std::sync::Arc;
use std::time::Duration;

use gateway_api::custom_api::SourceKind;
use http::{HeaderName, HeaderValue};
use nrgkick_model::custom_api::Observed;

use super::address::{HostPort, Url};

/// Where a value comes from.
#[derive(Debug)]
pub enum Source {
    /// It never changes.
    Fixed(Observed),
    /// A device's JSON answer.
    Http(HttpSource),
    /// Messages of a broker.
    Mqtt(MqttSource),
    /// Registers.
    Modbus(ModbusSource),
    /// Somebody sends it, under this name.
    Push(String),
    /// What other values make together: their places in [`Config::values`](super::Config).
    Sum(Vec<usize>),
    /// The first of other values less the rest of them.
    Difference(Vec<usize>),
    /// What the house takes, of the values at these places as far as they count
    /// ([`nrgkick_model::custom_api::house`]).
    House(Vec<usize>),
}

impl Source {
    /// Which kind it is.
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

    /// What it is made of, as places in [`Config::values`](super::Config); nothing where it has a
    /// source of its own.
    pub fn parts(&self) -> &[usize] {
        match self {
            Self::Sum(parts) | Self::Difference(parts) | Self::House(parts) => parts,
            Self::Fixed(_) | Self::Http(_) | Self::Mqtt(_) | Self::Modbus(_) | Self::Push(_) => &[],
        }
    }

    /// How often it is asked; nothing where it comes by itself.
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

/// Every key that may stand in a source of this kind, its own first.
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

/// A value of a device's JSON answer.
#[derive(Debug)]
pub struct HttpSource {
    /// What is polled; one poll serves all values of one address and the same headers.
    pub url: Url,
    /// Further headers, from a file; marked as secret.
    pub headers: Arc<Vec<(HeaderName, HeaderValue)>>,
    /// Which value of the answer.
    pub pick: Pick,
    /// How often.
    pub every: Duration,
}

/// A value of a broker's messages.
#[derive(Debug)]
pub struct MqttSource {
    /// The place of the broker in [`Config::brokers`](super::Config).
    pub broker: usize,
    /// The topic, without wildcards.
    pub topic: String,
    /// Which value of the message.
    pub pick: Pick,
    /// Whether a message that the broker kept counts, whose age is not known.
    pub retained: bool,
}

/// A value in registers.
#[derive(Debug)]
pub struct ModbusSource {
    /// The device or gateway.
    pub at: HostPort,
    /// The unit id.
    pub unit: u8,
    /// Whether function 4 (input registers) is used, and not 3 (holding registers).
    pub input: bool,
    /// The first register, as sent: counted from 0.
    pub address: u16,
    /// How many registers there are and what they mean.
    pub word_type: WordType,
    /// Which of them comes first.
    pub word_order: WordOrder,
    /// Register of a power of ten by which the number is multiplied, as in SunSpec.
    pub scale_factor: Option<u16>,
    /// The number is multiplied by it.
    pub factor: f64,
    /// Then this is added.
    pub offset: f64,
    /// Raw contents that mean "no value"; NaN is none whatever stands here.
    pub nan: Vec<u64>,
    /// How often it is read.
    pub every: Duration,
}

/// What registers mean.
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
    /// As the file writes them.
    pub const WORDS: &'static [(&'static str, Self)] = &[
        ("u16", Self::U16),
        ("i16", Self::I16),
        ("u32", Self::U32),
        ("i32", Self::I32),
        ("u64", Self::U64),
        ("f32", Self::F32),
    ];

    /// How many registers.
    pub const fn quantity(self) -> u16 {
        match self {
            Self::U16 | Self::I16 => 1,
            Self::U32 | Self::I32 | Self::F32 => 2,
            Self::U64 => 4,
        }
    }

    /// As the file writes it.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, found)| *found == self).map_or("", |(word, _)| word)
    }

    /// How many bits.
    pub const fn bits(self) -> u16 {
        self.quantity() * 16
    }

    /// Whether the first bit is a sign.
    pub const fn is_signed(self) -> bool {
        matches!(self, Self::I16 | Self::I32)
    }

    /// What devices write where they have no value, as SunSpec and its kin define it. The largest
    /// signed numbers and -1 are numbers.
    pub const fn nan(self) -> &'static [u64] {
        match self {
            Self::I16 => &[0x8000],
            Self::U16 => &[0xffff],
            Self::I32 => &[0x8000_0000],
            Self::U32 => &[0x8000_0000, 0xffff_ffff],
            Self::U64 => &[u64::MAX],
            // NaN and the infinities are no numbers anyway.
            Self::F32 => &[],
        }
    }
}

/// Which register of several comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordOrder {
    /// The high one, as the standard has it.
    HighFirst,
    /// The low one.
    LowFirst,
}

/// Which value of a JSON document, and what is done with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// Where it stands (RFC 6901); empty is the document itself. Of several the first that is there
    /// counts, for devices that moved it from one version to the next. Never empty.
    pub pointers: Vec<String>,
    /// Whether it is a number written as a text.
    pub text: bool,
    /// The number is multiplied by it.
    pub factor: f64,
    /// Then this is added.
    pub offset: f64,
    /// What `null` counts as, where it is more than "no value".
    pub null: Option<f64>,
}
