//! The endpoint at which the charger is reached: a gateway, an address of its own, none but the demo
//! in the page, or not known.
//!
//! Not here: finding it ([`discovery`](crate::discovery)).

use gateway_api::{Gateway, Upstream};

use crate::browser;
use crate::request_error::RequestError;
use crate::store::Credentials;

/// The parameter of the address bar that asks for the demo, and names its scenario.
pub const DEMO: &str = "demo";

/// The endpoint at which the charger is reached.
#[derive(Clone, Debug, PartialEq)]
pub enum Endpoint {
    /// Not known yet.
    Searching,
    /// Behind a gateway: the one that served the page, or one at an address of its own.
    Gateway(GatewayEndpoint),
    /// At an address of its own.
    Direct(DirectEndpoint),
    /// A simulated charger in the page, in the scenario that the address bar names.
    Demo(String),
    /// No address was given. Holds why one that was given cannot be used.
    NotSet(Option<String>),
}

/// A charger behind a gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct GatewayEndpoint {
    /// The prefix of all paths: empty or `c/NAME`, relative to the page, else the gateway's origin.
    pub base: String,
    /// The answer to `/api`.
    pub info: Gateway,
    /// The token, as a password without a user. The gateway that served the page has its cookie.
    pub credentials: Option<Credentials>,
}

impl GatewayEndpoint {
    /// Whether it is the gateway that served the page.
    pub fn is_own(&self) -> bool {
        !self.base.contains("://")
    }
}

/// A charger, or a gateway before it, at an address of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct DirectEndpoint {
    /// Scheme, host and port.
    pub origin: String,
    /// Its credentials, where it asks for some.
    pub credentials: Option<Credentials>,
    /// The kind of server at the origin.
    pub peer: Peer,
}

/// The kind of server at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Not known yet. It is asked like a charger.
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

    /// Whether it is an address that is not known to be a gateway's.
    pub const fn is_direct(&self) -> bool {
        matches!(self, Self::Direct(_))
    }

    /// Whether it is the demo.
    pub const fn is_demo(&self) -> bool {
        matches!(self, Self::Demo(_))
    }

    /// The key under which the serial number of the charger is stored.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Gateway(gateway) if gateway.is_own() => {
                let page = browser::window()?.location().pathname().ok()?;
                Some(page + &gateway.base)
            }
            Self::Gateway(gateway) => Some(gateway.base.clone()),
            Self::Direct(direct) => Some(direct.origin.clone()),
            Self::Searching | Self::Demo(_) | Self::NotSet(_) => None,
        }
    }

    /// The gateway, where it can read registers.
    pub fn registers(&self) -> Option<&GatewayEndpoint> {
        match self {
            Self::Gateway(gateway) if gateway.info.upstream == Upstream::Modbus => Some(gateway),
            _ => None,
        }
    }

    /// The gateway, where it has a stream of events that a browser can open: one that needs no
    /// token as a header.
    pub fn events(&self) -> Option<&GatewayEndpoint> {
        match self {
            Self::Gateway(gateway) if gateway.info.events && gateway.credentials.is_none() => {
                Some(gateway)
            }
            _ => None,
        }
    }

    /// The gateway, where it keeps a record of charges.
    pub fn record(&self) -> Option<&GatewayEndpoint> {
        match self {
            Self::Gateway(gateway) if gateway.info.record => Some(gateway),
            _ => None,
        }
    }

    /// Whether a password or a token is sent there.
    pub const fn has_credentials(&self) -> bool {
        match self {
            Self::Gateway(gateway) => gateway.credentials.is_some(),
            Self::Direct(direct) => direct.credentials.is_some(),
            Self::Searching | Self::Demo(_) | Self::NotSet(_) => false,
        }
    }

    /// Whether documents can be asked for.
    pub fn is_usable(&self) -> bool {
        match self {
            Self::Gateway(_) | Self::Demo(_) => true,
            Self::Direct(direct) => !matches!(direct.peer, Peer::Refusing(_)),
            Self::Searching | Self::NotSet(_) => false,
        }
    }

    /// Whether the gateway refuses every change.
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Gateway(gateway) if gateway.info.read_only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_a_gateways_that_offers_them_and_wants_no_header() {
        let gateway = |events, token: bool| {
            let base = "http://192.168.1.60".to_owned();
            let info = Gateway {
                name: "cors-proxy".into(),
                version: "1".into(),
                upstream: Upstream::Http,
                read_only: false,
                charger_open: false,
                events,
                record: false,
                chargers: 1,
            };
            let credentials = token.then(|| Credentials::token(base.clone(), "secret".into()));
            Endpoint::Gateway(GatewayEndpoint { base, info, credentials })
        };
        assert!(gateway(true, false).events().is_some());
        assert!(gateway(false, false).events().is_none() && gateway(true, true).events().is_none());
        assert!(Endpoint::direct("http://192.168.1.50".into(), None).events().is_none());
    }

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
