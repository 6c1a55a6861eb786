//! All layers, on every status.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Extension, Query};
use axum::routing::{get, post};
use http::{Request, Response};
use http_service::access::{Token, Tokens};
use http_service::{Access, ApiError, App, Caller, body};
use serde::Deserialize;

use crate::support::{ask, ask_from, request, text};

const TOKEN: &str = "0123456789abcdef";
const VIEW: &str = "fedcba9876543210";

#[derive(Deserialize)]
struct Number {
    n: u8,
}

fn app() -> App {
    let routes = Router::new()
        .route("/", get(async || "hello"))
        .route(
            "/panic",
            get(async || {
                if true {
                    panic!("secret text")
                }
            }),
        )
        .route("/never", get(std::future::pending::<()>).post(std::future::pending::<()>))
        .route(
            "/busy",
            get(async || ApiError::unavailable("later").retry_after(Duration::from_millis(1500))),
        )
        .route("/query", get(async |Query(Number { n }): Query<Number>| n.to_string()))
        .route("/caller", get(async |Extension(caller): Extension<Caller>| format!("{caller:?}")))
        .route("/cached", get(async || ([("cache-control", "max-age=1")], "x")))
        .route("/unread", post(async || "unread"))
        .route("/read", post(async |body: Bytes| body.len().to_string()))
        .route(
            "/json",
            post(async |request: Request<Body>| {
                body::json::<Number>(request, 64).await.map(|Number { n }| n.to_string())
            }),
        );
    App::new(routes).deadline(Duration::from_millis(50)).body_bytes(128)
}

fn check_headers(response: &Response<Body>) {
    let headers = response.headers();
    assert_eq!(headers["content-security-policy"], "default-src 'none'; frame-ancestors 'none'");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(headers[name], value);
        assert_eq!(headers.get_all(name).iter().count(), 1, "{name}");
    }
    assert!(headers.contains_key("cache-control"));
    assert!(!headers.contains_key("access-control-allow-origin"));
}

async fn error(response: Response<Body>) -> (u16, String, bool) {
    check_headers(&response);
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let text = text(response).await;
    let shape: serde_json::Value = serde_json::from_str(&text).unwrap();
    let inner = shape["error"].as_object().unwrap();
    assert_eq!((shape.as_object().unwrap().len(), inner.len()), (1, 3), "{text}");
    assert!(!inner["message"].as_str().unwrap().is_empty());
    (status, inner["code"].as_str().unwrap().to_owned(), inner["retryable"].as_bool().unwrap())
}

#[tokio::test]
async fn every_error_has_the_shape_and_the_headers() {
    let router = app().into_router();
    let empty = Body::empty;
    let long = format!("/{}", "x".repeat(9000));
    let json = |body: &str| {
        let request = request("POST", "/json").header("content-type", "application/json");
        request.header("content-length", body.len()).body(Body::from(body.to_owned())).unwrap()
    };
    let plain = |method, path: &str| request(method, path).body(empty()).unwrap();
    let with =
        |name: &str, value: &str| request("GET", "/").header(name, value).body(empty()).unwrap();
    let table = [
        (plain("GET", "/nothing"), 404, "not_found", false),
        (plain("GET", "//"), 404, "not_found", false),
        (plain("DELETE", "/"), 405, "method_not_allowed", false),
        (plain("GET", "/panic"), 500, "internal", false),
        (plain("GET", "/never"), 504, "deadline", true),
        (plain("POST", "/never"), 504, "deadline", false),
        (plain("GET", "/busy"), 503, "unavailable", true),
        (plain("GET", "/query?n=x"), 400, "bad_request", false),
        (plain("GET", &long), 414, "uri_too_long", false),
        (plain("POST", "/json"), 415, "unsupported_media_type", false),
        (json(r#"{"n":256}"#), 400, "bad_request", false),
        (json(&" ".repeat(100)), 413, "too_large", false),
        (json(&" ".repeat(200)), 413, "too_large", false),
        (with("host", "localhost"), 400, "bad_request", false),
        (with("origin", "https://evil.example"), 403, "foreign_origin", false),
        (with("origin", "null"), 403, "foreign_origin", false),
        (with("sec-fetch-site", "cross-site"), 403, "cross_site", false),
        (
            Request::get("/").header("host", "evil.example").body(empty()).unwrap(),
            421,
            "unknown_host",
            false,
        ),
        (
            Request::get("/nothing").header("host", "evil").body(empty()).unwrap(),
            421,
            "unknown_host",
            false,
        ),
    ];
    for (request, status, code, retryable) in table {
        let what = format!("{} {:.20}", request.method(), request.uri());
        let found = error(ask(&router, request).await).await;
        assert_eq!(found, (status, code.to_owned(), retryable), "{what}");
    }
    let router = app().access(Access::Token(Token::new(TOKEN).unwrap().into())).into_router();
    let stranger = ask_from("192.168.1.7", &router, plain("GET", "/")).await;
    assert_eq!(error(stranger).await, (401, "unauthorized".to_owned(), false));
}

#[tokio::test]
async fn good_answers_have_the_headers_and_their_own_cache_control() {
    let router = app().into_router();
    let hello = ask(&router, request("GET", "/").body(Body::empty()).unwrap()).await;
    check_headers(&hello);
    assert_eq!(
        (hello.status().as_u16(), &hello.headers()["cache-control"]),
        (200, &"no-store".parse().unwrap())
    );
    let cached = ask(&router, request("GET", "/cached").body(Body::empty()).unwrap()).await;
    assert_eq!(cached.headers()["cache-control"], "max-age=1");
}

#[tokio::test]
async fn a_librarys_own_words_and_headers_stay() {
    let router = app().into_router();
    let bad = ask(&router, request("GET", "/query?n=x").body(Body::empty()).unwrap()).await;
    assert!(text(bad).await.contains("n: invalid digit"));
    let delete = ask(&router, request("DELETE", "/").body(Body::empty()).unwrap()).await;
    assert_eq!(delete.headers()["allow"], "GET,HEAD");
    let busy = ask(&router, request("GET", "/busy").body(Body::empty()).unwrap()).await;
    assert_eq!(busy.headers()["retry-after"], "2");
    let panic = ask(&router, request("GET", "/panic").body(Body::empty()).unwrap()).await;
    assert!(!text(panic).await.contains("secret text"));
}

#[tokio::test]
async fn a_body_without_a_length_is_bounded_too() {
    let router = app().into_router();
    let long = request("POST", "/json").header("content-type", "application/json; charset=utf-8");
    let response = ask(&router, long.body(Body::from(" ".repeat(300))).unwrap()).await;
    assert_eq!(error(response).await.0, 413);
    let beyond = request("POST", "/read").body(Body::from(vec![b'x'; 300])).unwrap();
    assert_eq!(error(ask(&router, beyond).await).await.0, 413);
    let within = request("POST", "/read").body(Body::from(vec![b'x'; 128])).unwrap();
    assert_eq!(text(ask(&router, within).await).await, "128");
    let announced = request("POST", "/unread").header("content-length", 129);
    let response = ask(&router, announced.body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()["connection"], "close");
    assert_eq!(error(response).await.0, 413);
    let good = request("POST", "/json").header("content-type", "application/json");
    let response = ask(&router, good.body(Body::from(r#"{"n":7}"#)).unwrap()).await;
    assert_eq!(text(response).await, "7");
}

#[tokio::test]
async fn routes_know_who_calls() {
    let who = async |access, peer, token: Option<&str>| {
        let mut request = request("GET", "/caller");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let router = app().access(access).into_router();
        text(ask_from(peer, &router, request.body(Body::empty()).unwrap()).await).await
    };
    let token = || Token::new(TOKEN).unwrap();
    assert_eq!(who(Access::Loopback, "127.0.0.1", None).await, "Loopback");
    assert!(who(Access::Loopback, "192.168.1.7", None).await.contains("forbidden"));
    assert_eq!(who(Access::TrustLan(None), "192.168.1.7", None).await, "Lan");
    assert_eq!(who(Access::Token(token().into()), "192.168.1.7", Some(TOKEN)).await, "Token");
    assert!(who(Access::Token(token().into()), "127.0.0.1", None).await.contains("unauthorized"));
    let tokens = Tokens { full: token(), view: Token::new(VIEW) };
    assert_eq!(who(Access::Token(tokens), "192.168.1.7", Some(VIEW)).await, "View");
    assert!(
        who(Access::Token(token().into()), "192.168.1.7", Some("wrong"))
            .await
            .contains("unauthorized")
    );
}

#[tokio::test]
async fn an_open_path_asks_nobody_and_is_one_exact_path() {
    let router = app()
        .access(Access::Token(Token::new(TOKEN).unwrap().into()))
        .open_on(["/caller"])
        .into_router();
    let status = async |path| {
        let request = request("GET", path).body(Body::empty()).unwrap();
        ask_from("192.168.1.7", &router, request).await.status().as_u16()
    };
    assert_eq!(status("/caller").await, 200);
    for other in ["/", "/caller/", "/Caller", "//caller", "/caller/x", "/%63aller"] {
        assert_eq!(status(other).await, 401, "{other}");
    }
    let foreign = Request::get("/caller").header("host", "evil.example").body(Body::empty());
    let answer = ask_from("192.168.1.7", &router, foreign.unwrap()).await;
    assert_eq!(answer.status(), 421, "the guard still holds");
}

#[tokio::test]
async fn a_token_in_the_address_is_swapped_for_a_session() {
    let router = app().access(Access::Token(Token::new(TOKEN).unwrap().into())).into_router();
    let from = "192.168.1.7";
    let link = request("GET", "/caller?token=0123456789abcdef").body(Body::empty()).unwrap();
    let answer = ask_from(from, &router, link).await;
    check_headers(&answer);
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (303, &"/caller".parse().unwrap())
    );
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let page = request("GET", "/caller").header("cookie", cookie).body(Body::empty()).unwrap();
    assert_eq!(text(ask_from(from, &router, page).await).await, "Token");
    for attempt in 0..21 {
        let guess = request("GET", "/").header("authorization", "Bearer guess");
        let status = ask_from(from, &router, guess.body(Body::empty()).unwrap()).await.status();
        assert_eq!(status, if attempt < 20 { 401 } else { 429 });
    }
}
