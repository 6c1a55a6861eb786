//! What each failure of the test is called, and the one thing to do about it.

use crate::endpoint::Endpoint;
use crate::request_error::RequestError;
use crate::trial::Cause;
use crate::words::{self, Advice, advice as remedies, link, settings, trial};

/// The words for `cause` with the charger at `endpoint`. What the rest of the page tells too it tells
/// here in the same words.
pub(super) fn advice(cause: &Cause, endpoint: &Endpoint) -> Advice {
    let say =
        |title: String, text: &str| Advice { title: title.into(), text: text.to_owned().into() };
    match cause {
        Cause::NoAddress(None) => say(settings::no_charger().into(), remedies::enter_address()),
        Cause::NoAddress(Some(why)) => say(why.clone(), ""),
        Cause::NoNetwork => say(trial::no_network().into(), trial::no_network_why()),
        Cause::LocalDenied => say(trial::local_denied().into(), trial::local_denied_why()),
        Cause::NameOrNobody(origin) => say(trial::name_or_nobody(origin), trial::name_why()),
        Cause::Silent(origin) => say(trial::silent(origin), trial::silent_why()),
        Cause::NoLogIn => say(trial::no_log_in().into(), remedies::not_shared()),
        Cause::NotNrgkick => say(link::no_charger().into(), trial::not_nrgkick_why()),
        Cause::OldFirmware(version) => say(trial::old_firmware(version), trial::old_firmware_why()),
        Cause::Other(RequestError::NotShared) => {
            let both = format!("{} {}", remedies::not_shared(), trial::allow_origin());
            say(link::not_shared().into(), &both)
        }
        Cause::Other(error) => words::advice(error, endpoint),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_words_and_something_to_do() {
        let text = || "http://nrgkick.local".to_owned();
        let endpoint = Endpoint::direct(text(), None);
        let mut titles = Vec::new();
        for cause in [
            Cause::NoAddress(None),
            Cause::NoNetwork,
            Cause::LocalDenied,
            Cause::NameOrNobody(text()),
            Cause::Silent(text()),
            Cause::NoLogIn,
            Cause::NotNrgkick,
            Cause::OldFirmware("3.1.0.67".into()),
            Cause::Other(RequestError::NotShared),
            Cause::Other(RequestError::MixedContent),
            Cause::Other(RequestError::Unreachable),
            Cause::Other(RequestError::Timeout),
            Cause::Other(RequestError::Unauthorized),
            Cause::Other(RequestError::Disabled),
        ] {
            let Advice { title, text } = advice(&cause, &endpoint);
            assert!(title.len() > 10 && text.len() > 10, "{cause:?}: {title} {text}");
            titles.push(title);
        }
        let all = titles.len();
        titles.sort();
        titles.dedup();
        assert_eq!(titles.len(), all, "two causes are told alike");
    }
}
