//! A server behind the ingress of Home Assistant.

use axum::Router;
use axum::extract::Extension;
use axum::routing::{get, post};
use http::{HeaderMap, Request};
use http_service::{Access, App, Bundle, Caller, GuardConfig};

use crate::support::{ask_from, text};

/// By Home Assistant's documentation of add-ons, the only address to be answered.
const INGRESS: &str = "172.30.32.2";

fn app() -> Router {
    let routes = Router::new()
        .route("/caller", get(async |Extension(caller): Extension<Caller>| format!("{caller:?}")))
        .route("/write", post(async || "written"));
    App::new(routes)
        .bundle(Bundle::from_static(&[("index.html", b"<p>page</p>")]))
        .guard(GuardConfig::new(&[], &[]).unwrap().with_any_host())
        .access(Access::Ingress)
        .open_on(["/healthz"])
        .into_router()
}

/// As the proxy passes on the browser's own `Host` and `Origin`.
fn request(line: &str, origin: Option<&str>) -> Request<axum::body::Body> {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request =
        Request::builder().method(method).uri(path).header("host", "home.example.org:8123");
    if let Some(origin) = origin {
        request = request.header("origin", origin);
    }
    request.body(axum::body::Body::empty()).unwrap()
}

#[tokio::test]
async fn only_the_ingress_is_answered_and_its_log_in_takes_the_tokens_place() {
    let app = app();
    let answer = ask_from(INGRESS, &app, request("GET /caller", None)).await;
    assert_eq!(text(answer).await, "Token");
    for stranger in ["127.0.0.1", "[::1]", "172.30.32.1", "172.30.33.5", "192.168.1.7"] {
        for path in ["GET /caller", "GET /", "GET /healthz", "POST /write"] {
            let answer = ask_from(stranger, &app, request(path, None)).await;
            assert_eq!(answer.status(), 403, "{stranger} {path}");
        }
    }
}

#[tokio::test]
async fn its_pages_may_show_this_one_in_a_frame_and_other_pages_stay_away() {
    let app = app();
    let page =
        ask_from(INGRESS, &app, request("GET /", Some("https://home.example.org:8123"))).await;
    assert_eq!(page.status(), 200);
    let policy =
        |headers: &HeaderMap| headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy(page.headers()).contains("frame-ancestors 'self'"), "{page:?}");
    assert!(!page.headers().contains_key("x-frame-options"));
    let other = ask_from(INGRESS, &app, request("GET /caller", None)).await;
    assert!(policy(other.headers()).contains("frame-ancestors 'none'"), "only the page");
    let foreign = request("POST /write", Some("https://evil.example"));
    assert_eq!(ask_from(INGRESS, &app, foreign).await.status(), 403);
    let own = request("POST /write", Some("https://home.example.org:8123"));
    assert_eq!(text(ask_from(INGRESS, &app, own).await).await, "written");
}
