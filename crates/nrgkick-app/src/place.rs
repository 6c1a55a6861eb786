//! Where the charger is.
//!
//! First `api` is asked relative to the page. An answer with a `gateway` means that the charger
//! is behind this origin, and then the address bar may only choose one of the gateway's own
//! chargers. Anything else, a static host's 404 included, means that there is no gateway: then
//! the address bar, what was saved, and the settings are asked, in this order.

use nrgkick_model::gateway::{Gateway, Upstream};

use crate::store::Credentials;
use crate::{address, api, browser, store};

/// Where the charger is.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// Not known yet.
    Searching,
    /// Behind the gateway that served the page.
    Gateway(Behind),
    /// At an address of its own.
    Direct(Direct),
    /// Nobody said. Holds why an address that was given cannot be used.
    Nowhere(Option<String>),
}

/// A charger behind the gateway that served the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Behind {
    /// What paths begin with, relative to the page: empty, or `c/NAME`.
    pub base: String,
    /// Who answers.
    pub gateway: Gateway,
}

/// A charger at an address of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Direct {
    /// Scheme, host and port.
    pub origin: String,
    /// What it asks for, where it does.
    pub credentials: Option<Credentials>,
}

impl Place {
    /// A charger at `origin`, with the credentials that belong to exactly this origin.
    pub fn direct(origin: String, credentials: Option<Credentials>) -> Self {
        let credentials = credentials.filter(|credentials| credentials.origin == origin);
        Self::Direct(Direct { origin, credentials })
    }

    /// What paths begin with where registers can be read; nothing where they cannot.
    pub fn registers(&self) -> Option<&str> {
        match self {
            Self::Gateway(behind) if behind.gateway.upstream == Upstream::Modbus => {
                Some(&behind.base)
            }
            _ => None,
        }
    }

    /// Whether every change would be refused.
    pub fn is_read_only(&self) -> bool {
        matches!(self, Self::Gateway(behind) if behind.gateway.read_only)
    }
}

/// Finds out where the charger is.
///
/// Nothing where it cannot be known yet: the page's own host does not answer, and nothing else
/// was given.
pub async fn find() -> Option<Place> {
    let asked = browser::parameter("charger");
    match api::gateway().await {
        Ok(Some(gateway)) => Some(behind(gateway, asked).await),
        Ok(None) => Some(given(asked)),
        Err(_) => Some(given(asked)).filter(|place| matches!(place, Place::Direct(_))),
    }
}

async fn behind(gateway: Gateway, asked: Option<String>) -> Place {
    let Some(name) = asked else {
        return Place::Gateway(Behind { base: String::new(), gateway });
    };
    let known = api::chargers().await.unwrap_or_default();
    if known.contains(&name) {
        return Place::Gateway(Behind { base: format!("c/{name}"), gateway });
    }
    let shown: String = name.chars().take(60).collect();
    let known = known.join(", ");
    Place::Nowhere(Some(format!("This proxy has no charger “{shown}”. It has: {known}.")))
}

fn given(asked: Option<String>) -> Place {
    let origin = match asked.map(|asked| address::origin(&asked)) {
        Some(Err(wrong)) => return Place::Nowhere(Some(wrong)),
        Some(Ok(origin)) => Some(origin),
        None => store::charger().and_then(|saved| address::origin(&saved).ok()),
    };
    origin.map_or(Place::Nowhere(None), |origin| {
        let credentials = store::credentials(&origin);
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
