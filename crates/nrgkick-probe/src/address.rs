//! The address of the charger: the values of `--charger` and `--modbus`.

use http_service::HostPort;

/// The usual ports.
const HTTP_PORT: u16 = 80;
const MODBUS_PORT: u16 = 502;

/// Parses `http://192.168.1.50`, or the same without `http://`.
///
/// # Errors
/// Says what was expected.
pub fn http(text: &str) -> Result<HostPort, String> {
    let bare = text.strip_prefix("http://").unwrap_or(text);
    let bare = bare.strip_suffix('/').unwrap_or(bare);
    parse(bare, HTTP_PORT)
        .ok_or_else(|| format!("{text:?} is no address such as http://192.168.1.50"))
}

/// Parses `192.168.1.50` or `192.168.1.50:502`.
///
/// # Errors
/// Says what was expected.
pub fn modbus(text: &str) -> Result<HostPort, String> {
    parse(text, MODBUS_PORT)
        .ok_or_else(|| format!("{text:?} is no address such as 192.168.1.50 or 192.168.1.50:502"))
}

fn parse(text: &str, usual: u16) -> Option<HostPort> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, rest.strip_prefix(':').or(rest.is_empty().then_some(""))?)
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    let is_ended = text.ends_with(':');
    let port = if port.is_empty() && !is_ended { usual } else { port.parse().ok()? };
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte);
    let fits = !host.is_empty() && port != 0 && host.bytes().all(is_host);
    fits.then(|| HostPort { host: host.to_owned(), port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_hosts_with_ports() {
        let shown = |address: Result<HostPort, String>| address.unwrap().to_string();
        assert_eq!(shown(http("http://192.168.1.50")), "192.168.1.50:80");
        assert_eq!(shown(http("nrgkick2.local:8080/")), "nrgkick2.local:8080");
        assert_eq!(shown(http("http://[fd00::1]")), "[fd00::1]:80");
        assert_eq!(shown(modbus("192.168.1.50")), "192.168.1.50:502");
        for wrong in ["", "https://a", "http://u@a", "a:", "a:0", "a:70000", "a/info", "[x]", "a b"]
        {
            let error = http(wrong).unwrap_err();
            assert!(error.contains("http://192.168.1.50"), "{error}");
            assert!(modbus(wrong).is_err());
        }
    }
}
