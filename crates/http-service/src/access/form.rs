//! The form that asks a person for the token: a page without style, since all files are behind the
//! token. Its one script takes a token over that is in the link, behind `#token=`.

use std::sync::LazyLock;

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, StatusCode};

use crate::bundle::Inline;

const PAGE: &str = include_str!("form.html");
/// Content policy that allows only the form's own script, and to send the token to this server.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let script = Inline::of(PAGE.as_bytes()).scripts.join(" ");
    let policy = format!(
        "default-src 'none'; script-src {script}; connect-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    );
    // A hash is ASCII.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// `true` if a person has opened the address, in contrast to a fetch by a page or a program.
pub(super) fn is_wanted(request: &Request<Body>) -> bool {
    let accept = request.headers().get(ACCEPT).and_then(|accept| accept.to_str().ok());
    request.method() == Method::GET && accept.is_some_and(|accept| accept.contains("text/html"))
}

/// Returns a 401 with the form, which submits to the same address with the token in its query.
pub(super) fn answer(message: &'static str) -> Response {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    let headers = [(CONTENT_TYPE, html), (CONTENT_SECURITY_POLICY, POLICY.clone())];
    (StatusCode::UNAUTHORIZED, headers, PAGE.replace("{message}", message)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::TOKEN_QUERY;

    fn asks(method: Method, accept: Option<&str>) -> bool {
        let mut request = Request::builder().method(method);
        if let Some(accept) = accept {
            request = request.header(ACCEPT, accept);
        }
        is_wanted(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn a_person_gets_the_form_and_a_program_does_not() {
        assert!(asks(Method::GET, Some("text/html,application/xhtml+xml,*/*;q=0.8")));
        assert!(!asks(Method::POST, Some("text/html")));
        assert!(!asks(Method::GET, Some("*/*")));
        assert!(!asks(Method::GET, Some("application/json")));
        assert!(!asks(Method::GET, None));
    }

    #[test]
    fn the_form_has_the_message_and_the_right_field() {
        let response = answer("The token is wrong.");
        assert_eq!(response.status(), 401);
        assert!(!response.headers().contains_key("www-authenticate"));
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
        assert!(PAGE.contains("{message}") && PAGE.contains(&format!("name=\"{TOKEN_QUERY}\"")));
    }
}
