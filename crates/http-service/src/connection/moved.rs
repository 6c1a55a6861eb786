//! The answer to a plain request where HTTPS alone is answered: whoever opened an address without
//! its scheme gets there; nothing else is done.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{HOST, LOCATION};
use http::{HeaderValue, Request, StatusCode};

use crate::ApiError;
use crate::guard::is_host;
use crate::headers::SecurityHeaders;

/// Sends a reader to the same address by HTTPS. A change is refused: it was sent in the clear, and
/// is not to be sent so again.
pub(super) fn answer(request: &Request<Body>) -> Response {
    let response = match place(request).filter(|_| request.method().is_safe()) {
        Some(place) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, place)]).into_response(),
        None => ApiError::new(
            StatusCode::UPGRADE_REQUIRED,
            "https_only",
            "This server answers HTTPS only: write https:// before its address.",
        )
        .closing()
        .into_response(),
    };
    SecurityHeaders::default().apply(response)
}

/// The same address by HTTPS; `None` without a host that can stand in one.
fn place(request: &Request<Body>) -> Option<HeaderValue> {
    let host = request.headers().get(HOST)?.to_str().ok().filter(|host| is_host(host))?;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    HeaderValue::try_from(format!("https://{host}{path}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, host: &str, path: &str) -> Response {
        let request = Request::builder().method(method).uri(path).header(HOST, host);
        answer(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn a_reader_is_sent_on_and_a_change_is_not() {
        let moved = asked("GET", "192.168.1.10:8080", "/c/garage/?x=1");
        assert_eq!(moved.status(), 308);
        assert_eq!(moved.headers()[LOCATION], "https://192.168.1.10:8080/c/garage/?x=1");
        let refused = asked("POST", "192.168.1.10:8080", "/control");
        assert_eq!(refused.status(), 426);
        assert!(refused.headers().contains_key("content-security-policy"));
        for host in ["", "a b", "a/b", "user@host", "[1::2::3]"] {
            assert_eq!(asked("GET", host, "/").status(), 426, "{host:?}");
        }
    }
}
