//! Reading a request's body within its bounds.
//!
//! Not here: what a body means. How long it may take is the connection's, see
//! [`Limits::request`](crate::Limits::request).

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::ApiError;

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// 413 beyond the limit, 408 where it takes too long, 400 where the peer ends the body early.
pub async fn bytes(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if has_cause::<LengthLimitError>(&*error) => Err(ApiError::too_large(limit)),
        Err(error) if has_cause::<TooSlow>(&*error) => Err(too_slow()),
        Err(_) => Err(ApiError::bad_request("The request body ended early.").closing()),
    }
}

/// Reads a JSON document of at most `limit` bytes.
///
/// # Errors
/// 415 where `Content-Type` is not `application/json` (which keeps out HTML forms), 413 beyond
/// the limit, 400 with line and column where the text is no such document.
pub async fn json<T: DeserializeOwned>(
    request: Request<Body>,
    limit: usize,
) -> Result<T, ApiError> {
    if !is_json(request.headers()) {
        return Err(ApiError::unsupported_media_type("application/json"));
    }
    let bytes = bytes(request.into_body(), limit).await?;
    serde_json::from_slice(&bytes)
        .map_err(|error| ApiError::bad_request(format!("The body cannot be used: {error}.")))
}

/// Whether `Content-Type` is `application/json`, parameters aside.
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("application/json")
    })
}

/// A body did not come to its end in time.
#[derive(Debug, thiserror::Error)]
#[error("the request did not come to its end in time")]
pub(crate) struct TooSlow;

/// 408 and the end of the connection; nothing was done.
fn too_slow() -> ApiError {
    let message = "The request did not come to its end in time; nothing was done.";
    ApiError::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message).retryable().closing()
}

/// The cause may stand below other layers' errors.
fn has_cause<E: std::error::Error + 'static>(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<E>() {
            return true;
        }
        cause = error.source();
    }
    false
}
