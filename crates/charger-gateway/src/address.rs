//! A charger's address, checked at the start: the value of `--charger`.
//!
//! No request can change it, and public DNS must not be able to redirect it: an IP address,
//! `localhost` or a `*.local` name. Not here: the notation of each proxy (its `address`), and
//! connecting.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

/// The values that differ between the two APIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressDefaults {
    /// Default port; only the simulator and forwarded ports differ.
    pub port: u16,
    /// A valid address, for messages.
    pub example: &'static str,
}

/// A charger's address: a host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: Host,
    port: u16,
    defaults: AddressDefaults,
}

/// Where a charger is, as far as following it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At this address, or it was there when it last answered.
    At(SocketAddr),
    /// Wherever its name leads.
    Named,
    /// It was not found yet.
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Ip(IpAddr),
    Name(String),
    /// It is being looked for.
    Unknown,
}

/// The error of a text that is not a charger's address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--charger {text:?}: {reason} (example: {example})")]
pub struct InvalidAddress {
    text: String,
    reason: &'static str,
    example: &'static str,
}

impl AddressDefaults {
    /// Builds the error for `text` with a reason. A password in `text` is replaced by `***`.
    pub fn refuse(self, text: &str, reason: &'static str) -> InvalidAddress {
        let text = match text.rsplit_once('@') {
            Some((_, rest)) => format!("***@{rest}"),
            None => text.to_owned(),
        };
        InvalidAddress { text, reason, example: self.example }
    }

    /// Where a charger was found; nothing as long as it was not.
    pub fn at(self, place: Option<SocketAddr>) -> Address {
        let host = place.map_or(Host::Unknown, |place| Host::Ip(place.ip()));
        Address { host, port: place.map_or(self.port, |place| place.port()), defaults: self }
    }

    /// Builds an address from the two parts of `text`; an IPv6 host may be in brackets. With
    /// `allow_dns`, the host may be any name.
    ///
    /// # Errors
    /// Quotes `text` and names the invalid part.
    pub fn address(
        self,
        text: &str,
        host: &str,
        port: Option<&str>,
        allow_dns: bool,
    ) -> Result<Address, InvalidAddress> {
        let refuse = |reason| self.refuse(text, reason);
        let port = match port {
            None => self.port,
            // `parse` accepts a plus sign, which is not valid in a port.
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|port| *port > 0 && digits.bytes().all(|b| b.is_ascii_digit()))
                .ok_or_else(|| refuse("the port is not a number from 1 to 65535"))?,
        };
        let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if let Ok(ip) = literal.unwrap_or(host).parse() {
            if let Some(reason) = no_charger_at(ip) {
                return Err(refuse(reason));
            }
            return Ok(Address { host: Host::Ip(ip), port, defaults: self });
        }
        let name = host.to_ascii_lowercase();
        if !is_name(&name) {
            return Err(refuse("the host is neither an IP address nor a name"));
        }
        if !(allow_dns || name == "localhost" || name.ends_with(".local")) {
            return Err(refuse(
                "whoever controls this name could point it anywhere: use the IP address or the \
                 charger's .local name, or add --charger-allow-dns",
            ));
        }
        Ok(Address { host: Host::Name(name), port, defaults: self })
    }
}

impl Address {
    /// Returns host and port for a resolver; a name stays a name, so that the charger's IP address
    /// may change. Nothing where
    /// the address is not known yet.
    pub fn target(&self) -> Option<(String, u16)> {
        let host = match &self.host {
            Host::Ip(ip) => ip.to_string(),
            Host::Name(name) => name.clone(),
            Host::Unknown => return None,
        };
        Some((host, self.port))
    }

    /// Where a charger is that may be followed: a name is looked up with every connection anyway.
    pub fn place(&self) -> Place {
        match self.host {
            Host::Ip(ip) => Place::At(SocketAddr::new(ip, self.port)),
            Host::Name(_) => Place::Named,
            Host::Unknown => Place::Unknown,
        }
    }

    /// The same way to a charger at another address.
    pub fn moved(&self, place: Option<SocketAddr>) -> Self {
        self.defaults.at(place)
    }
}

/// Formats as in a `Host` header: without the default port.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]")?,
            Host::Ip(IpAddr::V4(ip)) => write!(f, "{ip}")?,
            Host::Name(name) => f.write_str(name)?,
            Host::Unknown => return f.write_str("an unknown address"),
        }
        if self.port == self.defaults.port { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// Returns the reason if no charger can have this address. Loopback is allowed for the simulator.
fn no_charger_at(ip: IpAddr) -> Option<&'static str> {
    // An IPv4 address may be written as an IPv4-mapped IPv6 address.
    match ip.to_canonical() {
        ip if ip.is_unspecified() => Some("this address means no host at all"),
        ip if ip.is_multicast() => Some("this address means many hosts (multicast), not one"),
        IpAddr::V4(ip) if ip.is_broadcast() => Some("this address means every host (broadcast)"),
        IpAddr::V4(ip) if ip.is_link_local() => Some(LINK_LOCAL),
        IpAddr::V6(ip) if ip.is_unicast_link_local() => Some(LINK_LOCAL),
        _ => None,
    }
}

const LINK_LOCAL: &str = "a link-local address is no charger's in a home network, and at some of \
                          them clouds keep secrets: use the address that the router gave it";

/// `true` for labels of letters, digits and hyphens, the last one beginning with a letter. A
/// numeric name would be an address in a form that programs interpret differently (`127.1`,
/// `0x7f.1`).
fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let last = name.rsplit('.').next().unwrap_or(name);
    name.split('.').all(is_label) && last.starts_with(|c: char| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAY: AddressDefaults = AddressDefaults { port: 502, example: "192.168.1.20" };

    fn read(host: &str, port: Option<&str>, allow_dns: bool) -> Result<Address, String> {
        let text = format!("{host}:{}", port.unwrap_or_default());
        WAY.address(&text, host, port, allow_dns).map_err(|error| error.to_string())
    }

    #[test]
    fn an_address_is_a_host_with_a_port() {
        for (host, port, shown, target) in [
            ("192.168.1.20", None, "192.168.1.20", ("192.168.1.20", 502)),
            ("192.168.1.20", Some("502"), "192.168.1.20", ("192.168.1.20", 502)),
            ("[fd00:0::1]", Some("5020"), "[fd00::1]:5020", ("fd00::1", 5020)),
            ("fd00::1", None, "[fd00::1]", ("fd00::1", 502)),
            ("127.0.0.1", None, "127.0.0.1", ("127.0.0.1", 502)),
            ("[::1]", None, "[::1]", ("::1", 502)),
            ("localhost", Some("1"), "localhost:1", ("localhost", 1)),
            ("NRGkick-1.local", None, "nrgkick-1.local", ("nrgkick-1.local", 502)),
        ] {
            let address = read(host, port, false).unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(address.target(), Some((target.0.to_owned(), target.1)), "{host}");
        }
        assert!(read("charger.example.org", None, true).is_ok());
    }

    #[test]
    fn what_is_none_is_refused_with_the_reason_and_an_example() {
        for (host, port, reason) in [
            ("192.168.1.20", Some("99999"), "not a number from 1 to 65535"),
            ("192.168.1.20", Some(""), "not a number from 1 to 65535"),
            ("192.168.1.20", Some("+80"), "not a number from 1 to 65535"),
            ("192.168.1.20", Some("0"), "not a number from 1 to 65535"),
            ("charger.example.org", None, "--charger-allow-dns"),
            ("2130706433", None, "neither an IP address nor a name"),
            ("127.1", None, "neither an IP address nor a name"),
            ("a_b.local", None, "neither an IP address nor a name"),
            ("evil.local.", None, "neither an IP address nor a name"),
            ("two words", None, "neither an IP address nor a name"),
            ("", None, "neither an IP address nor a name"),
            ("169.254.169.254", None, "link-local"),
            ("[fe80::1]", Some("80"), "link-local"),
            ("[::ffff:169.254.169.254]", None, "link-local"),
            ("0.0.0.0", None, "no host at all"),
            ("[::]", None, "no host at all"),
            ("224.0.0.251", None, "multicast"),
            ("[ff02::fb]", None, "multicast"),
            ("255.255.255.255", None, "broadcast"),
        ] {
            let error = read(host, port, false).unwrap_err();
            assert!(error.contains(reason) && error.contains("(example: 192.168"), "{error}");
        }
    }

    #[test]
    fn a_charger_moves_and_a_name_is_looked_up() {
        let address = read("192.168.1.20", Some("5020"), false).unwrap();
        assert_eq!(address.place(), Place::At(([192, 168, 1, 20], 5020).into()));
        let moved = address.moved(Some(([192, 168, 1, 40], 502).into()));
        assert_eq!(moved.to_string(), "192.168.1.40");
        assert_eq!(read("nrgkick.local", None, false).unwrap().place(), Place::Named);
        let unknown = WAY.at(None);
        assert_eq!((unknown.place(), unknown.target()), (Place::Unknown, None));
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        let text = WAY.refuse("user:secret@192.168.1.20", "no").to_string();
        assert!(text.contains("***@192.168.1.20") && !text.contains("secret"), "{text}");
    }
}
