//! Finding the endpoint of the charger.
//!
//! Where the address bar asks for the demo nobody is asked: it is in the page. Otherwise:
//!
//! First `api` is asked relative to the page. An answer with a `gateway` means that the charger
//! is behind this origin, and then the address bar may only choose one of the gateway's own
//! chargers. A static host's 404 means that there is no gateway: then the address bar, what was
//! saved, and the settings are asked, in this order. An error means that a gateway may be behind
//! the host that does not answer now: it is asked again, unless the address bar has an address.
//! A page in place of an answer may be either, so the host counts as static, and is asked again
//! as long as no charger answers.
//!
//! An address may be a charger's or another gateway's: a static host serves the page, and
//! `cors-proxy` stands before the charger. So `api` is asked there too, until somebody answers.

use gateway_api::Gateway;

use crate::endpoint::{DEMO, DirectEndpoint, Endpoint, GatewayEndpoint, Peer};
use crate::request_error::RequestError;
use crate::store::Credentials;
use crate::words::settings;
use crate::{address, api, browser, store, translation};

/// An endpoint that was found.
pub struct Discovery {
    /// The endpoint to ask for documents.
    pub endpoint: Endpoint,
    /// Whether something else may have answered in place of a gateway that served the page, so
    /// that [`own_gateway`] is to be asked again as long as no charger answers.
    pub is_provisional: bool,
}

/// Finds the endpoint of the charger.
///
/// # Errors
/// The failure of the page's own host, where the endpoint depends on its answer. To be tried again.
pub async fn discover() -> Result<Discovery, RequestError> {
    if let Some(scenario) = browser::parameter(DEMO) {
        return Ok(Discovery { endpoint: Endpoint::Demo(scenario), is_provisional: false });
    }
    let asked = browser::parameter("charger");
    if asked.is_some() {
        // What is wrong with it is kept as a text.
        translation::come_or_given_up().await;
    }
    let token = browser::take_token();
    let host = match api::gateway("", None).await {
        Ok(Some(info)) => {
            if let Some(token) = &token
                && !api::hand_token(token).await
            {
                leptos::logging::warn!("the token in the link is wrong");
            }
            let endpoint = charger_of_own_gateway(info, asked).await?;
            return Ok(Discovery { endpoint, is_provisional: false });
        }
        Ok(None) => Ok(()),
        Err(error) => Err(error),
    };
    let Choice { origin, is_provisional } = choose(host, asked.as_deref(), store::charger())?;
    let endpoint = match origin {
        Err(wrong) => Endpoint::NotSet(Some(wrong)),
        Ok(None) => Endpoint::NotSet(None),
        Ok(Some(origin)) => {
            let token = token.or_else(|| browser::take_parameter("token"));
            let token = token.map(|token| Credentials::token(origin.clone(), token));
            let credentials = token.or_else(|| store::credentials(&origin));
            Endpoint::direct(origin, credentials)
        }
    };
    Ok(Discovery { endpoint, is_provisional })
}

/// Asks once more for the gateway that served the page; nothing as long as none answers.
pub async fn own_gateway() -> Option<Endpoint> {
    let info = api::gateway("", None).await.ok()??;
    charger_of_own_gateway(info, browser::parameter("charger")).await.ok()
}

/// Asks an address for `api`, and tells a charger from a gateway; nothing where nobody answers.
pub async fn probe(direct: &DirectEndpoint) -> Option<Endpoint> {
    let mut found = direct.clone();
    match api::gateway(&direct.origin, direct.credentials.as_ref()).await {
        Ok(Some(info)) => {
            let (base, credentials) = (found.origin, found.credentials);
            return Some(Endpoint::Gateway(GatewayEndpoint { base, info, credentials }));
        }
        Ok(None) => found.peer = Peer::Charger,
        // Only a gateway has errors of this shape.
        Err(error @ (RequestError::Token(_) | RequestError::Gateway(_))) => {
            found.peer = Peer::Refusing(error);
        }
        Err(_) => return None,
    }
    Some(Endpoint::Direct(found))
}

/// The charger of the gateway that served the page: the one that the address bar `asked` for, else
/// its first.
async fn charger_of_own_gateway(
    info: Gateway,
    asked: Option<String>,
) -> Result<Endpoint, RequestError> {
    let mut base = String::new();
    if let Some(name) = asked {
        let known = api::chargers().await?;
        if !known.contains(&name) {
            let shown: String = name.chars().take(60).collect();
            let known = known.join(", ");
            let wrong = settings::no_such_charger(&known, &shown);
            return Ok(Endpoint::NotSet(Some(wrong)));
        }
        base = format!("c/{name}");
    }
    Ok(Endpoint::Gateway(GatewayEndpoint { base, info, credentials: None }))
}

/// An address to go to without a gateway.
#[derive(Debug, PartialEq)]
struct Choice {
    /// The origin; `None` where there is no address, an error text where it cannot be parsed.
    origin: Result<Option<String>, String>,
    /// See [`Discovery`].
    is_provisional: bool,
}

/// The address to go to where no gateway answers: the one that the address bar `asked` for, else
/// the one that was `saved`. The page's own `host` knows no `api`, or failed.
///
/// # Errors
/// The failure of the host, where a gateway may be behind it that has not answered: a name that
/// was asked for may be one of its chargers.
fn choose(
    host: Result<(), RequestError>,
    asked: Option<&str>,
    saved: Option<String>,
) -> Result<Choice, RequestError> {
    let origin = match asked {
        Some(asked) => address::origin(asked).map(Some),
        None => Ok(saved.and_then(|saved| address::origin(&saved).ok())),
    };
    let Err(error) = host else {
        return Ok(Choice { origin, is_provisional: false });
    };
    // Many static hosts have one page for everything; so has, for a while, many a web server
    // before a gateway.
    let is_page = matches!(error, RequestError::Unreadable(_));
    // A page from a file has no host.
    let is_absent = error == RequestError::Unreachable;
    let may_go = match asked {
        Some(asked) => address::is_explicit(asked) && (origin.is_ok() || is_page),
        None => is_page || (is_absent && origin != Ok(None)),
    };
    if may_go { Ok(Choice { origin, is_provisional: asked.is_none() }) } else { Err(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAVED: &str = "http://192.168.1.50";

    fn page() -> RequestError {
        RequestError::Unreadable(String::new())
    }

    fn chosen(
        host: Result<(), RequestError>,
        asked: Option<&str>,
        saved: bool,
    ) -> Option<(String, bool)> {
        let choice = choose(host, asked, saved.then(|| SAVED.to_owned())).ok()?;
        Some((choice.origin.ok()?.unwrap_or_default(), choice.is_provisional))
    }

    #[test]
    fn a_host_without_a_gateway_leaves_the_choice_to_the_address_bar_and_then_to_the_settings() {
        let address = |origin: &str| Some((origin.to_owned(), false));
        assert_eq!(chosen(Ok(()), Some("garage"), true), address("http://garage"));
        assert_eq!(chosen(Ok(()), None, true), address(SAVED));
        assert_eq!(chosen(Ok(()), None, false), address(""));
        let wrong = choose(Ok(()), Some("not an address"), None).unwrap();
        assert!(wrong.origin.unwrap_err().contains("not an address"));
    }

    #[test]
    fn a_name_is_no_address_while_the_gateway_that_may_know_it_is_away() {
        for failure in [
            page(),
            RequestError::Status(502),
            RequestError::Status(503),
            RequestError::Unreachable,
        ] {
            assert_eq!(chosen(Err(failure.clone()), Some("garage"), true), None, "{failure:?}");
            for asked in ["http://garage", "garage.local", "garage:8080"] {
                let origin = address::origin(asked).unwrap();
                let chosen = chosen(Err(failure.clone()), Some(asked), true);
                assert_eq!(chosen, Some((origin, false)), "{failure:?}");
            }
        }
    }

    #[test]
    fn a_saved_address_waits_for_a_gateway_that_is_away() {
        for failure in [
            RequestError::Status(502),
            RequestError::Timeout,
            RequestError::Gateway("It stops.".into()),
        ] {
            assert_eq!(chosen(Err(failure.clone()), None, true), None, "{failure:?}");
            assert_eq!(chosen(Err(failure.clone()), None, false), None, "{failure:?}");
        }
        assert_eq!(chosen(Err(RequestError::Unreachable), None, true), Some((SAVED.into(), true)));
        assert_eq!(chosen(Err(RequestError::Unreachable), None, false), None);
    }

    #[test]
    fn a_host_with_one_page_for_everything_is_a_static_host_until_a_gateway_answers() {
        assert_eq!(chosen(Err(page()), None, false), Some((String::new(), true)));
        assert_eq!(chosen(Err(page()), None, true), Some((SAVED.into(), true)));
        let wrong = choose(Err(page()), Some("192.168.1.500"), None).unwrap();
        assert!(wrong.origin.unwrap_err().contains("192.168.1.500"));
    }
}
