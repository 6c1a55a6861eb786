//! Hosts and origins as they stand in headers.

use std::net::{Ipv4Addr, Ipv6Addr};

/// `Host` is no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// A host with its port, comparable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Host {
    /// Lower case; an IPv6 address in its shortest form, in brackets.
    pub(super) name: String,
    /// As written.
    pub(super) port: Option<u16>,
}

impl Host {
    /// Reads `name`, `name:port`, `[ipv6]` or `[ipv6]:port`. An empty name is read as such.
    pub(super) fn parse(text: &str) -> Result<Self, Malformed> {
        let (name, rest) = match text.strip_prefix('[') {
            Some(inner) => {
                let (address, rest) = inner.split_once(']').ok_or(Malformed)?;
                let address: Ipv6Addr = address.parse().map_err(|_| Malformed)?;
                (format!("[{address}]"), rest)
            }
            None => {
                let end = text.find(':').unwrap_or(text.len());
                let (name, rest) = text.split_at(end);
                let is_name_byte = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
                if !name.bytes().all(is_name_byte) {
                    return Err(Malformed);
                }
                (name.to_ascii_lowercase(), rest)
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

    /// Whether this is a name that DNS could know: labels of 1 to 63 bytes, none of them beginning
    /// or ending with a hyphen.
    pub(super) fn is_name(&self) -> bool {
        let is_label = |label: &str| {
            (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
        };
        self.name.len() <= 253 && self.name.split('.').all(is_label)
    }

    /// Whether nobody who controls public DNS can point this name anywhere.
    pub(super) fn is_beyond_dns(&self) -> bool {
        let name = self.name.as_str();
        let is_mdns = name
            .strip_suffix(".local")
            .is_some_and(|labels| labels.split('.').all(|label| !label.is_empty()));
        name.starts_with('[') || name.parse::<Ipv4Addr>().is_ok() || name == "localhost" || is_mdns
    }

    /// With the port that `scheme` stands for where none is written.
    fn with_default_port(mut self, default: u16) -> Self {
        self.port.get_or_insert(default);
        self
    }
}

/// Whether a page of `origin` was loaded from `host`.
///
/// The scheme is not compared: behind a proxy that ends TLS it differs. It decides only which
/// port is meant where none is written, on both sides.
pub(super) fn is_same(origin: &str, host: &Host) -> bool {
    let (rest, default) = match (origin.strip_prefix("http://"), origin.strip_prefix("https://")) {
        (Some(rest), _) => (rest, 80),
        (_, Some(rest)) => (rest, 443),
        (None, None) => return false,
    };
    Host::parse(rest).is_ok_and(|origin| {
        origin.with_default_port(default) == host.clone().with_default_port(default)
    })
}

/// Whether `text` is an origin exactly as a browser writes it: `scheme://host`, `:port` only
/// where it is not the scheme's own, lower case, no path.
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
            None => host.name.clone(),
        };
        !host.name.is_empty() && host.port != Some(default) && written == rest
    })
}
