//! Where a charger is: the value of `--charger`, understood once and for all.
//!
//! No request can change it, and it must be a place that nobody on the internet can move: an IP
//! address, `localhost` or a `*.local` name. Not here: connecting.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

/// A charger's address: `http`, a host, a port and nothing else.
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
#[error("--charger {text:?}: {reason} (example: http://192.168.1.20)")]
pub struct InvalidAddress {
    text: String,
    reason: &'static str,
}

/// A charger listens here; only the simulator and forwarded ports differ.
const DEFAULT_PORT: u16 = 80;

impl Address {
    /// Reads `http://HOST[:PORT]`. With `allow_dns`, HOST may be any name.
    ///
    /// # Errors
    /// Quotes the text and says what is wrong with it. A password in it is not repeated.
    pub fn parse(text: &str, allow_dns: bool) -> Result<Self, InvalidAddress> {
        let refuse = |reason| InvalidAddress { text: without_userinfo(text), reason };
        let uri: Uri = text.parse().map_err(|_| refuse("not an address"))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(refuse("a charger speaks plain http, not https")),
            _ => return Err(refuse("an address begins with http://")),
        }
        let authority = uri.authority().ok_or_else(|| refuse("there is no host"))?;
        if authority.as_str().contains('@') {
            let reason = "user name and password belong in --username and --password-file";
            return Err(refuse(reason));
        }
        // `text` and not `uri`, which knows no fragment and makes an empty path `/`.
        if text.contains(['?', '#']) || !matches!(uri.path(), "" | "/") {
            return Err(refuse("an address has no path and no query"));
        }
        let host = authority.host();
        let rest = authority.as_str().strip_prefix(host).unwrap_or_default();
        let port = match rest.strip_prefix(':') {
            None => DEFAULT_PORT,
            Some(digits) => digits
                .parse()
                .ok()
                .filter(|port| *port > 0 && digits.bytes().all(|b| b.is_ascii_digit()))
                .ok_or_else(|| refuse("the port is not a number from 1 to 65535"))?,
        };
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

/// As the `Host` header has it: without the port where it is 80.
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

fn without_userinfo(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((_, rest)) => format!("***@{rest}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_hosts_with_a_port() {
        for (text, shown) in [
            ("http://192.168.1.20", "192.168.1.20"),
            ("http://192.168.1.20/", "192.168.1.20"),
            ("http://192.168.1.20:80", "192.168.1.20"),
            ("http://192.168.1.20:8090", "192.168.1.20:8090"),
            ("http://[fe80:0::1]:8090", "[fe80::1]:8090"),
            ("http://localhost:8090", "localhost:8090"),
            ("http://NRGkick-1.local", "nrgkick-1.local"),
            ("HTTP://127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(Address::parse(text, false).unwrap().to_string(), shown, "{text}");
        }
        let address = Address::parse("http://[::1]:8090", false).unwrap();
        assert_eq!(address.target(), ("::1".to_owned(), 8090));
        assert!(Address::parse("http://charger.example.org", true).is_ok());
    }

    #[test]
    fn what_is_none_is_refused_with_its_text_and_the_reason() {
        for (text, reason) in [
            ("192.168.1.20", "begins with http://"),
            ("charger", "begins with http://"),
            ("https://192.168.1.20", "not https"),
            ("ftp://192.168.1.20", "begins with http://"),
            ("http://", "not an address"),
            ("http://192.168.1.20/control", "no path"),
            ("http://192.168.1.20?x", "no path"),
            ("http://192.168.1.20#x", "no path"),
            ("http://192.168.1.20:99999", "not a number from 1"),
            ("http://192.168.1.20:", "not a number from 1"),
            ("http://192.168.1.20:+80", "not a"),
            ("http://192.168.1.20:0", "not a number from 1"),
            ("http://charger.example.org", "--charger-allow-dns"),
            ("http://2130706433", "neither an IP address nor a name"),
            ("http://127.1", "neither an IP address nor a name"),
            ("http://a_b.local", "neither an IP address nor a name"),
            ("http://evil.local.", "neither an IP address nor a name"),
            ("", "not an address"),
        ] {
            let error = Address::parse(text, false).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(error.contains(&format!("{text:?}")), "{text}: {error}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        let error = Address::parse("http://user:secret@192.168.1.20", false).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("--password-file") && !text.contains("secret"), "{text}");
    }
}
