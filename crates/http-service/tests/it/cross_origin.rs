//! CORS: only for declared origins, compared exactly.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{HeaderName, Response};
use http_service::{App, GuardConfig};

use crate::support::{ask, request};

const OWN: HeaderName = HeaderName::from_static("x-write");

const EXPOSED: HeaderName = HeaderName::from_static("x-age");

fn router(origins: &[&str]) -> Router {
    let origins: Vec<String> = origins.iter().map(|origin| (*origin).to_owned()).collect();
    App::new(Router::new().route("/", get(async || "hello")))
        .guard(GuardConfig::new(&[], &origins).unwrap())
        .cors_headers(&[OWN])
        .exposed_headers(&[EXPOSED])
        .into_router()
}

async fn preflight(router: &Router, origin: &str) -> Response<Body> {
    let request = request("OPTIONS", "/")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "x-write");
    ask(router, request.body(Body::empty()).unwrap()).await
}

fn has_cors(response: &Response<Body>) -> bool {
    response.headers().keys().any(|name| name.as_str().starts_with("access-control-"))
}

#[tokio::test]
async fn closed_by_default() {
    let router = router(&[]);
    let answer = preflight(&router, "https://evil.example").await;
    assert_eq!(answer.status(), 403);
    assert!(!has_cors(&answer));
    let own = request("GET", "/").header("origin", "http://localhost").body(Body::empty()).unwrap();
    let answer = ask(&router, own).await;
    assert_eq!(answer.status(), 200);
    assert!(!has_cors(&answer));
}

#[tokio::test]
async fn a_declared_origin_is_exact() {
    let router = router(&["https://app.example"]);
    let answer = preflight(&router, "https://app.example").await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://app.example");
    assert!(!answer.headers().contains_key("access-control-allow-credentials"));
    let allowed = answer.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(allowed.contains("authorization") && allowed.contains("x-write"), "{allowed}");
    assert!(!allowed.contains('*'));
    for foreign in [
        "https://app.example.evil",
        "http://app.example",
        "https://app.example:8443",
        "https://APP.example",
        "null",
    ] {
        let answer = preflight(&router, foreign).await;
        assert_eq!(answer.status(), 403, "{foreign}");
        assert!(!has_cors(&answer), "{foreign}");
    }
}

#[tokio::test]
async fn a_declared_origin_reads_errors_as_well() {
    let router = router(&["https://app.example"]);
    let lost = request("GET", "/nothing").header("origin", "https://app.example");
    let lost = lost.header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
    let answer = ask(&router, lost).await;
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://app.example");
    assert_eq!(answer.headers()["access-control-expose-headers"], "x-age");
    let vary: Vec<_> =
        answer.headers().get_all("vary").iter().map(|v| v.to_str().unwrap()).collect();
    assert!(vary.join(",").to_lowercase().contains("origin"), "{vary:?}");
}
