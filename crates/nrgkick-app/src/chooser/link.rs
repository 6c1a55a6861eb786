//! The address of this page that opens one charger, here or on a phone.
//!
//! Plain logic over texts. It never holds a password or a token.

use std::fmt::Write as _;

use crate::address;

/// `page` with `value` as its parameter `name`.
pub fn with(page: &str, name: &str, value: &str) -> String {
    let mut link = format!("{page}?{name}=");
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte) {
            link.push(char::from(byte));
        } else {
            // Writing into a text cannot fail.
            let _ = write!(link, "%{byte:02X}");
        }
    }
    link
}

/// Whether `origin` means the device that it is used on, so that no other one can open it: a
/// loopback address, or a file.
pub fn is_this_device(origin: &str) -> bool {
    let Ok(origin) = address::origin(origin) else { return true };
    let authority = origin.split_once("//").map_or("", |(_, authority)| authority);
    // The origin of a file.
    if authority == "null" {
        return true;
    }
    let host = match authority.strip_prefix('[') {
        Some(ipv6) => ipv6.split(']').next(),
        None => authority.split(':').next(),
    };
    let host = host.unwrap_or_default();
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "::1"
        || (host.starts_with("127.") && host.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_is_written_so_that_it_stays_one_value() {
        let page = "http://192.168.1.10:8080/panel/";
        let linked = |value| with(page, "charger", value);
        assert_eq!(linked("garage-2"), format!("{page}?charger=garage-2"));
        let origin = "http://192.168.1.50:8090";
        assert_eq!(linked(origin), format!("{page}?charger={origin}"));
        assert_eq!(linked("a&token=ü #%"), format!("{page}?charger=a%26token%3D%C3%BC%20%23%25"));
    }

    #[test]
    fn a_phone_cannot_open_what_means_this_device() {
        for here in [
            "http://localhost:8080",
            "http://127.0.0.1",
            "http://[::1]:80",
            "https://a.localhost",
            "null",
            "",
        ] {
            assert!(is_this_device(here), "{here}");
        }
        for there in [
            "http://192.168.1.10:8080",
            "http://panel.local",
            "http://127.example",
            "http://[fe80::1]",
        ] {
            assert!(!is_this_device(there), "{there}");
        }
    }
}
