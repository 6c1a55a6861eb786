//! Advice for when the charger does not answer.

use std::borrow::Cow;

use super::{advice as words, link};
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

impl Advice {
    /// Returns both in one text.
    pub fn whole(&self) -> String {
        format!("{} {}", self.title, self.text).trim_end().to_owned()
    }
}

/// Returns cause and advice for `error` with the charger at `endpoint`.
pub fn advice(error: &RequestError, endpoint: &Endpoint) -> Advice {
    let gateway = matches!(endpoint, Endpoint::Gateway(_) | Endpoint::Searching);
    let (title, text): (Cow<'static, str>, &'static str) = match error {
        RequestError::Demo(text) => (text.clone().into(), ""),
        RequestError::Unreadable(_) | RequestError::Status(_)
            if *endpoint == Endpoint::Searching =>
        {
            (link::other_answers().into(), words::proxy_behind())
        }
        RequestError::Unreachable if gateway => {
            (link::proxy_silent().into(), words::proxy_running())
        }
        RequestError::Unreachable => (link::charger_silent().into(), words::check_address()),
        RequestError::Timeout => (link::charger_slow().into(), words::weak_wifi()),
        RequestError::NotShared => (link::not_shared().into(), words::not_shared()),
        RequestError::MixedContent => (link::mixed().into(), words::mixed()),
        RequestError::Unauthorized if gateway => {
            (link::proxy_refused().into(), words::proxy_password())
        }
        RequestError::Unauthorized => (link::refused_password().into(), words::password()),
        RequestError::Disabled => (link::disabled().into(), words::enable()),
        RequestError::Refused(text) => (link::refuses(text).into(), ""),
        RequestError::Unreadable(_) => (link::no_charger().into(), words::no_charger()),
        RequestError::Away => (link::proxy_cut_off().into(), words::charger_away()),
        RequestError::Token(_) if endpoint.has_credentials() => {
            (link::token_wrong().into(), words::token())
        }
        RequestError::Token(_) => (link::token_missing().into(), words::token()),
        RequestError::Status(status) => (link::status(&status.to_string()).into(), ""),
        RequestError::Gateway(message) | RequestError::OutcomeLost(message) => {
            (link::proxy_says(message.trim_end_matches('.')).into(), "")
        }
    };
    Advice { title, text: text.into() }
}
