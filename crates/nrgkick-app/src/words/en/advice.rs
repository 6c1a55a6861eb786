//! Advice for when the charger does not answer.

use std::borrow::Cow;

use crate::endpoint::Endpoint;
use crate::request_error::RequestError;

/// A cause, with advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The cause, in one sentence.
    pub title: Cow<'static, str>,
    /// The advice, in whole sentences; empty if waiting is all that helps.
    pub text: Cow<'static, str>,
}

const WHERE: &str = "Is it plugged in, within reach of the Wi-Fi, and is the address still right? \
                     The NRGkick app shows it under Extended, Local API.";
const ENABLE: &str = "Switch it on in the NRGkick app: Extended, Local API, JSON API.";

/// Returns cause and advice for `error` with the charger at `endpoint`.
pub fn advice(error: &RequestError, endpoint: &Endpoint) -> Advice {
    let gateway = matches!(endpoint, Endpoint::Gateway(_) | Endpoint::Searching);
    let (title, text): (Cow<'static, str>, Cow<'static, str>) = match error {
        RequestError::Unreadable(_) | RequestError::Status(_)
            if *endpoint == Endpoint::Searching =>
        {
            (
                "Something else answers in the place of what served this page.".into(),
                "Is the proxy running behind the web server that stands before it?".into(),
            )
        }
        RequestError::Unreachable if gateway => (
            "The proxy does not answer.".into(),
            "Is the program that served this page still running, and is this device still in \
             the same network?"
                .into(),
        ),
        RequestError::Unreachable => ("The charger does not answer.".into(), WHERE.into()),
        RequestError::Timeout => (
            "The charger takes too long to answer.".into(),
            "A weak Wi-Fi signal is the usual reason.".into(),
        ),
        RequestError::NotShared => (
            "Something answers there, but the browser does not let this page read it.".into(),
            "Chargers do not allow web pages to read their answers (no CORS headers). Use this \
             project's cors-proxy: it serves this page and the charger from one address."
                .into(),
        ),
        RequestError::MixedContent => (
            "The browser blocks plain HTTP from this HTTPS page.".into(),
            "The charger speaks plain HTTP only. Open this page over http, best through this \
             project's cors-proxy. Chrome and Edge may ask for access to the local network: \
             allow it."
                .into(),
        ),
        RequestError::Unauthorized if gateway => (
            "The charger refuses the proxy's user name or password.".into(),
            "Start the proxy with the ones set in the NRGkick app: Extended, Local API, \
             Authentication (JSON)."
                .into(),
        ),
        RequestError::Unauthorized => (
            "User name or password are wrong or missing.".into(),
            "Enter the ones set in the NRGkick app: Extended, Local API, Authentication (JSON)."
                .into(),
        ),
        RequestError::Disabled => ("The charger's JSON API is switched off.".into(), ENABLE.into()),
        RequestError::Refused(text) => (format!("The charger refuses: “{text}”").into(), "".into()),
        RequestError::Unreadable(_) => (
            "What answers there does not speak like an NRGkick.".into(),
            "Is the address right, and is it an NRGkick Gen2?".into(),
        ),
        RequestError::Away => (
            "The charger does not answer the proxy.".into(),
            "Is it plugged in and within reach \
              of the Wi-Fi?"
                .into(),
        ),
        RequestError::Token(_) => {
            let title = if endpoint.has_credentials() {
                "The proxy does not take this token: it is wrong."
            } else {
                "The proxy asks for its token."
            };
            (title.into(), "It is in the file that the proxy was started with.".into())
        }
        RequestError::Status(status) => {
            (format!("The answer was status {status} without a reason.").into(), "".into())
        }
        RequestError::Gateway(message) | RequestError::OutcomeLost(message) => {
            (format!("The proxy says: {}.", message.trim_end_matches('.')).into(), "".into())
        }
    };
    Advice { title, text }
}
