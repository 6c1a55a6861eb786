//! Converts the charger's answers into answers to the client.
//!
//! Status and body are passed on unchanged, headers never.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use gateway_api::AGE_MS_HEADER;
use http::StatusCode;
use http::header::{AGE, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http_service::ApiError;
use nrgkick_model::Readings;
use serde::Serialize;

use crate::charger::Answer;
use crate::handle::Handle;
use crate::passed::{Passed, passed};
use crate::single_flight::Timed;
use crate::timing::milliseconds;

/// The bytes of an answer as a body, shared by all its readers.
struct Body(Arc<Answer>);

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.0.reply.body
    }
}

/// Builds an answer with a JSON body.
pub(super) fn json(status: StatusCode, body: impl Into<axum::body::Body>) -> Response {
    let content_type = HeaderValue::from_static("application/json");
    (status, [(CONTENT_TYPE, content_type)], body.into()).into_response()
}

/// Builds a 200 with a document of the gateway.
pub(super) fn document<T: Serialize>(document: &T) -> Response {
    // Structs of strings, numbers and maps always serialise.
    json(StatusCode::OK, serde_json::to_vec(document).unwrap_or_default())
}

/// Passes on the charger's answer, with its age; `filter` may replace the bytes of a document. A
/// busy charger's answer gets its `Retry-After`, or 1 s.
///
/// # Errors
/// As [`passed`].
pub(super) fn pass(
    handle: &Handle,
    answer: &Timed<Arc<Answer>>,
    filter: impl FnOnce(&Readings) -> Option<Vec<u8>>,
) -> Result<Response, ApiError> {
    let passed = passed(&answer.value, handle.known.has_password)?;
    let body = || Bytes::from_owner(Body(Arc::clone(&answer.value)));
    match (passed, &answer.value.readings) {
        (Passed::Document(status), Ok(readings)) => {
            let mut response = json(status, filter(readings).map_or_else(body, Bytes::from));
            let age = answer.begun.elapsed();
            let headers = response.headers_mut();
            headers.insert(AGE, HeaderValue::from(age.as_secs()));
            let age_ms = HeaderValue::from(milliseconds(age));
            headers.insert(HeaderName::from_static(AGE_MS_HEADER), age_ms);
            Ok(response)
        }
        (Passed::Document(status) | Passed::Refusal(status), _) => {
            let mut response = json(status, body());
            let is_busy = status == StatusCode::SERVICE_UNAVAILABLE;
            if let Some(seconds) = answer.value.retry_after.or(is_busy.then_some(1)) {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            Ok(response)
        }
    }
}
