//! Which requests are answered at all.
//!
//! The rule for `Host` is what protects against rebinding, where a foreign page's name is made to
//! point here and `Origin` equals `Host`: *could someone who controls public DNS point this name
//! here?* Not an IP literal, not `localhost`, not `*.local`; every other name must be declared.
//! `Origin` and `Sec-Fetch-Site` then refuse foreign pages that address the server honestly.
//!
//! Not here: who the caller is ([`access`](crate::access)), and anything about a write, which
//! belongs to the routes that write.

mod decide;
mod host;
#[cfg(test)]
mod tests;

use http::StatusCode;

pub use decide::decide;
pub use host::is_origin;

use crate::{ApiError, ConfigError};
use host::Host;

/// What a program's flags add to the guard's own rules.
#[derive(Debug, Clone, Default)]
pub struct GuardConfig {
    hosts: Vec<String>,
    origins: Vec<String>,
    hostless: Vec<String>,
}

impl GuardConfig {
    /// Allows further host names (any case, without a port) and foreign origins (exact).
    ///
    /// # Errors
    /// Names the flag and the value that is no host, or no origin as browsers write it.
    pub fn new(hosts: &[String], origins: &[String]) -> Result<Self, ConfigError> {
        let hosts = hosts
            .iter()
            .map(|value| match Host::parse(value) {
                Ok(host) if !value.contains(':') && host.is_name() => Ok(host.name),
                Ok(_) | Err(_) => Err(ConfigError::AllowHost { value: value.clone() }),
            })
            .collect::<Result<_, _>>()?;
        if let Some(value) = origins.iter().find(|value| !is_origin(value)) {
            return Err(ConfigError::AllowOrigin { value: value.clone() });
        }
        Ok(Self { hosts, origins: origins.to_vec(), hostless: Vec::new() })
    }

    /// Exempts exact paths from the rule for `Host`, for clients that send none that is usable.
    /// Whatever is there can be read by any web page through rebinding.
    #[must_use]
    pub fn without_host_on(mut self, paths: &[&str]) -> Self {
        self.hostless = paths.iter().map(|path| (*path).to_owned()).collect();
        self
    }

    /// The foreign origins that are allowed.
    #[must_use]
    pub fn origins(&self) -> &[String] {
        &self.origins
    }
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// No `Host`, or more than one.
    HostCount,
    /// `Host` is no host.
    HostMalformed,
    /// The request's address names another host than `Host`.
    HostContradicted,
    /// A proxy's method or a chunked body, of which a server may disagree with another.
    Ambiguous,
    /// A host that is not this server's.
    HostUnknown,
    /// From a page of another origin.
    Origin,
    /// From a page of another site, as the browser says.
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
