//! The errors of a request, told apart by what the user can do about them.

use nrgkick_model::refusal::{Refusal, RefusalKind};
use nrgkick_model::request::ReplyError;

/// Why a request brought no document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    /// Nothing answers at the address.
    Unreachable,
    /// Nothing came within the time.
    Timeout,
    /// Something answers, but the browser keeps the answer from this page (CORS).
    NotShared,
    /// The page came over HTTPS and the charger speaks plain HTTP.
    MixedContent,
    /// User or password are wrong or missing.
    Unauthorized,
    /// The charger's JSON API is switched off.
    Disabled,
    /// The charger said no, in these words.
    Refused(String),
    /// The answer is no document; holds the reason.
    Unreadable(String),
    /// A status without a reason.
    Status(u16),
    /// The gateway cannot reach the charger.
    Away,
    /// The gateway wants its token, and says so in these words.
    Token(String),
    /// The gateway says why, in these words. A write with this answer did not reach the charger.
    Gateway(String),
    /// The gateway has begun a write and does not know what became of it, in these words.
    OutcomeLost(String),
    /// The demo cannot be shown, and the page says why in these words.
    Demo(String),
}

impl From<Refusal> for RequestError {
    fn from(refusal: Refusal) -> Self {
        match refusal.kind {
            RefusalKind::Disabled => Self::Disabled,
            RefusalKind::Unauthorized => Self::Unauthorized,
            _ => Self::Refused(refusal.to_string()),
        }
    }
}

impl From<ReplyError> for RequestError {
    fn from(error: ReplyError) -> Self {
        match error {
            ReplyError::Refused(refusal) => refusal.into(),
            ReplyError::Unreadable(error) => Self::Unreadable(error.to_string()),
            ReplyError::Status(status) => Self::Status(status),
        }
    }
}
