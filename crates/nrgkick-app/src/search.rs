//! Finding out where the charger is.
//!
//! First `api` is asked relative to the page. An answer with a `gateway` means that the charger
//! is behind this origin, and then the address bar may only choose one of the gateway's own
//! chargers. Anything else, a static host's 404 included, means that there is no gateway: then
//! the address bar, what was saved, and the settings are asked, in this order.
//!
//! An address may be a charger's or another gateway's: a static host serves the page, and
//! `cors-proxy` stands before the charger. So `api` is asked there too, until somebody answers.

use gateway_api::Gateway;

use crate::place::{Behind, Direct, Kind, Place};
use crate::store::Credentials;
use crate::trouble::Trouble;
use crate::{address, api, browser, store};

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
