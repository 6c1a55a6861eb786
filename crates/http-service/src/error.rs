//! The common form of error answers: `{"error":{"code","message","retryable"}}`.

use std::any::Any;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use http::header::{ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    retryable: bool,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl ApiError {
    /// Creates an error with a stable machine-readable `code` and one plain sentence for people.
    #[must_use]
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), retryable: false, headers: Vec::new() }
    }

    /// Sets `retryable`: the same request may succeed later.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }

    /// Sets `retryable` and `Retry-After`, with `wait` rounded up to whole seconds.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.retryable().header(RETRY_AFTER, seconds.into())
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Closes the connection after this answer, as the peer may see the request's end elsewhere.
    #[must_use]
    pub fn closing(self) -> Self {
        self.header(CONNECTION, HeaderValue::from_static("close"))
    }

    /// 400, code `bad_request`.
    #[must_use]
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", message)
    }

    /// 403, code `forbidden`.
    #[must_use]
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    /// 403, code `view_only`: for callers with the view token.
    #[must_use]
    pub fn view_only() -> Self {
        let message =
            "This token only looks: it changes nothing. Open the page with the other one.";
        Self::new(StatusCode::FORBIDDEN, "view_only", message)
    }

    /// 404, code `not_found`.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing at this address.")
    }

    /// 405, code `method_not_allowed`; `allow` lists the allowed methods, as `"GET, HEAD"`.
    #[must_use]
    pub fn method_not_allowed(allow: &'static str) -> Self {
        let message = format!("This address answers only {allow}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message)
            .header(ALLOW, HeaderValue::from_static(allow))
    }

    /// 413, code `too_large`; `limit` in bytes. The rest of the body is not read.
    #[must_use]
    pub fn too_large(limit: usize) -> Self {
        let message = format!("A request body may have at most {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message).closing()
    }

    /// 415, code `unsupported_media_type`; `wanted` as `"application/json"`.
    #[must_use]
    pub fn unsupported_media_type(wanted: &str) -> Self {
        let message = format!("The body must be {wanted}, and Content-Type must say so.");
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", message)
    }

    /// 503, code `unavailable`: nothing was done, the same request may succeed later.
    #[must_use]
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", message).retryable()
    }

    /// Returns the answer's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the stable machine-readable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the answer's body.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let Self { code, message, retryable, .. } = self;
        let shape = Shape { error: Inner { code, message, retryable: *retryable } };
        // Strings and a bool always serialise; an empty body would still carry the status.
        serde_json::to_vec(&shape).unwrap_or_default()
    }

    /// Returns the sentence for people.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

#[derive(Serialize)]
struct Shape<'a> {
    error: Inner<'a>,
}

#[derive(Serialize)]
struct Inner<'a> {
    code: &'static str,
    message: &'a str,
    retryable: bool,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, body) = (self.status, self.body());
        let json = HeaderValue::from_static("application/json");
        let mut response = (status, [(CONTENT_TYPE, json)], body).into_response();
        response.headers_mut().extend(self.headers);
        response
    }
}

/// Maximum bytes of a plain-text explanation taken over into the message.
const LONGEST_MESSAGE: usize = 1024;

/// Converts a library's plain-text or empty error answer (axum's 404, 405 and extractor rejections)
/// into the common form; its other headers, such as `Allow`, stay.
pub async fn reshape(response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let content_type = response.headers().get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let is_text = content_type.is_empty() || content_type.starts_with(b"text/plain");
    if !is_error || !is_text {
        return response;
    }
    let (parts, body) = response.into_parts();
    let text = to_bytes(body, LONGEST_MESSAGE).await.unwrap_or_default();
    let mut error = by_status(status);
    if let Ok(text) = std::str::from_utf8(&text)
        && !text.is_empty()
    {
        text.clone_into(&mut error.message);
    }
    let mut shaped = error.into_response();
    for (name, value) in &parts.headers {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            shaped.headers_mut().insert(name, value.clone());
        }
    }
    *shaped.extensions_mut() = parts.extensions;
    shaped
}

fn by_status(status: StatusCode) -> ApiError {
    match status {
        StatusCode::BAD_REQUEST => ApiError::bad_request("The request cannot be understood."),
        StatusCode::NOT_FOUND => ApiError::not_found(),
        StatusCode::METHOD_NOT_ALLOWED => {
            ApiError::new(status, "method_not_allowed", "This address has no such method.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(status, "too_large", "The request body is too large.").closing()
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            ApiError::new(status, "unsupported_media_type", "The body has an unsuitable type.")
        }
        _ if status.is_server_error() => internal(status),
        _ => ApiError::new(status, "refused", "The request was refused."),
    }
}

fn internal(status: StatusCode) -> ApiError {
    ApiError::new(status, "internal", "Something went wrong inside the server; its log says what.")
}

/// Returns the answer to a request whose handler panicked. The panic's text goes to the log only.
#[expect(clippy::needless_pass_by_value, reason = "the catching layer calls it so")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response<Body> {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    tracing::error!(panic = text, "a request handler panicked");
    internal(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}
