//! From what the charger answered to what the client gets.
//!
//! Bytes and status pass unchanged; no header of the charger ever does.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http_service::ApiError;
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::{Readings, ReplyError};
use serde::Serialize;

use crate::charger::Answer;
use crate::fleet::Handle;

/// A JSON body under any status.
pub(super) fn json(status: StatusCode, body: impl Into<axum::body::Body>) -> Response {
    let content_type = HeaderValue::from_static("application/json");
    (status, [(CONTENT_TYPE, content_type)], body.into()).into_response()
}

/// One of our own documents.
pub(super) fn document<T: Serialize>(document: &T) -> Response {
    // Structs of strings, numbers and maps always serialise.
    json(StatusCode::OK, serde_json::to_vec(document).unwrap_or_default())
}

/// The charger's answer as it came; `filter` may put other bytes in place of a document. One that is
/// busy is to be asked again a second later.
///
/// # Errors
/// 502 for what is no JSON and for a redirect, which is never followed. 401 and 403 of the charger
/// are 502 where its password is held here, and otherwise 401 without `WWW-Authenticate`: a
/// browser would ask for a password and send it along with every page's requests from then on.
pub(super) fn pass(
    handle: &Handle,
    answer: Answer,
    filter: impl FnOnce(Readings) -> Option<Vec<u8>>,
) -> Result<Response, ApiError> {
    let Answer { reply, readings } = answer;
    match readings {
        Ok(readings) => {
            let body = filter(readings).unwrap_or(reply.body);
            Ok(json(status_of(reply.status)?, body))
        }
        Err(ReplyError::Refused(refusal)) if refusal.kind == RefusalKind::Unauthorized => {
            Err(unauthorized(handle.has_password))
        }
        Err(ReplyError::Refused(_)) => {
            let mut response = json(status_of(reply.status)?, reply.body);
            if response.status() == StatusCode::SERVICE_UNAVAILABLE {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Ok(response)
        }
        Err(ReplyError::Status(status)) if is_json(&reply.body) => {
            Ok(json(status_of(status)?, reply.body))
        }
        Err(error @ (ReplyError::Status(_) | ReplyError::Unreadable(_))) => Err(protocol(&error)),
    }
}

/// Success and error statuses; a redirect or an upgrade is no answer to what was asked.
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
    ApiError::new(StatusCode::BAD_GATEWAY, "protocol", message).retryable()
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
