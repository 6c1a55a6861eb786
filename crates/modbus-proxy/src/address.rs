//! A charger's address for Modbus: a host and a port.

use std::net::{Ipv6Addr, SocketAddr};

use charger_gateway::{Address, AddressDefaults, InvalidAddress};

/// Default port and example of a Modbus/TCP address.
const DEFAULTS: AddressDefaults = AddressDefaults { port: PORT, example: "192.168.1.20" };

/// The port of every real charger. No announcement names it.
pub const PORT: u16 = 502;

/// Parses `HOST[:PORT]`. With `allow_dns`, HOST may be any name.
///
/// # Errors
/// Quotes the text and gives the reason.
pub fn read_address(text: &str, allow_dns: bool) -> Result<Address, InvalidAddress> {
    let refuse = |reason| DEFAULTS.refuse(text, reason);
    if text.contains("://") {
        return Err(refuse("a Modbus address is HOST or HOST:PORT, without a scheme"));
    }
    if text.contains(['/', '?', '#', '@']) {
        return Err(refuse("a Modbus address is HOST or HOST:PORT and nothing else"));
    }
    // Split at the last colon, unless it belongs to an IPv6 address, with brackets or without.
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') && text.parse::<Ipv6Addr>().is_err() => {
            (host, Some(port))
        }
        _ => (text, None),
    };
    DEFAULTS.address(text, host, port, allow_dns)
}

/// Where a charger was found; nothing as long as it was not.
pub(crate) fn found_at(place: Option<SocketAddr>) -> Address {
    DEFAULTS.at(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_with_a_port() {
        for (text, shown, host, port) in [
            ("192.168.1.20", "192.168.1.20", "192.168.1.20", 502),
            ("192.168.1.20:502", "192.168.1.20", "192.168.1.20", 502),
            ("192.168.1.20:5020", "192.168.1.20:5020", "192.168.1.20", 5020),
            ("fd00::1", "[fd00::1]", "fd00::1", 502),
            ("[fd00:0::1]", "[fd00::1]", "fd00::1", 502),
            ("[fd00:0::1]:5020", "[fd00::1]:5020", "fd00::1", 5020),
            ("localhost:5020", "localhost:5020", "localhost", 5020),
            ("NRGkick-1.local", "nrgkick-1.local", "nrgkick-1.local", 502),
        ] {
            let address = read_address(text, false).unwrap();
            assert_eq!(address.to_string(), shown);
            assert_eq!(address.target(), Some((host.to_owned(), port)), "{text}");
        }
        assert!(read_address("charger.example.org:502", true).is_ok());
    }

    #[test]
    fn what_is_none_is_refused_with_its_text_and_the_reason() {
        for (text, reason) in [
            ("http://192.168.1.20", "without a scheme"),
            ("tcp://192.168.1.20:502", "without a scheme"),
            ("192.168.1.20/values", "nothing else"),
            ("user@192.168.1.20", "nothing else"),
            ("192.168.1.20:99999", "not a number from 1"),
            ("192.168.1.20:", "not a number from 1"),
            ("192.168.1.20:0", "not a number from 1"),
            ("192.168.1.20:+1", "not a number from 1"),
            ("charger.example.org", "--charger-allow-dns"),
            ("2130706433", "neither an IP address nor a name"),
            ("169.254.169.254:502", "link-local"),
            ("fe80::1", "link-local"),
            ("127.1", "neither an IP address nor a name"),
            ("a_b.local", "neither an IP address nor a name"),
            ("two words", "neither an IP address nor a name"),
            ("", "neither an IP address nor a name"),
        ] {
            let error = read_address(text, false).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            // Text before an `@` may be a password.
            let shown = if text.contains('@') { "***@" } else { text };
            assert!(error.contains(shown), "{text}: {error}");
        }
    }
}
