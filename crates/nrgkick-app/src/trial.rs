//! The test of the connection: its steps, and what a failure of each may mean.
//!
//! A browser says little of a request that fails, so some causes are named together, as what they
//! are: one of these. Plain logic; asking is done in [`part`](crate::part) through
//! [`api`](crate::api), and so are the words.

use nrgkick_model::field::FieldId;
use nrgkick_model::{Readings, Refusal};

use crate::address;
use crate::request_error::RequestError;

/// A step of the test. Each is taken only if those before it have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The address is understood.
    Address,
    /// The browser lets the page ask there.
    Page,
    /// Something answers there.
    Host,
    /// The browser lets the page read the answer.
    Readable,
    /// The log-in is accepted.
    LogIn,
    /// It is an NRGkick with a local API.
    Charger,
    /// Values and settings can be read.
    Documents,
}

impl Step {
    /// All of them in their order.
    pub const ALL: [Self; 7] = [
        Self::Address,
        Self::Page,
        Self::Host,
        Self::Readable,
        Self::LogIn,
        Self::Charger,
        Self::Documents,
    ];

    /// The name in attributes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Page => "page",
            Self::Host => "host",
            Self::Readable => "readable",
            Self::LogIn => "log-in",
            Self::Charger => "charger",
            Self::Documents => "documents",
        }
    }
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// There is no address, or one that is none; holds why.
    NoAddress(Option<String>),
    /// The device is in no network.
    NoNetwork,
    /// The user, or a rule of the browser, denies access to the local network.
    LocalDenied,
    /// The name at this origin leads nowhere, or nothing listens there.
    NameOrNobody(String),
    /// Nothing came from this origin within the time.
    Silent(String),
    /// The browser lets the page ask, but not with the header of a log-in.
    NoLogIn,
    /// What answers is no NRGkick, or one of which the firmware has no local API.
    NotNrgkick,
    /// An NRGkick with this firmware, which is older than the local API.
    OldFirmware(String),
    /// Any other, as the rest of the page tells it.
    Other(RequestError),
}

/// What the page knows of itself, the device and the address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings<'a> {
    /// The origin that is asked; empty for the page's own.
    pub origin: &'a str,
    /// Whether the page came over HTTPS.
    pub is_https: bool,
    /// Whether the device says that it is in a network.
    pub is_online: bool,
    /// What the browser says of access to the local network; `None` where it knows no such thing.
    pub is_local_allowed: Option<bool>,
}

impl Surroundings<'_> {
    fn is_mixed(&self) -> bool {
        self.is_https && self.origin.starts_with("http:")
    }

    /// Why the page may not ask; `None` where nothing is known against it.
    pub fn forbids(&self) -> Option<Cause> {
        let is_denied = !self.origin.is_empty() && self.is_local_allowed == Some(false);
        is_denied.then_some(Cause::LocalDenied)
    }

    /// The step that has failed, and why, where nobody answered with `error`.
    pub fn nobody(&self, error: RequestError) -> (Step, Cause) {
        let cause = match error {
            _ if !self.is_online => Cause::NoNetwork,
            // A browser that asks for permission says afterwards whether it was given.
            RequestError::Unreachable if self.is_mixed() && self.is_local_allowed != Some(true) => {
                return (Step::Page, Cause::Other(RequestError::MixedContent));
            }
            RequestError::Timeout if !self.origin.is_empty() => Cause::Silent(self.origin.into()),
            RequestError::Unreachable if address::is_name(self.origin) => {
                Cause::NameOrNobody(self.origin.into())
            }
            error => Cause::Other(error),
        };
        (Step::Host, cause)
    }
}

/// The step to which `error` belongs, and the cause, where a document was asked for with a log-in
/// (`has_log_in`) and somebody answers.
pub fn refused(error: RequestError, has_log_in: bool) -> (Step, Cause) {
    match error {
        // It answered without the log-in a moment ago.
        RequestError::NotShared if has_log_in => (Step::LogIn, Cause::NoLogIn),
        RequestError::NotShared => (Step::Readable, Cause::Other(error)),
        RequestError::Unauthorized | RequestError::Token(_) => (Step::LogIn, Cause::Other(error)),
        RequestError::Unreadable(_) | RequestError::Status(400..500) => {
            (Step::Charger, Cause::NotNrgkick)
        }
        // The documented answer of a server that knows no such document.
        RequestError::Refused(ref words) if words == Refusal::NOT_FOUND => {
            (Step::Charger, Cause::NotNrgkick)
        }
        RequestError::Timeout | RequestError::Unreachable => (Step::LogIn, Cause::Other(error)),
        error => (Step::Charger, Cause::Other(error)),
    }
}

/// The least firmware with a local API.
const FIRST: u16 = 4;

/// What the charger's own document says of it: model and firmware.
///
/// # Errors
/// Why it is none that this page can show.
pub fn identify(info: &Readings) -> Result<String, Cause> {
    let text = |field| info.text(field).unwrap_or_default().to_owned();
    let (model, firmware) = (text(FieldId::ModelType), text(FieldId::SoftwareSmartModule));
    let major = firmware.split('.').next().and_then(|major| major.parse::<u16>().ok());
    match major {
        Some(major) if major < FIRST => return Err(Cause::OldFirmware(firmware)),
        None if model.is_empty() && info.text(FieldId::SerialNumber).is_none() => {
            return Err(Cause::NotNrgkick);
        }
        _ => {}
    }
    Ok([model, firmware].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use nrgkick_model::field::DocumentName;
    use nrgkick_model::request::Reply;
    use serde_json::json;

    use super::*;

    const ADDRESS: Surroundings<'_> = Surroundings {
        origin: "http://192.168.1.50",
        is_https: false,
        is_online: true,
        is_local_allowed: None,
    };

    #[test]
    fn who_does_not_answer_is_told_apart_as_far_as_a_browser_can() {
        let of = |around: Surroundings<'_>, error| around.nobody(error);
        let name = Surroundings { origin: "http://nrgkick.local", ..ADDRESS };
        let own = Surroundings { origin: "", ..ADDRESS };
        let secure = Surroundings { is_https: true, ..ADDRESS };
        let unreachable = Cause::Other(RequestError::Unreachable);
        let mixed = Cause::Other(RequestError::MixedContent);
        for (around, error, expected) in [
            (ADDRESS, RequestError::Unreachable, (Step::Host, unreachable.clone())),
            (ADDRESS, RequestError::Timeout, (Step::Host, Cause::Silent(ADDRESS.origin.into()))),
            (
                name,
                RequestError::Unreachable,
                (Step::Host, Cause::NameOrNobody("http://nrgkick.local".into())),
            ),
            (own, RequestError::Unreachable, (Step::Host, unreachable.clone())),
            (own, RequestError::Timeout, (Step::Host, Cause::Other(RequestError::Timeout))),
            (secure, RequestError::Unreachable, (Step::Page, mixed)),
            (
                Surroundings { is_local_allowed: Some(true), ..secure },
                RequestError::Unreachable,
                (Step::Host, unreachable),
            ),
            (
                Surroundings { is_online: false, ..secure },
                RequestError::Unreachable,
                (Step::Host, Cause::NoNetwork),
            ),
        ] {
            assert_eq!(of(around, error.clone()), expected, "{around:?} {error:?}");
        }
    }

    #[test]
    fn only_a_page_at_another_address_needs_the_permission() {
        let denied = Surroundings { is_local_allowed: Some(false), ..ADDRESS };
        assert_eq!(denied.forbids(), Some(Cause::LocalDenied));
        assert_eq!(Surroundings { origin: "", ..denied }.forbids(), None);
        assert_eq!(ADDRESS.forbids(), None, "a browser without the permission");
    }

    #[test]
    fn an_answer_belongs_to_the_step_that_it_fails() {
        let page = Reply { status: 200, body: b"<!doctype html>".to_vec() };
        let page = RequestError::from(page.readings(DocumentName::Info).unwrap_err());
        let missing = Reply {
            status: 404,
            body: br#"{"Response":"Error 404 - The requested resource could not be found"}"#
                .to_vec(),
        };
        let missing = RequestError::from(missing.readings(DocumentName::Info).unwrap_err());
        for (error, step, is_no_charger) in [
            (page, Step::Charger, true),
            (missing, Step::Charger, true),
            (RequestError::Status(405), Step::Charger, true),
            (RequestError::Unauthorized, Step::LogIn, false),
            (RequestError::Token("a".into()), Step::LogIn, false),
            (RequestError::Disabled, Step::Charger, false),
            (RequestError::Away, Step::Charger, false),
            (RequestError::Timeout, Step::LogIn, false),
        ] {
            let (found, cause) = refused(error.clone(), true);
            assert_eq!((found, cause == Cause::NotNrgkick), (step, is_no_charger), "{error:?}");
        }
        assert_eq!(refused(RequestError::NotShared, true), (Step::LogIn, Cause::NoLogIn));
        assert_eq!(refused(RequestError::NotShared, false).0, Step::Readable);
    }

    #[test]
    fn a_charger_is_known_by_its_document_and_its_firmware() {
        let of = |info: serde_json::Value| {
            identify(&Readings::from_json(DocumentName::Info, &info).unwrap())
        };
        let real = |firmware: &str| {
            json!({
                "general": {"serial_number": "1", "model_type": "NRGkick Gen2"},
                "versions": {"sw_sm": firmware}
            })
        };
        assert_eq!(of(real("4.0.0.64")), Ok("NRGkick Gen2, 4.0.0.64".into()));
        assert_eq!(of(real("10.1")), Ok("NRGkick Gen2, 10.1".into()));
        assert_eq!(of(real("3.1.0.67")), Err(Cause::OldFirmware("3.1.0.67".into())));
        assert_eq!(of(real("")), Ok("NRGkick Gen2".into()));
        assert_eq!(of(json!({})), Err(Cause::NotNrgkick));
        assert_eq!(of(json!({"general": {"colour": "red"}})), Err(Cause::NotNrgkick));
    }
}
