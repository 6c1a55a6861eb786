//! Reading a request's body within its bounds.
//!
//! Not here: what a body means. The deadline is the whole request's, see [`App`](crate::App).

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::ApiError;

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// 413 beyond the limit, 400 where the peer ends the body early.
pub async fn bytes(body: Body, limit: usize) -> Result<Bytes, ApiError> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if is_length_limit(&*error) => Err(ApiError::too_large(limit)),
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

/// The limit may stand below other layers' errors.
fn is_length_limit(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}
