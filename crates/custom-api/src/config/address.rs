//! Addresses of sources: on the local network, or of a host that the file allows by name.
//!
//! A source is polled every few seconds with whatever secrets it has; a typing error must not send
//! them to the internet.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use http::Uri;
use http_service::HostPort;

/// The address of an HTTP source.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Url {
    /// Host and port to connect to.
    pub at: HostPort,
    /// The request target, beginning with a slash. Its query may hold a secret.
    pub target: String,
    /// Set for `https`.
    pub is_tls: bool,
}

impl Url {
    /// Returns the port that needs not be written.
    pub const fn usual_port(&self) -> u16 {
        if self.is_tls { 443 } else { 80 }
    }

    /// Returns the host for a request: with the port unless it is the usual one.
    pub fn authority(&self) -> String {
        let authority = self.at.to_string();
        // Some devices reject a `Host` header with the usual port.
        let usual = format!(":{}", self.usual_port());
        authority.strip_suffix(&usual).map(str::to_owned).unwrap_or(authority)
    }
}

/// Omits the query, which may hold a secret.
impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, mark) = match self.target.split_once('?') {
            Some((path, _)) => (path, "?…"),
            None => (self.target.as_str(), ""),
        };
        let scheme = if self.is_tls { "https" } else { "http" };
        write!(f, "{scheme}://{}{path}{mark}", self.authority())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}

/// Parses `http://HOST[:PORT]/PATH`, or with `https`.
pub(super) fn url(text: &str, allowed: &[String]) -> Result<Url, String> {
    let example = "write it as http://192.168.1.20/path";
    let uri: Uri = text.parse().map_err(|_| format!("this is no address; {example}"))?;
    let is_tls = match uri.scheme_str() {
        Some("http") => false,
        Some("https") => true,
        _ => return Err(format!("an address begins with http:// or https://; {example}")),
    };
    let authority = uri.authority().ok_or_else(|| format!("there is no host; {example}"))?;
    if authority.as_str().contains('@') {
        return Err(
            "user name and password do not belong here; write username and password_file, \
                    or put an Authorization line into a file and name it with headers_file"
                .to_owned(),
        );
    }
    let at = host_port(authority.as_str(), if is_tls { 443 } else { 80 }, allowed)?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    // `http://192.168.1.20?key=1` has a query and no path.
    let slash = if target.starts_with('/') { "" } else { "/" };
    Ok(Url { at, target: format!("{slash}{target}"), is_tls })
}

/// Parses `HOST[:PORT]`.
pub(super) fn host_port(text: &str, port: u16, allowed: &[String]) -> Result<HostPort, String> {
    let no_host =
        || format!("{text:?} is no host; write it as 192.168.1.20 or 192.168.1.20:{port}");
    let (host, rest) = match text.strip_prefix('[') {
        Some(inner) => inner.split_once(']').ok_or_else(no_host)?,
        None => text.find(':').map_or((text, ""), |at| text.split_at(at)),
    };
    let port = match rest.strip_prefix(':') {
        None if rest.is_empty() => port,
        Some(digits) => digits.parse().ok().filter(|port| *port != 0).ok_or_else(no_host)?,
        None => return Err(no_host()),
    };
    let is_name_byte = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
    let address: Option<IpAddr> = host.parse().ok();
    if address.is_none() && (host.is_empty() || !host.bytes().all(is_name_byte)) {
        return Err(no_host());
    }
    let host = address.map_or_else(|| host.to_ascii_lowercase(), |address| address.to_string());
    let is_local = match address {
        Some(address) => is_on_lan(address),
        None => host == "localhost" || host.ends_with(".local"),
    };
    if is_local || allowed.contains(&host) {
        return Ok(HostPort { host, port });
    }
    let why = match address {
        None if host == "fritz.box" || host.ends_with(".fritz.box") => {
            " (the FRITZ!Box gives such names, and so does the internet)"
        }
        None if !host.contains('.') => " (a name as the router or Docker gives it)",
        _ => "",
    };
    Err(format!(
        "{host} is not known to be on the local network{why}; if it is meant, name it at the top: \
         allow_hosts = [\"{host}\"]{}",
        if why.is_empty() { "" } else { ", or write the IP address" }
    ))
}

/// `true` for private, loopback and link-local addresses.
fn is_on_lan(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => {
            v6 == Ipv6Addr::LOCALHOST || v6.is_unique_local() || v6.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_network_needs_no_permission() {
        for (text, shown) in [
            ("http://192.168.1.20/status", "http://192.168.1.20/status"),
            ("http://10.0.0.1:8080", "http://10.0.0.1:8080/"),
            ("http://[fe80::1]/a?key=secret", "http://[fe80::1]/a?…"),
            ("http://[fd00::1]:81/", "http://[fd00::1]:81/"),
            ("http://localhost:1/x", "http://localhost:1/x"),
            ("http://localhost:1?x=1", "http://localhost:1/?…"),
            ("http://Meter.local/", "http://meter.local/"),
            ("http://169.254.3.4/", "http://169.254.3.4/"),
            ("https://192.168.1.20", "https://192.168.1.20/"),
            ("https://192.168.1.20:80/a", "https://192.168.1.20:80/a"),
        ] {
            assert_eq!(url(text, &[]).unwrap().to_string(), shown);
        }
    }

    #[test]
    fn elsewhere_is_named_or_refused() {
        for text in [
            "http://example.org/",
            "http://8.8.8.8/",
            "http://172.32.0.1/",
            "http://[2001:db8::1]/",
            "http://[::ffff:8.8.8.8]/",
            "http://evil.local.example.org/",
            "http://0.0.0.0/",
            "http://fritz.box/",
            "http://2130706433/",
        ] {
            let error = url(text, &[]).unwrap_err();
            assert!(error.contains("allow_hosts"), "{text}: {error}");
        }
        assert!(url("http://Fritz.Box/", &["fritz.box".to_owned()]).is_ok());
    }

    #[test]
    fn what_is_no_address_is_refused_in_words_and_without_its_password() {
        for (text, reason) in [
            ("192.168.1.20", "begins with http://"),
            ("http://192.168.1.20:0/", "no host"),
            ("http://192.168.1.20:99999/", "no "),
            ("", "no address"),
        ] {
            let error = url(text, &[]).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
        let error = url("http://me:secret@192.168.1.20/", &[]).unwrap_err();
        assert!(error.contains("headers_file") && !error.contains("secret"), "{error}");
    }
}
