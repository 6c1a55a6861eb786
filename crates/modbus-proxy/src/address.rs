//! Where a charger is: the value of `--charger`, understood once and for all.
//!
//! No request can change it, and it must be a place that nobody on the internet can move: an IP
//! address, `localhost` or a `*.local` name. Not here: connecting.

use std::fmt;
use std::net::IpAddr;

/// A charger's address: a host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    host: Host,
    port: u16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Ip(IpAddr),
    Name(String),
}

/// Why a text is no address of a charger.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("--charger {text:?}: {reason} (example: 192.168.1.20)")]
pub struct InvalidAddress {
    text: String,
    reason: &'static str,
}

/// Modbus/TCP's own port; only the simulator and forwarded ports differ.
const DEFAULT_PORT: u16 = 502;

impl Address {
    /// Reads `HOST[:PORT]`. With `allow_dns`, HOST may be any name.
    ///
    /// # Errors
    /// Quotes the text and says what is wrong with it.
    pub fn parse(text: &str, allow_dns: bool) -> Result<Self, InvalidAddress> {
        let refuse = |reason| InvalidAddress { text: text.to_owned(), reason };
        // An IPv6 address without brackets would else be read as a name with a port.
        if let Ok(ip) = text.parse() {
            return Ok(Self { host: Host::Ip(ip), port: DEFAULT_PORT });
        }
        if text.contains("://") {
            return Err(refuse("a Modbus address is HOST or HOST:PORT, without a scheme"));
        }
        if text.contains(['/', '?', '#', '@']) {
            return Err(refuse("a Modbus address is HOST or HOST:PORT and nothing else"));
        }
        // The last colon, but for those inside the brackets of an IPv6 address.
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                // A sign is none of a port's characters, though `parse` takes a plus.
                let number = port.strip_prefix('+').map_or(port, |_| "+").parse();
                (host, number.map_err(|_| refuse("the port is not a number up to 65535"))?)
            }
            _ => (text, DEFAULT_PORT),
        };
        if port == 0 {
            return Err(refuse("there is no port 0"));
        }
        let literal = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        if let Ok(ip) = literal.unwrap_or(host).parse() {
            return Ok(Self { host: Host::Ip(ip), port });
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
        Ok(Self { host: Host::Name(name), port })
    }

    /// What to hand to a resolver: a name stays a name, so that a charger may move.
    pub(crate) fn target(&self) -> (String, u16) {
        let host = match &self.host {
            Host::Ip(ip) => ip.to_string(),
            Host::Name(name) => name.clone(),
        };
        (host, self.port)
    }
}

/// Without the port where it is Modbus's own.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]")?,
            Host::Ip(IpAddr::V4(ip)) => write!(f, "{ip}")?,
            Host::Name(name) => f.write_str(name)?,
        }
        if self.port == DEFAULT_PORT { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// Labels of letters, digits and hyphens. A name of numbers only would be an address in a form
/// that programs read differently (`127.1`, `0x7f.1`).
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

    #[test]
    fn addresses_are_hosts_with_a_port() {
        for (text, shown, host, port) in [
            ("192.168.1.20", "192.168.1.20", "192.168.1.20", 502),
            ("192.168.1.20:502", "192.168.1.20", "192.168.1.20", 502),
            ("192.168.1.20:5020", "192.168.1.20:5020", "192.168.1.20", 5020),
            ("fe80::1", "[fe80::1]", "fe80::1", 502),
            ("[fe80:0::1]:5020", "[fe80::1]:5020", "fe80::1", 5020),
            ("localhost:5020", "localhost:5020", "localhost", 5020),
            ("NRGkick-1.local", "nrgkick-1.local", "nrgkick-1.local", 502),
        ] {
            let address = Address::parse(text, false).unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(address.target(), (host.to_owned(), port), "{text}");
        }
        assert!(Address::parse("charger.example.org:502", true).is_ok());
    }

    #[test]
    fn what_is_none_is_refused_with_its_text_and_the_reason() {
        for (text, reason) in [
            ("http://192.168.1.20", "without a scheme"),
            ("tcp://192.168.1.20:502", "without a scheme"),
            ("192.168.1.20/values", "nothing else"),
            ("user@192.168.1.20", "nothing else"),
            ("192.168.1.20:99999", "not a number up to 65535"),
            ("192.168.1.20:", "not a number up to 65535"),
            ("192.168.1.20:0", "no port 0"),
            ("charger.example.org", "--charger-allow-dns"),
            ("2130706433", "neither an IP address nor a name"),
            ("127.1", "neither an IP address nor a name"),
            ("a_b.local", "neither an IP address nor a name"),
            ("192.168.1.20:+1", "not a number up to 65535"),
            ("two words", "neither an IP address nor a name"),
            ("", "neither an IP address nor a name"),
        ] {
            let error = Address::parse(text, false).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(error.contains(&format!("{text:?}")), "{text}: {error}");
        }
    }
}
