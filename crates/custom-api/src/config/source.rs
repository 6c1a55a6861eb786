//! The sources of values.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use gateway_api::custom_api::SourceKind;
use http::{HeaderName, HeaderValue};
use nrgkick_model::custom_api::Observed;

use super::address::Url;
use super::adjust::Operands;
use super::login::Login;
use super::pick::Pick;
use super::registers::ModbusSource;
use super::trust::Trust;

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
    /// The sum of other values and numbers.
    Sum(Operands),
    /// The first of other values and numbers less the rest of them.
    Difference(Operands),
    /// The product of other values and numbers.
    Product(Operands),
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
            Self::Product(_) => SourceKind::Product,
            Self::House(_) => SourceKind::Derived,
        }
    }

    /// Returns its parts as indices into [`Config::values`](super::Config); empty unless it is
    /// computed from other values.
    pub fn parts(&self) -> &[usize] {
        match self {
            Self::Sum(of) | Self::Difference(of) | Self::Product(of) => &of.parts,
            Self::House(parts) => parts,
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
            | Self::Product(_)
            | Self::House(_) => None,
        }
    }
}

/// A value from JSON over HTTP.
#[derive(Debug)]
pub struct HttpSource {
    /// The request; one poll serves all values with the same one.
    pub request: Arc<HttpRequest>,
    /// The place of the value in the JSON.
    pub pick: Pick,
    /// The polling interval.
    pub every: Duration,
    /// Limit for one poll, if not the usual one.
    pub timeout: Option<Duration>,
}

/// An HTTP request, with what it takes to be answered. Debug output holds no secret.
#[derive(Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// The address.
    pub url: Url,
    /// Further headers, from a file; marked as secret.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body to send with POST; GET without one.
    pub post: Option<PostBody>,
    /// The certificate of an `https` address.
    pub trust: Option<Trust>,
    /// User name and password for HTTP Basic or Digest, as the device asks.
    pub user: Option<Login>,
    /// The index of the log-in that goes before, in [`Config::logins`](super::Config).
    pub login: Option<usize>,
}

/// A request that gives a cookie or token for others.
#[derive(Debug, PartialEq, Eq)]
pub struct LoginStep {
    /// The name of its section.
    pub name: String,
    /// The request.
    pub request: HttpRequest,
    /// The JSON pointer of a token in the answer, sent along as `Authorization: Bearer`.
    pub token: Option<String>,
}

/// The body of a request; it may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostBody {
    /// The body.
    pub body: String,
    /// Its type.
    pub content_type: HeaderValue,
}

impl fmt::Debug for PostBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostBody(***)")
    }
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
    /// Accepts retained messages, whose age is unknown unless they tell it.
    pub retained: bool,
    /// The sign of life of a publisher that sends changes only.
    pub alive: Option<Alive>,
}

/// A topic that tells if a publisher is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Alive {
    /// The topic, without wildcards.
    pub topic: String,
    /// The place of the state in the message; empty for the whole message.
    pub pointer: String,
    /// The states that mean "there"; empty for the usual words, with any other message as a sign of
    /// life that lasts for `max_age`.
    pub equals: Vec<String>,
}
