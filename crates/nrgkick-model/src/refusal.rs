//! When the charger says no.
//!
//! The only signal that always works is the body: an object with a `Response` key is a refusal,
//! whatever the status. A disabled API answers 200. Of a write, an error of the charger itself
//! (5xx) is no refusal but a doubt: `gateway_api::outcome` decides that.

use serde_json::Value;

use crate::error::shown;
use crate::text::clean;

/// What the charger's `Response` texts mean, as far as they are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The JSON API is switched off in the app.
    Disabled,
    /// User name or password are wrong or missing.
    Unauthorized,
    /// A value is outside the charger's range.
    InvalidValue,
    /// Something else has the say, such as solar charging.
    Blocked,
    /// No such path.
    NotFound,
    /// No such query parameter.
    InvalidParameter,
    /// Anything else; the text says what. The wording for phase switching that is not allowed
    /// in the app is not known and arrives here.
    Other,
}

/// A refusal in the charger's own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", if text.is_empty() { "the charger refused without a reason" } else { text })]
pub struct Refusal {
    /// HTTP status; 200 where the API is disabled.
    pub status: u16,
    /// What it means.
    pub kind: RefusalKind,
    /// The charger's own words; may be empty where it sent none.
    pub text: String,
}

impl Refusal {
    /// The exact text of a disabled API, status 200. Confirmed by clients that compare it.
    pub const DISABLED: &str = "API must be enabled within the NRGkick App";
    /// The text for a query flag that does not exist, status 501.
    pub const INVALID_PARAMETER: &str = "Error 501 - Invalid parameter";
    /// The text for a path that does not exist, status 404.
    pub const NOT_FOUND: &str = "Error 404 - The requested resource could not be found";
    /// The text for a current outside the range, status 406.
    pub const INVALID_CURRENT: &str = "Invalid current entered, allowed 6.0A - 32.0A";
    /// The text for a pause that is neither 0 nor 1, status 406.
    pub const INVALID_PAUSE: &str = "Invalid state entered, allowed 0 / 1";
    /// The text for an energy limit outside the range, status 406.
    pub const INVALID_LIMIT: &str = "Invalid limit entered, value must be greater or equal than 0Wh and less or equal than 1000000Wh";
    /// The text for a phase count outside the range, status 406.
    pub const INVALID_PHASES: &str = "Invalid phases entered, allowed 1 - 3";
    /// The text while solar charging has the say over the pause, status 405 (may be 200).
    pub const PAUSE_BLOCKED: &str = "Charging pause is blocked by solar-charging";

    /// A refusal of `status` with the charger's `text`.
    pub fn new(status: u16, text: impl Into<String>) -> Self {
        let text = text.into();
        let kind = match status {
            _ if text == Self::DISABLED => RefusalKind::Disabled,
            _ if text.contains("blocked by solar-charging") => RefusalKind::Blocked,
            401 | 403 => RefusalKind::Unauthorized,
            404 => RefusalKind::NotFound,
            405 => RefusalKind::Blocked,
            406 => RefusalKind::InvalidValue,
            501 => RefusalKind::InvalidParameter,
            _ => RefusalKind::Other,
        };
        Self { status, kind, text }
    }

    /// The refusal in an answer whose `Response` key holds `response`; nothing where it is none.
    pub fn find(status: u16, response: Option<&Value>) -> Option<Self> {
        // `null` is no reason: neither a yes nor a no.
        if let Some(response) = response.filter(|response| !response.is_null()) {
            let text = response.as_str().map_or_else(|| shown(response), clean);
            return Some(Self::new(status, text));
        }
        // What the body of a 401 looks like is not known; the status is enough.
        matches!(status, 401 | 403).then(|| Self::new(status, ""))
    }

    /// The body in which the charger says so.
    pub fn body(&self) -> String {
        serde_json::json!({ "Response": self.text }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_body_decides_whatever_the_status() {
        let disabled = Refusal::find(200, Some(&json!(Refusal::DISABLED))).unwrap();
        assert_eq!(disabled.kind, RefusalKind::Disabled);
        let blocked = Refusal::find(200, Some(&json!(Refusal::PAUSE_BLOCKED)));
        assert_eq!(blocked.unwrap().kind, RefusalKind::Blocked);
        assert_eq!(Refusal::find(200, None), None);
        assert_eq!(Refusal::find(500, None), None);
        let odd = Refusal::find(400, Some(&json!(7))).unwrap();
        assert_eq!((odd.text.as_str(), odd.kind), ("7", RefusalKind::Other));
    }

    #[test]
    fn a_401_is_a_refusal_even_without_a_body() {
        assert_eq!(Refusal::find(401, None).unwrap().kind, RefusalKind::Unauthorized);
    }
}
