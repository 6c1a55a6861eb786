//! The hosts in a text: where the keys of sources, brokers and log-ins have them.

use std::ops::Range;

/// The keys that hold an address, and `mqtt`, which holds one unless it is the name of a broker.
pub(super) const KEYS: [&str; 4] = ["http", "modbus", "mqtt", "address"];

/// Returns the place of host and port in the content of one of [`KEYS`].
fn authority(text: &str) -> Range<usize> {
    let start = text.find("://").map_or(0, |at| at + 3);
    let rest = &text[start..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    start..start + end
}

/// Splits `HOST[:PORT]`; the port with its colon, empty without one.
fn split(authority: &str) -> (&str, &str) {
    let end = match authority.strip_prefix('[') {
        Some(inner) => inner.find(']').map_or(authority.len(), |at| at + 2),
        None => authority.find(':').unwrap_or(authority.len()),
    };
    authority.split_at(end)
}

/// Returns the host in the content of one of [`KEYS`], without its port, in lower case.
pub(super) fn host(text: &str) -> String {
    split(&text[authority(text)]).0.to_ascii_lowercase()
}

/// Puts `to`, with or without a port, in place of the host `from`; `None` if it is another one.
pub(super) fn replaced(text: &str, from: &str, to: &str) -> Option<String> {
    if host(text) != from.to_ascii_lowercase() {
        return None;
    }
    let at = authority(text);
    let port = split(&text[at.clone()]).1;
    let port = if split(to).1.is_empty() { port } else { "" };
    Some(format!("{}{to}{port}{}", &text[..at.start], &text[at.end..]))
}

/// Checks that a text is `HOST[:PORT]` and nothing else.
///
/// # Errors
/// The message.
pub(super) fn check(text: &str) -> Result<(), String> {
    let (host, port) = split(text);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_host = !bare.is_empty()
        && bare.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte));
    let is_port = port.is_empty()
        || port.strip_prefix(':').and_then(|port| port.parse::<u16>().ok()).is_some();
    if is_host && is_port {
        return Ok(());
    }
    Err(format!("{text:?} is no host; write it as 192.168.1.20 or 192.168.1.20:8080"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_replaced_and_the_rest_stays() {
        for (text, to, expected) in [
            ("http://a.local/x?y=a.local", "b", "http://b/x?y=a.local"),
            ("https://A.local:8443/x", "b", "https://b:8443/x"),
            ("https://a.local:8443/x", "b:1", "https://b:1/x"),
            ("a.local:502", "[fd00::1]", "[fd00::1]:502"),
            ("a.local", "b:1502", "b:1502"),
        ] {
            assert_eq!(replaced(text, "a.local", to).as_deref(), Some(expected));
        }
        assert_eq!(replaced("http://ba.local/", "a.local", "c"), None);
        assert_eq!(host("http://[FD00::1]:80/"), "[fd00::1]");
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for text in ["192.168.1.20", "b.local:80", "[fd00::1]:502", "homeassistant"] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        for text in ["", "http://b/", "b/x", "b:x", "b c", "b:70000", "me@b"] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
