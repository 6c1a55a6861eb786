//! The headers of every answer of any status.
//!
//! The answers that replace hyper's own get them too, see `connection/canned.rs`.

use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::ConfigError;
use crate::bundle::{Inline, Page};
use crate::guard::is_origin;

/// The content policy of what is no page: a browser that shows it runs and fetches nothing, and no
/// page frames it. Short, as it goes with every answer.
const CLOSED: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// What a page may not use, for itself and for what it would frame.
const PERMISSIONS: (HeaderName, HeaderValue) = (
    HeaderName::from_static("permissions-policy"),
    HeaderValue::from_static(
        "geolocation=(), camera=(), microphone=(), usb=(), serial=(), payment=(), \
         local-network=()",
    ),
);

/// The content policy of a page without inline scripts and styles that fetches from its own origin.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    style-src 'self'; img-src 'self' data:; manifest-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'; connect-src 'self'";

/// Where a policy names more sources of scripts, styles and answers.
const SCRIPTS: &str = "'wasm-unsafe-eval'";
const STYLES: &str = "style-src 'self'";
const ANSWERS: &str = "connect-src 'self'";

/// Headers that are the same for every program.
///
/// `Cross-Origin-Opener-Policy` is not among them: browsers ignore it on plain HTTP beyond loopback
/// and log a warning each time; `frame-ancestors` keeps other pages away.
const FIXED: [(HeaderName, HeaderValue); 3] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Marks an answer that gets only `Cache-Control`: for devices whose parser may have no room for
/// more headers. Never for answers to browsers.
#[derive(Debug, Clone, Copy)]
pub struct Bare;

/// Adds the security headers to answers.
#[derive(Debug, Clone)]
pub struct SecurityHeaders {
    policy: HeaderValue,
}

impl Default for SecurityHeaders {
    fn default() -> Self {
        Self { policy: HeaderValue::from_static(POLICY) }
    }
}

impl SecurityHeaders {
    /// Allows the page to fetch from the origins in `connect`, besides its own.
    ///
    /// # Errors
    /// If an entry is not an origin, as other text could end the directive and begin another.
    pub fn new(connect: &[String]) -> Result<Self, ConfigError> {
        if let Some(value) = connect.iter().find(|origin| !is_origin(origin)) {
            return Err(ConfigError::AllowOrigin { value: value.clone() });
        }
        let policy = HeaderValue::try_from(with(POLICY, ANSWERS, connect))
            .map_err(|_| ConfigError::AllowOrigin { value: connect.join(" ") })?;
        Ok(Self { policy })
    }

    /// Lets pages of the same origin show this one in a frame.
    #[must_use]
    pub(crate) fn framed(self) -> Self {
        const NOBODY: &str = "frame-ancestors 'none'";
        let policy = self.policy.to_str().unwrap_or(POLICY);
        let policy = policy.replacen(NOBODY, "frame-ancestors 'self'", 1);
        Self { policy: HeaderValue::try_from(policy).unwrap_or(self.policy) }
    }

    /// Allows what is inline in a page of the program's own, and nothing else that is inline.
    #[must_use]
    pub(crate) fn with_inline(self, inline: &Inline) -> Self {
        let policy = self.policy.to_str().unwrap_or(POLICY);
        let policy = with(policy, SCRIPTS, &inline.scripts);
        let policy = with(&policy, STYLES, &inline.styles);
        // Hashes are ASCII.
        Self { policy: HeaderValue::try_from(policy).unwrap_or(self.policy) }
    }

    /// Sets the headers; only pages get the page's policy. An answer's own policy stays, and `Cache-Control` becomes `no-store` if
    /// the answer has none.
    #[must_use]
    pub fn apply(&self, mut response: Response) -> Response {
        let is_bare = response.extensions().get::<Bare>().is_some();
        let is_page = response.extensions().get::<Page>().is_some();
        let headers: &mut HeaderMap = response.headers_mut();
        if !is_bare {
            headers.reserve(FIXED.len() + 3);
            headers.extend(FIXED);
            headers.extend(is_page.then_some(PERMISSIONS));
            let policy = || if is_page { self.policy.clone() } else { CLOSED };
            headers.entry(CONTENT_SECURITY_POLICY).or_insert_with(policy);
        }
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        response
    }
}

/// Returns `policy` with `more` sources behind those that end in `place`.
fn with(policy: &str, place: &str, more: &[String]) -> String {
    let sources: String = more.iter().map(|source| format!(" {source}")).collect();
    policy.replacen(place, &format!("{place}{sources}"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_inline_in_the_page_is_allowed_to_be() {
        let inline = Inline {
            scripts: vec!["'sha256-a='".to_owned(), "'sha256-b='".to_owned()],
            styles: vec!["'sha256-c='".to_owned()],
        };
        let headers = SecurityHeaders::new(&["http://10.0.0.1".to_owned()]).unwrap();
        let policy = headers.with_inline(&inline).policy;
        let policy = policy.to_str().unwrap();
        assert!(
            policy.contains("'wasm-unsafe-eval' 'sha256-a=' 'sha256-b='; style-src"),
            "{policy}"
        );
        assert!(policy.contains("style-src 'self' 'sha256-c='; img-src"), "{policy}");
        assert!(policy.ends_with("connect-src 'self' http://10.0.0.1"), "{policy}");
        assert!(!policy.contains("unsafe-inline"));
    }

    #[test]
    fn connect_src_grows_by_origins_only() {
        let headers = SecurityHeaders::new(&["http://192.168.1.7".to_owned()]).unwrap();
        assert!(
            headers.policy.to_str().unwrap().ends_with("connect-src 'self' http://192.168.1.7")
        );
        for bad in ["*", "http://a; script-src *", "http://a b", "http://a/x", ""] {
            assert!(SecurityHeaders::new(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bare_answer_gets_only_its_cache_control() {
        let mut bare = Response::default();
        bare.extensions_mut().insert(Bare);
        let answer = SecurityHeaders::default().apply(bare);
        assert_eq!(answer.headers().len(), 1);
        assert_eq!(answer.headers()[CACHE_CONTROL], "no-store");
    }

    #[test]
    fn an_answers_own_cache_control_stays() {
        let own = Response::builder().header(CACHE_CONTROL, "no-cache").body("".into()).unwrap();
        let headers = SecurityHeaders::default();
        assert_eq!(headers.apply(own).headers()[CACHE_CONTROL], "no-cache");
        assert_eq!(headers.apply(Response::default()).headers()[CACHE_CONTROL], "no-store");
    }
}
