//! From what the charger answered to what the client gets.
//!
//! Bytes and status pass unchanged; no header of the charger ever does.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use gateway_api::{AGE_MS_HEADER, code};
use http::StatusCode;
use http::header::{AGE, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http_service::ApiError;
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::{Readings, ReplyError};
use serde::Serialize;

use crate::charger::Answer;
use crate::fleet::Handle;
use crate::single_flight::Timed;

/// An answer's bytes as a body, shared by all who get them.
struct Body(Arc<Answer>);

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.0.reply.body
    }
}

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

/// The charger's answer as it came, with its age; `filter` may put other bytes in place of a
/// document. One that is busy is to be asked again when it says, or a second later.
///
/// # Errors
/// 502 for what is no JSON and for a redirect, which is never followed. 401 and 403 of the charger
/// are 502 where its password is held here, and otherwise 401 without `WWW-Authenticate`: a
/// browser would ask for a password and send it along with every page's requests from then on.
pub(super) fn pass(
    handle: &Handle,
    answer: &Timed<Arc<Answer>>,
    filter: impl FnOnce(&Readings) -> Option<Vec<u8>>,
) -> Result<Response, ApiError> {
    let age = answer.begun.elapsed();
    let Answer { reply, readings, retry_after } = &*answer.value;
    let body = || Bytes::from_owner(Body(Arc::clone(&answer.value)));
    match readings {
        Ok(readings) => {
            let body = filter(readings).map_or_else(body, Bytes::from);
            let mut response = json(status_of(reply.status)?, body);
            let headers = response.headers_mut();
            headers.insert(AGE, HeaderValue::from(age.as_secs()));
            let milliseconds = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
            headers.insert(AGE_MS_HEADER, HeaderValue::from(milliseconds));
            Ok(response)
        }
        Err(ReplyError::Refused(refusal)) if refusal.kind == RefusalKind::Unauthorized => {
            Err(unauthorized(handle.has_password))
        }
        Err(ReplyError::Refused(_)) => {
            let mut response = json(status_of(reply.status)?, body());
            let is_busy = response.status() == StatusCode::SERVICE_UNAVAILABLE;
            if let Some(seconds) = retry_after.or(is_busy.then_some(1)) {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            Ok(response)
        }
        Err(ReplyError::Status(status)) if is_json(&reply.body) => {
            let mut response = json(status_of(*status)?, body());
            if let Some(seconds) = *retry_after {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            Ok(response)
        }
        Err(error @ (ReplyError::Status(_) | ReplyError::Unreadable(_))) => Err(protocol(error)),
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
