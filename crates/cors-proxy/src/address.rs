//! A charger's address as an HTTP URL: `http`, a host, a port and nothing else.

use std::net::SocketAddr;

use charger_gateway::{Address, AddressDefaults, InvalidAddress};
use http::Uri;

/// Default port and example of a JSON API address.
const DEFAULTS: AddressDefaults = AddressDefaults { port: 80, example: "http://192.168.1.20" };

/// Parses `http://HOST[:PORT]`. With `allow_dns`, HOST may be any name.
///
/// # Errors
/// Quotes the text and gives the reason.
pub fn read_address(text: &str, allow_dns: bool) -> Result<Address, InvalidAddress> {
    let refuse = |reason| DEFAULTS.refuse(text, reason);
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
    // `text` and not `uri`, which drops a fragment and makes an empty path `/`.
    if text.contains(['?', '#']) || !matches!(uri.path(), "" | "/") {
        return Err(refuse("an address has no path and no query"));
    }
    let host = authority.host();
    let rest = authority.as_str().strip_prefix(host).unwrap_or_default();
    DEFAULTS.address(text, host, rest.strip_prefix(':'), allow_dns)
}

/// Where a charger was found; nothing as long as it was not.
pub(crate) fn found_at(place: Option<SocketAddr>) -> Address {
    DEFAULTS.at(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_url_of_a_host_and_a_port() {
        for (text, shown) in [
            ("http://192.168.1.20", "192.168.1.20"),
            ("http://192.168.1.20/", "192.168.1.20"),
            ("http://192.168.1.20:80", "192.168.1.20"),
            ("http://192.168.1.20:8090", "192.168.1.20:8090"),
            ("http://[fd00:0::1]:8090", "[fd00::1]:8090"),
            ("http://localhost:8090", "localhost:8090"),
            ("http://NRGkick-1.local", "nrgkick-1.local"),
            ("HTTP://127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(read_address(text, false).unwrap().to_string(), shown, "{text}");
        }
        let address = read_address("http://[::1]:8090", false).unwrap();
        assert_eq!(address.target(), Some(("::1".to_owned(), 8090)));
        assert!(read_address("http://charger.example.org", true).is_ok());
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
            ("http://169.254.169.254", "link-local"),
            ("http://[fe80::1]:8090", "link-local"),
            ("http://0.0.0.0", "no host at all"),
            ("http://127.1", "neither an IP address nor a name"),
            ("http://a_b.local", "neither an IP address nor a name"),
            ("http://evil.local.", "neither an IP address nor a name"),
            ("", "not an address"),
        ] {
            let error = read_address(text, false).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(error.contains(&format!("{text:?}")), "{text}: {error}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_refused_and_not_repeated() {
        let text = read_address("http://user:secret@192.168.1.20", false).unwrap_err().to_string();
        assert!(text.contains("--password-file") && !text.contains("secret"), "{text}");
    }
}
