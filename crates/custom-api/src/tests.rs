//! All layers together, with requests as from another machine: access to each path.

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use clap::Parser as _;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use http_service::{AppService, Bundle, Peer};
use tower::ServiceExt as _;

use crate::shared::Shared;
use crate::*;

const SERVER_TOKEN: &str = "server-0123456789";
const PUSH_TOKEN: &str = "push-0123456789abc";
const LAN: &str = "192.168.1.50";

struct House {
    app: AppService,
    _folder: tempfile::TempDir,
}

impl House {
    /// A server open to the network, with a token.
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (token, push) = (folder.path().join("token"), folder.path().join("push"));
        std::fs::write(&token, SERVER_TOKEN).unwrap();
        std::fs::write(&push, PUSH_TOKEN).unwrap();
        let config = Config::parse(text, Path::new("house.toml"), Some(&push)).unwrap();
        let token = token.to_str().unwrap();
        let flags = ["custom-api", "--config", "x", "--token-file", token];
        let args = Args::try_parse_from(flags).unwrap().server;
        let shared = Arc::new(Shared::new(config, Timeouts::default(), Pace::default(), false));
        let listen = "0.0.0.0:8082".parse().unwrap();
        let app =
            app(shared, Bundle::from_static(&[]), args.rules(listen).unwrap(), listen).unwrap();
        Self { app, _folder: folder }
    }

    async fn ask(&self, peer: &str, request: http::request::Builder, body: &str) -> Response<Body> {
        let mut request = request.body(Body::from(body.to_owned())).unwrap();
        request.extensions_mut().insert(Peer(format!("{peer}:4711").parse().unwrap()));
        self.app.clone().oneshot(request).await.unwrap()
    }

    async fn push(&self, path: &str, token: Option<&str>, body: &str) -> (u16, String) {
        let mut request = Request::put(path).header("host", "localhost");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = self.ask("127.0.0.1", request, body).await;
        (answer.status().as_u16(), text(answer).await)
    }
}

async fn text(answer: Response<Body>) -> String {
    let bytes = answer.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}

const PUSHED: &str = r#"
    [inverters.0]
    inv_power_ac_w = { push = "inverter" }
    battery_connected = { push = "connected" }
    [energy_meters.0]
    grid_power_w = -100
"#;

#[tokio::test]
async fn the_charger_is_asked_for_nothing_and_everyone_else_for_the_token() {
    let house = House::new("load_power_w = 5");
    for host in [None, Some("charger.example"), Some("192.168.1.60:8082")] {
        for path in [VALUES_PATH, INFO_PATH] {
            let mut request = Request::get(path);
            if let Some(host) = host {
                request = request.header("host", host);
            }
            let answer = house.ask(LAN, request, "").await;
            assert_eq!(answer.status(), StatusCode::OK, "{path} {host:?}");
            let mut names: Vec<_> = answer.headers().keys().map(|name| name.as_str()).collect();
            names.sort_unstable();
            assert_eq!(
                names,
                ["cache-control", "content-length", "content-type"],
                "a small parser has to do"
            );
        }
    }
    for path in ["/status", "/history?value=load_power_w", "/", "/api/v1/values.json/", "/api/v1/"]
    {
        let request = || Request::get(path).header("host", "192.168.1.60");
        assert_eq!(house.ask(LAN, request(), "").await.status(), 401, "{path}");
        let bearer = format!("Bearer {SERVER_TOKEN}");
        let answer = house.ask(LAN, request().header("authorization", bearer), "").await;
        assert_ne!(answer.status(), 401, "{path}");
        let foreign = Request::get(path).header("host", "evil.example");
        assert_eq!(house.ask("127.0.0.1", foreign, "").await.status(), 421, "{path}");
    }
}

#[tokio::test]
async fn other_methods_are_refused_and_other_paths_are_not_there() {
    let house = House::new("load_power_w = 5");
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"] {
        let request = Request::builder().method(method).uri(VALUES_PATH);
        let answer = house.ask(LAN, request, "").await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["allow"]),
            (405, &"GET".parse().unwrap())
        );
    }
    let bearer = format!("Bearer {SERVER_TOKEN}");
    let elsewhere = Request::get("/api/v1/nothing.json").header("host", "localhost");
    let elsewhere = elsewhere.header("authorization", bearer);
    assert_eq!(house.ask("127.0.0.1", elsewhere, "").await.status(), 404);
}

#[tokio::test]
async fn health_is_open_and_what_is_wrong_with_the_values_is_not() {
    let house = House::new("load_power_w = 5");
    for from in ["127.0.0.1", LAN] {
        let request = || Request::get("/healthz").header("host", "localhost");
        let answer = house.ask(from, request(), "").await;
        assert_eq!((answer.status().as_u16(), text(answer).await), (200, OK.to_owned()), "{from}");
        let bearer = format!("Bearer {SERVER_TOKEN}");
        let answer = house.ask(from, request().header("authorization", bearer), "").await;
        assert!(text(answer).await.contains(r#""values":"served""#), "{from}");
    }
}

/// The health answer for callers without access.
const OK: &str = r#"{"status":"ok"}"#;

#[tokio::test]
async fn wrong_push_tokens_are_limited_and_the_right_one_passes_still() {
    let house = House::new(PUSHED);
    for _ in 0..20 {
        assert_eq!(house.push("/push/inverter", Some("wrong"), "5").await.0, 401);
    }
    assert_eq!(house.push("/push/inverter", Some("wrong"), "5").await.0, 429);
    assert_eq!(house.push("/push", Some("wrong"), "5").await.0, 429);
    assert_eq!(house.push("/push/inverter", Some(PUSH_TOKEN), "5").await.0, 204);
}

#[tokio::test]
async fn a_web_page_of_elsewhere_learns_nothing() {
    let house = House::new("load_power_w = 5");
    let page = Request::get(VALUES_PATH).header("origin", "https://evil.example");
    assert_eq!(house.ask("127.0.0.1", page, "").await.status(), 403);
}

#[tokio::test]
async fn pushing_needs_its_own_token_even_from_here() {
    let house = House::new(PUSHED);
    let (status, body) = house.push("/push/inverter", None, "5").await;
    assert_eq!(status, 401, "{body}");
    for wrong in ["", "wrong", SERVER_TOKEN] {
        assert_eq!(house.push("/push/inverter", Some(wrong), "5").await.0, 401, "{wrong}");
        assert_eq!(house.push("/push", Some(wrong), "{}").await.0, 401, "{wrong}");
    }
    assert_eq!(house.push("/push/inverter", Some(PUSH_TOKEN), "2225").await.0, 204);
    // From the network, the push token alone is enough.
    let request = Request::put("/push/connected")
        .header("host", "192.168.1.60")
        .header("authorization", format!("Bearer {PUSH_TOKEN}"));
    assert_eq!(house.ask(LAN, request, "true").await.status(), 204);
    let values = text(house.ask(LAN, Request::get(VALUES_PATH), "").await).await;
    let values: ValuesDocument = serde_json::from_str(&values).unwrap();
    assert_eq!(values.device_values.load_power_w, Some(2125));
}

use nrgkick_model::custom_api::{Observed, ValuesDocument};

#[tokio::test]
async fn what_is_pushed_is_checked_whole_before_any_of_it_counts() {
    let house = House::new(PUSHED);
    let push = async |path, body| house.push(path, Some(PUSH_TOKEN), body).await;
    for body in ["True", "1e999", "{", "{\"inverters\":{\"0\":{\"inv_power_ac_w\":True}}}"] {
        let path = if body.starts_with('{') { "/push" } else { "/push/inverter" };
        assert_eq!(push(path, body).await.0, 400, "{body}");
    }
    for body in ["\"5\"", "[1]", "{}", "true", "1e30"] {
        assert_eq!(push("/push/inverter", body).await.0, 422, "{body}");
    }
    for body in ["null", "NaN", "", "unavailable", "\"Unknown\""] {
        let (status, answer) = push("/push/inverter", body).await;
        assert!(status == 422 && answer.contains("no value"), "{body}: {status} {answer}");
    }
    assert_eq!(push("/push/connected", "2").await.0, 422);
    assert_eq!(push("/push/nothing", "1").await.0, 404);
    let six = r#"{"inverters":{"0":{"inv_power_ac_w":1},"5":{"inv_power_ac_w":1}}}"#;
    let (status, body) = push("/push", six).await;
    assert!(status == 422 && body.contains("five inverters"), "{status} {body}");
    for (body, words) in [
        (r#"{"energy_meters":{"0":{"grid_power_w":1}}}"#, "not configured"),
        (r#"{"inverters":{"0":{"power":1}}}"#, "no value inverters.0.power"),
        (r#"{"inverters":{"0":{"name":"x"}}}"#, "no value inverters.0.name"),
        (r#"{"inverters":[{"inv_power_ac_w":1}]}"#, "keyed by"),
        (r#"{"solar":1}"#, "no value solar"),
        (r#"{"device_values":{}}"#, "no value in the body"),
        (r#"{"inverters":{"0":{"battery_connected":true,"inv_power_ac_w":"x"}}}"#, "a number"),
    ] {
        let (status, answer) = push("/push", body).await;
        assert!(status == 422 && answer.contains(words), "{body}: {status} {answer}");
    }
    let values = house.ask(LAN, Request::get(VALUES_PATH), "").await;
    assert_eq!(values.status(), 503, "nothing of all that counts");
    let whole =
        r#"{"device_values":{"inverters":{"0":{"battery_connected":true,"inv_power_ac_w":7.6}}}}"#;
    assert_eq!(push("/push", whole).await.0, 204);
    let values = text(house.ask(LAN, Request::get(VALUES_PATH), "").await).await;
    assert!(values.contains("\"inv_power_ac_w\":8"), "{values}");
    let get = Request::get("/push").header("host", "localhost");
    assert_eq!(house.ask("127.0.0.1", get, "").await.status(), 405);
    let long = "1".repeat(20_000);
    assert_eq!(push("/push/inverter", &long).await.0, 413);
}

/// One sensor of several is unavailable: the others count, and it does not become 0.
#[tokio::test]
async fn a_value_that_is_pushed_as_unavailable_takes_nothing_from_the_others() {
    let house = House::new(PUSHED);
    for gone in ["null", "\"unavailable\"", "\"unknown\"", "\"NaN\"", "\"\""] {
        let body =
            format!(r#"{{"inverters":{{"0":{{"battery_connected":1,"inv_power_ac_w":{gone}}}}}}}"#);
        assert_eq!(house.push("/push", Some(PUSH_TOKEN), &body).await.0, 204, "{gone}");
        let values = house.ask(LAN, Request::get(VALUES_PATH), "").await;
        assert_eq!(values.status(), 503, "{gone}");
        let asking = Request::get("/status")
            .header("host", "localhost")
            .header("authorization", format!("Bearer {SERVER_TOKEN}"));
        let status = text(house.ask("127.0.0.1", asking, "").await).await;
        let status: gateway_api::custom_api::Status = serde_json::from_str(&status).unwrap();
        let error = status.sources[0].error.as_ref().unwrap();
        assert!(error.message.contains("no value"), "{error:?}");
        let connected = status.sources[1].value;
        assert_eq!(connected, Some(Observed::Flag(true)), "1 is a switch, as in registers");
    }
}

#[tokio::test]
async fn without_a_push_token_nothing_can_be_pushed() {
    let config = Config::parse("load_power_w = 5", Path::new("x"), None).unwrap();
    let shared = Arc::new(Shared::new(config, Timeouts::default(), Pace::default(), false));
    let args = Args::try_parse_from(["custom-api", "--config", "x"]).unwrap().server;
    let rules = args.rules(DEFAULT_LISTEN).unwrap();
    let app = app(shared, Bundle::from_static(&[]), rules, DEFAULT_LISTEN).unwrap();
    let request = Request::put("/push").header("host", "localhost").body(Body::empty()).unwrap();
    assert_eq!(app.oneshot(request).await.unwrap().status(), 403);
}

#[tokio::test]
async fn the_last_day_of_a_value_is_told_by_its_name() {
    let house = House::new(PUSHED);
    let get = async |query: &str| {
        let bearer = format!("Bearer {SERVER_TOKEN}");
        let request = Request::get(format!("/history{query}")).header("host", "localhost");
        let answer = house.ask("127.0.0.1", request.header("authorization", bearer), "").await;
        (answer.status().as_u16(), text(answer).await)
    };
    let (status, day) = get("?value=energy_meters.0.grid_power_w").await;
    let day: gateway_api::value_history::ValueHistory = serde_json::from_str(&day).unwrap();
    assert_eq!((status, day.step_ms, day.points), (200, 60_000, Vec::new()), "nobody looked yet");
    let (status, error) = get("?value=roof").await;
    assert!(status == 404 && error.contains("roof"), "{status} {error}");
    assert_eq!(get("").await.0, 400);
}
