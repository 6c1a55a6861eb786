//! What to tell someone whose charger does not answer.

use std::borrow::Cow;

use crate::place::Place;
use crate::trouble::Trouble;

/// What is wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What is wrong, in one sentence.
    pub title: Cow<'static, str>,
    /// What to do, in whole sentences; empty where there is nothing but to wait.
    pub text: Cow<'static, str>,
}

const WHERE: &str = "Is it plugged in, within reach of the Wi-Fi, and is the address still right? \
                     The NRGkick app shows it under Extended, Local API.";
const ENABLE: &str = "Switch it on in the NRGkick app: Extended, Local API, JSON API.";

/// The words for `trouble` with the charger at `place`.
pub fn advice(trouble: &Trouble, place: &Place) -> Advice {
    let gateway = matches!(place, Place::Gateway(_) | Place::Searching);
    let (title, text): (Cow<'static, str>, Cow<'static, str>) = match trouble {
        Trouble::Unreadable(_) | Trouble::Status(_) if *place == Place::Searching => (
            "Something else answers in the place of what served this page.".into(),
            "Is the proxy running behind the web server that stands before it?".into(),
        ),
        Trouble::Unreachable if gateway => (
            "The proxy does not answer.".into(),
            "Is the program that served this page still running, and is this device still in \
             the same network?"
                .into(),
        ),
        Trouble::Unreachable => ("The charger does not answer.".into(), WHERE.into()),
        Trouble::Timeout => (
            "The charger takes too long to answer.".into(),
            "A weak Wi-Fi signal is the usual reason.".into(),
        ),
        Trouble::NotShared => (
            "Something answers there, but the browser does not let this page read it.".into(),
            "Chargers do not allow web pages to read their answers (no CORS headers). Use this \
             project's cors-proxy: it serves this page and the charger from one address."
                .into(),
        ),
        Trouble::MixedContent => (
            "The browser blocks plain HTTP from this HTTPS page.".into(),
            "The charger speaks plain HTTP only. Open this page over http, best through this \
             project's cors-proxy. Chrome and Edge may ask for access to the local network: \
             allow it."
                .into(),
        ),
        Trouble::Unauthorized if gateway => (
            "The charger refuses the proxy's user name or password.".into(),
            "Start the proxy with the ones set in the NRGkick app: Extended, Local API, \
             Authentication (JSON)."
                .into(),
        ),
        Trouble::Unauthorized => (
            "User name or password are wrong or missing.".into(),
            "Enter the ones set in the NRGkick app: Extended, Local API, Authentication (JSON)."
                .into(),
        ),
        Trouble::Disabled => ("The charger's JSON API is switched off.".into(), ENABLE.into()),
        Trouble::Refused(text) => (format!("The charger refuses: “{text}”").into(), "".into()),
        Trouble::Unreadable(_) => (
            "What answers there does not speak like an NRGkick.".into(),
            "Is the address right, and is it an NRGkick Gen2?".into(),
        ),
        Trouble::Away => (
            "The charger does not answer the proxy.".into(),
            "Is it plugged in and within reach \
              of the Wi-Fi?"
                .into(),
        ),
        Trouble::Token(_) => {
            let title = if place.has_credentials() {
                "The proxy does not take this token: it is wrong."
            } else {
                "The proxy asks for its token."
            };
            (title.into(), "It is in the file that the proxy was started with.".into())
        }
        Trouble::Status(status) => {
            (format!("The answer was status {status} without a reason.").into(), "".into())
        }
        Trouble::Gateway(message) | Trouble::OutcomeLost(message) => {
            (format!("The proxy says: {}.", message.trim_end_matches('.')).into(), "".into())
        }
    };
    Advice { title, text }
}
