//! Parsers for hosts and origins in headers.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

/// The text is not a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// A normalised host with its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host<'a> {
    /// Lower case; an IPv6 address in its shortest form, in brackets.
    pub(super) name: Cow<'a, str>,
    /// `None` if not written.
    pub(super) port: Option<u16>,
}

impl<'a> Host<'a> {
    /// Parses `name`, `name:port`, `[ipv6]` or `[ipv6]:port`. An empty name is accepted.
    pub(super) fn parse(text: &'a str) -> Result<Self, Malformed> {
        let (name, rest) = match text.strip_prefix('[') {
            Some(inner) => {
                let (address, rest) = inner.split_once(']').ok_or(Malformed)?;
                let address: Ipv6Addr = address.parse().map_err(|_| Malformed)?;
                (Cow::Owned(format!("[{address}]")), rest)
            }
            None => {
                let end = text.find(':').unwrap_or(text.len());
                let (name, rest) = text.split_at(end);
                let is_name_byte = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
                if !name.bytes().all(is_name_byte) {
                    return Err(Malformed);
                }
                let is_upper = name.bytes().any(|b| b.is_ascii_uppercase());
                let lower = if is_upper { name.to_ascii_lowercase().into() } else { name.into() };
                (lower, rest)
            }
        };
        let port = match rest.strip_prefix(':') {
            None if rest.is_empty() => None,
            Some("") => None,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                Some(digits.parse().map_err(|_| Malformed)?)
            }
            None | Some(_) => return Err(Malformed),
        };
        Ok(Self { name, port })
    }

    /// `true` if this is a valid DNS name: labels of 1 to 63 bytes, none of them beginning or
    /// ending with a hyphen.
    pub(super) fn is_name(&self) -> bool {
        let is_label = |label: &str| {
            (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
        };
        self.name.len() <= 253 && self.name.split('.').all(is_label)
    }

    /// `true` if public DNS cannot resolve this name.
    pub(super) fn is_beyond_dns(&self) -> bool {
        let name = &*self.name;
        let is_mdns = name
            .strip_suffix(".local")
            .is_some_and(|labels| labels.split('.').all(|label| !label.is_empty()));
        name.starts_with('[') || name.parse::<Ipv4Addr>().is_ok() || name == "localhost" || is_mdns
    }

    /// Sets the port to `default` if none is written.
    fn with_default_port(mut self, default: u16) -> Self {
        self.port.get_or_insert(default);
        self
    }
}

/// `true` if a page of `origin` was loaded from `host`.
///
/// The scheme is not compared, as it differs behind a proxy that ends TLS. It only sets the default
/// port of both.
pub(super) fn is_same(origin: &str, host: &Host<'_>) -> bool {
    let (rest, default) = match (origin.strip_prefix("http://"), origin.strip_prefix("https://")) {
        (Some(rest), _) => (rest, 80),
        (_, Some(rest)) => (rest, 443),
        (None, None) => return false,
    };
    Host::parse(rest).is_ok_and(|origin| {
        origin.with_default_port(default) == host.clone().with_default_port(default)
    })
}

/// `true` if `text` is a host with or without a port.
pub(crate) fn is_host(text: &str) -> bool {
    Host::parse(text).is_ok_and(|host| !host.name.is_empty())
}

/// `true` if `text` is an origin exactly as a browser writes it: `scheme://host`, `:port` only
/// if it is not the scheme's default, lower case, no path.
#[must_use]
pub fn is_origin(text: &str) -> bool {
    let (rest, default) = match (text.strip_prefix("http://"), text.strip_prefix("https://")) {
        (Some(rest), _) => (rest, 80),
        (_, Some(rest)) => (rest, 443),
        (None, None) => return false,
    };
    Host::parse(rest).is_ok_and(|host| {
        let written = match host.port {
            Some(port) => format!("{}:{port}", host.name),
            None => host.name.to_string(),
        };
        !host.name.is_empty() && host.port != Some(default) && written == rest
    })
}
