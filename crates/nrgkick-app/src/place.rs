//! Where the charger is.
//!
//! First `api` is asked relative to the page. An answer with a `gateway` means that the charger
//! is behind this origin, and then the address bar may only choose one of the gateway's own
//! chargers. Anything else, a static host's 404 included, means that there is no gateway: then
//! the address bar, what was saved, and the settings are asked, in this order.
//!
//! An address may be a charger's or another gateway's: a static host serves the page, and
//! `cors-proxy` stands before the charger. So `api` is asked there too, until somebody answers.

use gateway_api::{Gateway, Upstream};

use crate::store::Credentials;
use crate::trouble::Trouble;
use crate::{address, api, browser, store};

/// Where the charger is.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Not known yet.
    Searching,
    /// Behind a gateway: the one that served the page, or one at an address of its own.
    Gateway(Behind),
    /// At an address of its own.
    Direct(Direct),
    /// Nobody said. Holds why an address that was given cannot be used.
    Nowhere(Option<String>),
}

/// A charger behind a gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct Behind {
    /// What paths begin with: relative to the page empty or `c/NAME`, else the gateway's origin.
    pub base: String,
    /// Who answers.
    pub gateway: Gateway,
    /// The token, as a password without a user. The gateway that served the page has its cookie.
    pub credentials: Option<Credentials>,
}

impl Behind {
    /// Whether it served the page itself.
    pub fn is_own(&self) -> bool {
        !self.base.contains("://")
    }
}

/// A charger, or a gateway before it, at an address of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Direct {
    /// Scheme, host and port.
    pub origin: String,
    /// What it asks for, where it does.
    pub credentials: Option<Credentials>,
    /// Who is there.
    pub kind: Kind,
}

/// Who is at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nobody has answered yet; a charger is asked as if it were one.
    Unknown,
    /// A charger.
    Charger,
    /// A gateway that does not answer this page, and says why.
    Closed(Trouble),
}

impl Place {
    /// A charger at `origin`, with the credentials that belong to exactly this origin.
    pub fn direct(origin: String, credentials: Option<Credentials>) -> Self {
        let credentials = credentials.filter(|credentials| credentials.origin == origin);
        Self::Direct(Direct { origin, credentials, kind: Kind::Unknown })
    }

    /// What the serial number of the charger here is kept under.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Gateway(behind) if behind.is_own() => {
                let page = browser::window()?.location().pathname().ok()?;
                Some(page + &behind.base)
            }
            Self::Gateway(behind) => Some(behind.base.clone()),
            Self::Direct(direct) => Some(direct.origin.clone()),
            Self::Searching | Self::Nowhere(_) => None,
        }
    }

    /// What paths begin with where registers can be read; nothing where they cannot.
    pub fn registers(&self) -> Option<&Behind> {
        match self {
            Self::Gateway(behind) if behind.gateway.upstream == Upstream::Modbus => Some(behind),
            _ => None,
        }
    }

    /// Whether a password or a token is sent there.
    pub const fn has_credentials(&self) -> bool {
        match self {
            Self::Gateway(behind) => behind.credentials.is_some(),
            Self::Direct(direct) => direct.credentials.is_some(),
            Self::Searching | Self::Nowhere(_) => false,
        }
    }

    /// Whether there is somebody to ask for documents.
    pub fn is_somewhere(&self) -> bool {
        match self {
            Self::Gateway(_) => true,
            Self::Direct(direct) => !matches!(direct.kind, Kind::Closed(_)),
            Self::Searching | Self::Nowhere(_) => false,
        }
    }

    /// Whether every change would be refused.
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Gateway(behind) if behind.gateway.read_only)
    }
}

/// Finds out where the charger is.
///
/// # Errors
/// Where it cannot be known yet: the page's own host does not answer, or something else does in
/// its place, and no address was given.
pub async fn find() -> Result<Place, Trouble> {
    let asked = browser::parameter("charger");
    match api::gateway("", None).await {
        Ok(Some(gateway)) => behind(gateway, asked).await,
        Ok(None) => Ok(given(asked)),
        Err(trouble) => match given(asked) {
            place @ Place::Direct(_) => Ok(place),
            _ => Err(trouble),
        },
    }
}

/// Asks who is at an address; nothing where nobody answers.
pub async fn recognise(direct: &Direct) -> Option<Place> {
    let mut found = direct.clone();
    match api::gateway(&direct.origin, direct.credentials.as_ref()).await {
        Ok(Some(gateway)) => {
            let (base, credentials) = (found.origin, found.credentials);
            return Some(Place::Gateway(Behind { base, gateway, credentials }));
        }
        Ok(None) => found.kind = Kind::Charger,
        // Only a gateway has errors of this shape.
        Err(trouble @ (Trouble::Token(_) | Trouble::Gateway(_))) => {
            found.kind = Kind::Closed(trouble);
        }
        Err(_) => return None,
    }
    Some(Place::Direct(found))
}

async fn behind(gateway: Gateway, asked: Option<String>) -> Result<Place, Trouble> {
    let mut base = String::new();
    if let Some(name) = asked {
        let known = api::chargers().await?;
        if !known.contains(&name) {
            let shown: String = name.chars().take(60).collect();
            let known = known.join(", ");
            let wrong = format!("This proxy has no charger “{shown}”. It has: {known}.");
            return Ok(Place::Nowhere(Some(wrong)));
        }
        base = format!("c/{name}");
    }
    Ok(Place::Gateway(Behind { base, gateway, credentials: None }))
}

fn given(asked: Option<String>) -> Place {
    let origin = match asked.map(|asked| address::origin(&asked)) {
        Some(Err(wrong)) => return Place::Nowhere(Some(wrong)),
        Some(Ok(origin)) => Some(origin),
        None => store::charger().and_then(|saved| address::origin(&saved).ok()),
    };
    origin.map_or(Place::Nowhere(None), |origin| {
        let token = browser::take_parameter("token");
        let token = token.map(|token| Credentials::token(origin.clone(), token));
        let credentials = token.or_else(|| store::credentials(&origin));
        Place::direct(origin, credentials)
    })
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
        let place = |origin: &str| Place::direct(origin.into(), Some(credentials.clone()));
        let Place::Direct(same) = place("http://192.168.1.50") else { panic!("direct") };
        assert!(same.credentials.is_some());
        let Place::Direct(other) = place("http://192.168.1.51") else { panic!("direct") };
        assert_eq!(other.credentials, None);
        assert!(!format!("{same:?}").contains("secret"), "never in a log");
    }
}
