//! The address of a charger as people type it, as an origin.

use crate::words::settings;

/// The origin of `text`: scheme, host and, where it is not the usual one, port.
///
/// # Errors
/// A sentence that names what is wrong.
pub fn origin(text: &str) -> Result<String, String> {
    let text = text.trim();
    let shown: String = text.chars().take(60).collect();
    if text.is_empty() {
        return Err(settings::address_missing().to_owned());
    }
    let parts =
        text.split_once(':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)));
    let (scheme, rest) = match parts {
        None => ("http", text),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => ("http", rest),
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => ("https", rest),
        Some((scheme, _)) => {
            return Err(settings::address_scheme(scheme));
        }
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.contains('@') {
        return Err(settings::address_password().to_owned());
    }
    let wrong = || settings::address_wrong(&shown);
    let (host, port) = split_port(authority).ok_or_else(wrong)?;
    let ipv6 = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let known = match ipv6 {
        Some(inner) => is_ipv6(inner),
        None => is_host(host),
    };
    if !known {
        return Err(wrong());
    }
    let host = host.to_ascii_lowercase();
    match (scheme, port) {
        (_, None) | ("http", Some(80)) | ("https", Some(443)) => Ok(format!("{scheme}://{host}")),
        (_, Some(port)) => Ok(format!("{scheme}://{host}:{port}")),
    }
}

/// Whether `text` can only be an address: it has a scheme, a dot or a port. A gateway's names for
/// its chargers have none of these.
pub fn is_explicit(text: &str) -> bool {
    text.contains(['.', ':'])
}

/// Whether the host of `origin` is a name, which somebody has to know, and not a number.
pub fn is_name(origin: &str) -> bool {
    let host = origin.split_once("://").map_or("", |(_, authority)| authority);
    let host = split_port(host).map_or(host, |(host, _)| host);
    !host.is_empty()
        && host.contains(|sign: char| !(sign.is_ascii_digit() || ".[]:".contains(sign)))
        && !host.starts_with('[')
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => {
            let digits = port.bytes().all(|b| b.is_ascii_digit());
            let port = port.parse().ok().filter(|port| digits && *port != 0)?;
            Some((host, Some(port)))
        }
        _ => Some((authority, None)),
    }
}

/// Letters, digits, dots, hyphens; four numbers where it looks like an IPv4 address.
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return host.split('.').filter(|part| part.parse::<u8>().is_ok()).count() == 4
            && host.split('.').count() == 4;
    }
    host.split('.').all(label)
}

/// Close enough: what is wrong in finer ways the browser refuses to fetch from.
fn is_ipv6(host: &str) -> bool {
    host.contains(':') && host.bytes().all(|b| b.is_ascii_hexdigit() || b == b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_from_a_number() {
        for name in ["http://nrgkick.local", "http://charger:8080", "https://a1.example"] {
            assert!(is_name(name), "{name}");
        }
        for number in ["http://192.168.1.50", "http://10.0.0.1:81", "http://[fe80::1]:80", ""] {
            assert!(!is_name(number), "{number}");
        }
    }

    #[test]
    fn what_people_type_becomes_an_origin() {
        for (text, expected) in [
            ("192.168.1.50", "http://192.168.1.50"),
            (" http://192.168.1.50/ ", "http://192.168.1.50"),
            ("nrgkick2.local", "http://nrgkick2.local"),
            ("HTTP://NRGkick.local:80", "http://nrgkick.local"),
            ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
            ("https://charger.example:443", "https://charger.example"),
            ("[fe80::1]:8090", "http://[fe80::1]:8090"),
        ] {
            assert_eq!(origin(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_named() {
        for text in [
            "",
            "not an address",
            "http://",
            "ftp://192.168.1.50",
            "192.168.1",
            "192.168.1.500",
            "http://user:pass@192.168.1.50",
            "192.168.1.50:99999",
            "192.168.1.50:0",
            "host:",
            "192.168.1.50/info",
            "javascript:alert(1)",
            "[fe80::x]",
        ] {
            let error = origin(text).unwrap_err();
            assert!(error.ends_with('.'), "{text}: {error}");
        }
    }
}
