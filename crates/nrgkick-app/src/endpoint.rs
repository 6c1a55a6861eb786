//! Where the charger is: behind a gateway, at an address of its own, or not known.
//!
//! Not here: how that is found out ([`search`](crate::search)).

use gateway_api::{Gateway, Upstream};

use crate::browser;
use crate::request_error::RequestError;
use crate::store::Credentials;

/// Where the charger is.
#[derive(Clone, Debug, PartialEq)]
pub enum Endpoint {
    /// Not known yet.
    Searching,
    /// Behind a gateway: the one that served the page, or one at an address of its own.
    Gateway(GatewayEndpoint),
    /// At an address of its own.
    Direct(DirectEndpoint),
    /// Nobody said. Holds why an address that was given cannot be used.
    NotSet(Option<String>),
}

/// A charger behind a gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct GatewayEndpoint {
    /// What paths begin with: relative to the page empty or `c/NAME`, else the gateway's origin.
    pub base: String,
    /// Who answers.
    pub info: Gateway,
    /// The token, as a password without a user. The gateway that served the page has its cookie.
    pub credentials: Option<Credentials>,
}

impl GatewayEndpoint {
    /// Whether it served the page itself.
    pub fn is_own(&self) -> bool {
        !self.base.contains("://")
    }
}

/// A charger, or a gateway before it, at an address of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectEndpoint {
    /// Scheme, host and port.
    pub origin: String,
    /// What it asks for, where it does.
    pub credentials: Option<Credentials>,
    /// Who is there.
    pub peer: Peer,
}

/// Who is at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Nobody has answered yet; a charger is asked as if it were one.
    Unknown,
    /// A charger.
    Charger,
    /// A gateway that does not answer this page, and says why.
    Refusing(RequestError),
}

impl Endpoint {
    /// A charger at `origin`, with the credentials that belong to exactly this origin.
    pub fn direct(origin: String, credentials: Option<Credentials>) -> Self {
        let credentials = credentials.filter(|credentials| credentials.origin == origin);
        Self::Direct(DirectEndpoint { origin, credentials, peer: Peer::Unknown })
    }

    /// What the serial number of the charger here is kept under.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Gateway(gateway) if gateway.is_own() => {
                let page = browser::window()?.location().pathname().ok()?;
                Some(page + &gateway.base)
            }
            Self::Gateway(gateway) => Some(gateway.base.clone()),
            Self::Direct(direct) => Some(direct.origin.clone()),
            Self::Searching | Self::NotSet(_) => None,
        }
    }

    /// What paths begin with where registers can be read; nothing where they cannot.
    pub fn registers(&self) -> Option<&GatewayEndpoint> {
        match self {
            Self::Gateway(gateway) if gateway.info.upstream == Upstream::Modbus => Some(gateway),
            _ => None,
        }
    }

    /// Whether a password or a token is sent there.
    pub const fn has_credentials(&self) -> bool {
        match self {
            Self::Gateway(gateway) => gateway.credentials.is_some(),
            Self::Direct(direct) => direct.credentials.is_some(),
            Self::Searching | Self::NotSet(_) => false,
        }
    }

    /// Whether there is somebody to ask for documents.
    pub fn is_usable(&self) -> bool {
        match self {
            Self::Gateway(_) => true,
            Self::Direct(direct) => !matches!(direct.peer, Peer::Refusing(_)),
            Self::Searching | Self::NotSet(_) => false,
        }
    }

    /// Whether every change would be refused.
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Gateway(gateway) if gateway.info.read_only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_stays_with_its_origin() {
        let credentials = Credentials {
            origin: "http://192.168.1.50".into(),
            username: "me".into(),
            password: "secret".into(),
        };
        let endpoint = |origin: &str| Endpoint::direct(origin.into(), Some(credentials.clone()));
        let Endpoint::Direct(same) = endpoint("http://192.168.1.50") else { panic!("direct") };
        assert!(same.credentials.is_some());
        let Endpoint::Direct(other) = endpoint("http://192.168.1.51") else { panic!("direct") };
        assert_eq!(other.credentials, None);
        assert!(!format!("{same:?}").contains("secret"), "never in a log");
    }
}
