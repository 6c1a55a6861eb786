//! Decides which of the charger's answers are passed on unchanged, and the errors for the others.

use gateway_api::code;
use http::StatusCode;
use http_service::ApiError;
use nrgkick_model::ReplyError;
use nrgkick_model::refusal::RefusalKind;

use crate::charger::Answer;

/// An answer to pass on, with its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    /// A document.
    Document(StatusCode),
    /// A refusal by the charger.
    Refusal(StatusCode),
}

/// Checks whether `answer` is passed on. `has_password`: this program has the charger's password.
///
/// # Errors
/// 502 for invalid JSON and for a redirect, which is never followed. 401 and 403 of the charger
/// become 502 if this program has its password, and otherwise 401 without `WWW-Authenticate`, with
/// which a browser would ask for a password and send it with every page's requests from then on.
pub(crate) fn passed(answer: &Answer, has_password: bool) -> Result<Passed, ApiError> {
    let Answer { reply, readings, .. } = answer;
    match readings {
        Ok(_) => Ok(Passed::Document(status_of(reply.status)?)),
        Err(ReplyError::Refused(refusal)) if refusal.kind == RefusalKind::Unauthorized => {
            Err(unauthorized(has_password))
        }
        Err(ReplyError::Refused(_)) => Ok(Passed::Refusal(status_of(reply.status)?)),
        Err(ReplyError::Status(status)) if is_json(&reply.body) => {
            Ok(Passed::Refusal(status_of(*status)?))
        }
        Err(error) => Err(protocol(error)),
    }
}

/// Returns success and error statuses; a redirect or an upgrade is an error.
fn status_of(status: u16) -> Result<StatusCode, ApiError> {
    StatusCode::from_u16(status)
        .ok()
        .filter(|known| known.is_success() || known.is_client_error() || known.is_server_error())
        .ok_or_else(|| protocol(&ReplyError::Status(status)))
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}

fn protocol(what: &ReplyError) -> ApiError {
    let message = format!("The charger's answer cannot be used: {what}.");
    ApiError::new(StatusCode::BAD_GATEWAY, code::PROTOCOL, message).retryable()
}

fn unauthorized(has_password: bool) -> ApiError {
    let (status, message) = if has_password {
        (
            StatusCode::BAD_GATEWAY,
            "The charger refuses the user name or password that this server was started with \
             (--username, --password-file).",
        )
    } else {
        (
            StatusCode::UNAUTHORIZED,
            "The charger asks for a user name and password: start this server with --username and \
             --password-file.",
        )
    };
    ApiError::new(status, "upstream_auth", message)
}
