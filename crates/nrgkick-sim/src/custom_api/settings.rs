//! The server to poll, the interval, and the form of requests.
//!
//! The manufacturer documents two paths and "a maximum interval of 7 s". Everything else here is
//! unknown for the device, so it is a setting.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http::Uri;
use serde::{Serialize, Serializer};

/// The poller's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The server; nothing is fetched without one.
    pub url: Option<ServerUrl>,
    /// The pause between fetches.
    pub every: Every,
    /// The form of requests.
    pub manner: Manner,
    /// Limits on time and bytes of an answer.
    pub limits: Limits,
}

/// A server address: `http://HOST` or `http://HOST:PORT`, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerUrl {
    host: String,
    port: u16,
}

impl ServerUrl {
    /// Returns host and port; an IPv6 address is in brackets.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Returns the value of the header `Host`, without the default port.
    pub(super) fn host_header(&self) -> String {
        if self.port == Self::USUAL_PORT { self.host.clone() } else { self.authority() }
    }

    const USUAL_PORT: u16 = 80;
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}:{}", self.host, self.port)
    }
}

impl Serialize for ServerUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text is not a usable server address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not of the form http://HOST:PORT, which is all that the app takes")]
pub struct InvalidUrl {
    text: String,
}

impl FromStr for ServerUrl {
    type Err = InvalidUrl;

    fn from_str(text: &str) -> Result<Self, InvalidUrl> {
        let read = || {
            let uri: Uri = text.parse().ok()?;
            let authority = uri.authority()?;
            let is_bare = uri.scheme_str() == Some("http")
                && uri.path() == "/"
                && uri.query().is_none()
                && !authority.as_str().contains('@');
            let host = authority.host().to_owned();
            // Not with `port()`, which ignores an invalid port.
            let port = match authority.as_str().strip_prefix(&host)? {
                "" => Self::USUAL_PORT,
                port => port.strip_prefix(':')?.parse().ok().filter(|port| *port != 0)?,
            };
            (is_bare && !host.is_empty()).then_some(Self { host, port })
        };
        read().ok_or_else(|| InvalidUrl { text: text.to_owned() })
    }
}

/// A pause between fetches, drawn anew each time, 10 ms to 1 h.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    least: Duration,
    most: Duration,
}

impl Default for Every {
    /// 5 to 7 s: values "shall be updated with maximum interval of 7s".
    fn default() -> Self {
        Self { least: Duration::from_secs(5), most: Duration::from_secs(7) }
    }
}

impl Every {
    /// The shortest time between two fetches.
    pub const MIN: Duration = Duration::from_millis(10);
    /// The longest.
    pub const MAX: Duration = Duration::from_secs(3600);

    /// Returns `None` if the bounds are out of order, or outside 10 ms to 1 h.
    pub fn new(least: Duration, most: Duration) -> Option<Self> {
        let fits = Self::MIN <= least && least <= most && most <= Self::MAX;
        fits.then_some(Self { least, most })
    }

    /// The shortest and the longest pause.
    pub const fn bounds(self) -> [Duration; 2] {
        [self.least, self.most]
    }

    pub(super) fn draw(self) -> Duration {
        rand::random_range(self.least..=self.most)
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.least == self.most {
            write!(f, "{:?}", self.least)
        } else {
            write!(f, "{:?}-{:?}", self.least, self.most)
        }
    }
}

/// The form of requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manner {
    /// Reuses connections. Off by default, as the manufacturer's example closes after each answer.
    pub keep_alive: bool,
    /// Version of HTTP.
    pub version: HttpVersion,
    /// Sends a header `Host`.
    pub host: bool,
}

impl Default for Manner {
    fn default() -> Self {
        Self { keep_alive: false, version: HttpVersion::Http11, host: true }
    }
}

/// Version of HTTP in a request.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize, serde::Deserialize,
)]
pub enum HttpVersion {
    /// HTTP/1.0.
    #[value(name = "1.0")]
    #[serde(rename = "1.0")]
    Http10,
    /// HTTP/1.1.
    #[value(name = "1.1")]
    #[serde(rename = "1.1")]
    Http11,
}

impl From<HttpVersion> for http::Version {
    fn from(version: HttpVersion) -> Self {
        match version {
            HttpVersion::Http10 => Self::HTTP_10,
            HttpVersion::Http11 => Self::HTTP_11,
        }
    }
}

/// Limits on the answer to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest time for the whole exchange, the connection included.
    pub exchange: Duration,
    /// Most bytes of a body; a full document has about 2000.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(2), exchange: Duration::from_secs(5), body: 64 * 1024 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_a_host_and_a_port() {
        for (text, shown, host) in [
            ("http://127.0.0.1:8082", "http://127.0.0.1:8082", "127.0.0.1:8082"),
            ("http://house.local", "http://house.local:80", "house.local"),
            ("http://[::1]:1000/", "http://[::1]:1000", "[::1]:1000"),
        ] {
            let url: ServerUrl = text.parse().unwrap();
            assert_eq!((url.to_string().as_str(), url.host_header().as_str()), (shown, host));
        }
    }

    #[test]
    fn what_the_app_could_not_take_is_refused() {
        for text in [
            "",
            "house:8082",
            "https://house",
            "http://house/api/v1/values.json",
            "http://house?x",
            "http://u:p@house",
            "http://house:",
            "http://house:0",
            "http://house:70000",
            "http://:8082",
        ] {
            let error = text.parse::<ServerUrl>().expect_err(text);
            assert!(error.to_string().contains("http://HOST:PORT"), "{error}");
        }
    }

    #[test]
    fn a_pause_is_drawn_within_its_bounds() {
        let every = Every::default();
        let drawn: Vec<_> = (0..1000).map(|_| every.draw()).collect();
        let [least, most] = every.bounds();
        assert!(drawn.iter().all(|pause| (least..=most).contains(pause)));
        assert!(drawn.iter().any(|pause| *pause != drawn[0]), "it is drawn anew");
        let s = Duration::from_secs;
        assert_eq!(Every::new(s(7), s(5)), None);
        assert_eq!(Every::new(Duration::ZERO, s(5)), None);
        assert_eq!(Every::new(s(5), s(3601)), None);
        assert_eq!(Every::new(s(6), s(6)).unwrap().to_string(), "6s");
    }
}
