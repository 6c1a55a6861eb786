//! Refuses requests of foreign web pages and with ambiguous heads.
//!
//! The rule for `Host` protects against DNS rebinding, where a foreign page's name resolves to this
//! server and `Origin` equals `Host`. It accepts only names that public DNS cannot point here: IP
//! literals, `localhost` and `*.local`; every other name must be declared. The rules for `Origin`
//! and `Sec-Fetch-Site` refuse foreign pages that use the server's own address.
//!
//! Not here: the identity of the caller ([`access`](crate::access)), and checks of a write, which
//! belong to the routes that write.

mod decide;
mod host;
#[cfg(test)]
mod tests;

use http::StatusCode;

pub use decide::decide;
pub(crate) use host::is_host;
pub use host::is_origin;

use crate::{ApiError, ConfigError};
use host::Host;

/// The guard's settings from a program's flags.
#[derive(Debug, Clone, Default)]
pub struct GuardConfig {
    hosts: Vec<String>,
    origins: Vec<String>,
    hostless: Vec<String>,
    any_host: bool,
}

impl GuardConfig {
    /// Allows further host names (any case, without a port) and foreign origins (exact).
    ///
    /// # Errors
    /// Names the flag and the value that is no host, or no origin in the form that browsers write.
    pub fn new(hosts: &[String], origins: &[String]) -> Result<Self, ConfigError> {
        let hosts = hosts
            .iter()
            .map(|value| match Host::parse(value) {
                Ok(host) if !value.contains(':') && host.is_name() => Ok(host.name.into_owned()),
                Ok(_) | Err(_) => Err(ConfigError::AllowHost { value: value.clone() }),
            })
            .collect::<Result<_, _>>()?;
        if let Some(value) = origins.iter().find(|value| !is_origin(value)) {
            return Err(ConfigError::AllowOrigin { value: value.clone() });
        }
        Ok(Self { hosts, origins: origins.to_vec(), hostless: Vec::new(), any_host: false })
    }

    /// Answers to every name, for a server that only one other server calls, which keeps strangers'
    /// pages away by a log-in and passes on the name by which it was called itself.
    #[must_use]
    pub fn with_any_host(mut self) -> Self {
        self.any_host = true;
        self
    }

    /// Exempts exact paths from the rule for `Host`, for clients without a usable one. Any web page
    /// can read these paths through rebinding.
    #[must_use]
    pub fn without_host_on(mut self, paths: &[&str]) -> Self {
        self.hostless = paths.iter().map(|path| (*path).to_owned()).collect();
        self
    }

    /// Returns the allowed foreign origins.
    #[must_use]
    pub fn origins(&self) -> &[String] {
        &self.origins
    }
}

/// The rule that refuses a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// No `Host`, or more than one.
    HostCount,
    /// `Host` is not a valid host.
    HostMalformed,
    /// The request's address names another host than `Host`.
    HostContradicted,
    /// `CONNECT` or a chunked body, which two servers may interpret differently.
    Ambiguous,
    /// The host is not one of this server's.
    HostUnknown,
    /// The request comes from a page of another origin.
    Origin,
    /// The request comes from a page of another site, according to `Sec-Fetch-Site`.
    CrossSite,
}

impl From<Denied> for ApiError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::HostCount => Self::bad_request("A request needs exactly one Host.").closing(),
            Denied::HostMalformed => Self::bad_request("Host cannot be read.").closing(),
            Denied::HostContradicted => {
                Self::bad_request("Host and the request's address differ.").closing()
            }
            Denied::Ambiguous => Self::bad_request(
                "Only requests to this server itself, with a Content-Length where there is a \
                 body, are answered.",
            )
            .closing(),
            Denied::HostUnknown => Self::new(
                StatusCode::MISDIRECTED_REQUEST,
                "unknown_host",
                "This server does not answer to that host name: use its IP address, or start it \
                 with --allow-host NAME.",
            ),
            Denied::Origin => Self::new(
                StatusCode::FORBIDDEN,
                "foreign_origin",
                "Pages of other origins may not call this server.",
            ),
            Denied::CrossSite => Self::new(
                StatusCode::FORBIDDEN,
                "cross_site",
                "Pages of other sites may not call this server.",
            ),
        }
    }
}
