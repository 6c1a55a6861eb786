//! Reads a request's body within limits.
//!
//! Not here: the meaning of a body, and its time limit, which belongs to the connection, see
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
/// 413 beyond the limit, 408 if it takes too long, 400 if the peer ends the body early.
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
/// 415 if `Content-Type` is not `application/json` (which keeps out HTML forms), 413 beyond
/// the limit, 400 with line and column if the text is no such document.
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

/// `true` if `Content-Type` is `application/json`, parameters ignored.
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("application/json")
    })
}

/// A body was not complete in time.
#[derive(Debug, thiserror::Error)]
#[error("the request did not come to its end in time")]
pub(crate) struct TooSlow;

/// Returns a 408 that closes the connection; nothing was done.
fn too_slow() -> ApiError {
    let message = "The request did not come to its end in time; nothing was done.";
    ApiError::new(StatusCode::REQUEST_TIMEOUT, "too_slow", message).retryable().closing()
}

/// Searches the chain of causes, as other layers wrap errors.
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
