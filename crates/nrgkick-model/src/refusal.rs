//! Refusals of the charger.
//!
//! The only reliable sign is the body: an object with a `Response` key is a refusal with any
//! status. A disabled API answers 200. For a write, an error of the charger itself (5xx) is not a
//! refusal, and its outcome is open: `gateway_api::outcome` decides that.

use serde_json::Value;

use crate::error::shown;
use crate::text::clean;

/// The meaning of the charger's `Response` texts, as far as known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// The JSON API is switched off in the app.
    Disabled,
    /// User name or password are wrong or missing.
    Unauthorized,
    /// A value is outside the charger's range.
    InvalidValue,
    /// Another function has control, such as solar charging.
    Blocked,
    /// No such path.
    NotFound,
    /// No such query parameter.
    InvalidParameter,
    /// Any other reason, given by the text. The text for phase switching that is not allowed in the
    /// app is not known and belongs here.
    Other,
}

/// A refusal with the charger's own text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", if text.is_empty() { "the charger refused without a reason" } else { text })]
pub struct Refusal {
    /// HTTP status; 200 where the API is disabled.
    pub status: u16,
    /// The meaning of the text and status.
    pub kind: RefusalKind,
    /// The charger's own text; may be empty.
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
    /// The text while solar charging controls the pause, status 405 (may be 200).
    pub const PAUSE_BLOCKED: &str = "Charging pause is blocked by solar-charging";

    /// Builds the refusal of `status` with the charger's `text`.
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

    /// Finds the refusal in an answer whose `Response` key has the value `response`; `None` if
    /// there is none.
    pub fn find(status: u16, response: Option<&Value>) -> Option<Self> {
        // `null` is not a reason: neither acceptance nor refusal.
        if let Some(response) = response.filter(|response| !response.is_null()) {
            let text = response.as_str().map_or_else(|| shown(response), clean);
            return Some(Self::new(status, text));
        }
        // The body of a 401 is not known; the status is sufficient.
        matches!(status, 401 | 403).then(|| Self::new(status, ""))
    }

    /// Returns the body with which the charger refuses.
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
