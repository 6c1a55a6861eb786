//! A host with a port: where something is that is connected to.

use std::fmt;

/// A host and a port. Which hosts may be named is up to whoever parses it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostPort {
    /// An IP address without brackets, or a name.
    pub host: String,
    /// 1 to 65535.
    pub port: u16,
}

/// As in a URL: IPv6 in brackets, always with the port.
impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}
