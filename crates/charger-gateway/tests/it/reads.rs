//! Reads: answers that are passed through, and errors.

use std::time::Duration;

use axum::body::Body;
use charger_gateway::FailureKind;
use http::Request;
use http_service::Caller;
use nrgkick_model::{Refusal, Reply};
use tokio::time::Instant;

use crate::fake::{Fake, gateway, ok, options};

#[tokio::test(start_paused = true)]
async fn bytes_pass_unchanged_and_only_known_flags_reach_the_charger() {
    let fake = Fake::new();
    let body = "{ \"energy\" : {\"charged_energy\": 5.0},\n \"new\":[1e2]}";
    fake.state().values = ok(body);
    let gateway = gateway(&fake, options());
    let got = gateway.get("/values?raw=1&general=1").await;
    assert_eq!((got.status, got.body.as_str()), (200, body));
    assert_eq!(got.head.headers["content-type"], "application/json");
    let ours = ["content-type", "content-length", "age", "x-nrgkick-age-ms"];
    assert!(got.head.headers.keys().all(|name| ours.contains(&name.as_str())), "{:?}", got.head);
    let got = gateway.get("/values?raw&x=1").await;
    assert_eq!((got.status, got.body), (501, Refusal::new(501, Refusal::INVALID_PARAMETER).body()));
    assert_eq!(gateway.get("/c/garage/values").await.body, body);
    assert_eq!(fake.state().asked, ["/values?raw&general", "/values"]);
}

#[tokio::test(start_paused = true)]
async fn refusals_pass_with_their_status_and_the_password_is_whose_it_is() {
    let mut fake = Fake::new();
    for (status, text) in [(200, Refusal::DISABLED), (404, Refusal::NOT_FOUND)] {
        let refusal = Refusal::new(status, text);
        fake.state().values = Reply { status, body: refusal.body().into_bytes() };
        let got = gateway(&fake, options()).get("/values").await;
        assert_eq!((got.status, got.body), (status, refusal.body()));
    }
    fake.state().values = Reply { status: 401, body: b"<html>".to_vec() };
    for (has_password, status) in [(false, 401), (true, 502)] {
        fake.has_password = has_password;
        let got = gateway(&fake, options()).get("/values").await;
        assert_eq!((got.status, got.code().as_str()), (status, "upstream_auth"));
        assert!(!got.head.headers.contains_key("www-authenticate"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_no_answer_is_502_and_says_what_it_was() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    for (status, body, part) in [
        (200, "<!doctype html><title>Login", "<!doctype html>"),
        (200, "{\"energy\":{\"charged", "EOF"),
        (200, "", "expected JSON"),
        (200, "{\"x\":NaN}", "expected JSON"),
        (302, "{}", "status 302"),
        (302, "{\"Response\":\"moved\"}", "status 302"),
        (500, "<h1>oops</h1>", "status 500"),
    ] {
        fake.state().values = Reply { status, body: body.into() };
        let got = gateway.get("/values").await;
        assert_eq!((got.status, got.code().as_str()), (502, "protocol"), "{body}");
        assert!(got.body.contains(part), "{body}: {}", got.body);
    }
    fake.state().values = Reply { status: 503, body: b"{\"busy\":1}".to_vec() };
    let got = gateway.get("/values").await;
    assert_eq!((got.status, got.body.as_str()), (503, "{\"busy\":1}"));
}

#[tokio::test(start_paused = true)]
async fn private_values_are_for_this_machine_and_the_token() {
    let fake = Fake::new();
    let body = r#"{"network":{"ssid":"home","rssi":-70},"gps":{"latitude":46.9}}"#;
    fake.state().info = ok(body);
    let gateway_of = |show_private| {
        let mut options = options();
        options.show_private = show_private;
        gateway(&fake, options)
    };
    let closed = gateway_of(false);
    assert_eq!(closed.get_as(Caller::Loopback, "/info?raw").await.body, body);
    assert_eq!(closed.get_as(Caller::Token, "/info?raw").await.body, body);
    for path in ["/info?raw", "/info", "/c/garage/info?network&gps"] {
        let got = closed.get_as(Caller::Lan, path).await;
        assert_eq!(got.body, r#"{"network":{"rssi":-70}}"#, "{path}");
    }
    let unknown = closed.send(Request::get("/info").body(Body::empty()).unwrap()).await;
    assert_eq!(unknown.body, r#"{"network":{"rssi":-70}}"#);
    assert_eq!(gateway_of(true).get_as(Caller::Lan, "/info?raw").await.body, body);
}

#[tokio::test(start_paused = true)]
async fn failures_have_their_status_and_name_the_address() {
    for (kind, status, code) in [
        (FailureKind::Connect, 502, "unreachable"),
        (FailureKind::Timeout, 504, "timeout"),
        (FailureKind::Closed, 502, "closed"),
        (FailureKind::Protocol, 502, "protocol"),
        (FailureKind::TooLarge, 502, "too_large_answer"),
    ] {
        let fake = Fake::new();
        fake.state().reads_fail = Some(kind);
        let got = gateway(&fake, options()).get("/values").await;
        assert_eq!((got.status, got.code().as_str()), (status, code));
        assert!(got.body.contains("192.168.1.20") && got.body.contains(r#""retryable":true"#));
    }
}

#[tokio::test(start_paused = true)]
async fn a_charger_that_cannot_be_reached_is_left_alone_for_a_moment_and_then_found_again() {
    let fake = Fake::new();
    fake.state().reads_fail = Some(FailureKind::Connect);
    let gateway = gateway(&fake, options());
    assert_eq!(gateway.get("/values").await.status, 502);
    for _ in 0..3 {
        let begun = Instant::now();
        let got = gateway.get("/values").await;
        assert_eq!((got.status, got.code().as_str()), (503, "charger_down"));
        assert_eq!(got.head.headers["retry-after"], "1");
        assert_eq!(begun.elapsed(), Duration::ZERO, "nobody waits");
    }
    assert_eq!(fake.state().asked.len(), 1, "it was asked once");
    let soon = Duration::from_millis(301);
    for _ in 0..4 {
        fake.state().reads_fail = None;
        tokio::time::advance(soon).await;
        assert_eq!(gateway.get("/values").await.status, 200, "no answer makes the pause longer");
        fake.state().reads_fail = Some(FailureKind::Connect);
        assert_eq!(gateway.get("/values").await.status, 502);
    }
}

#[tokio::test(start_paused = true)]
async fn paths_are_what_they_are_written_as() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    for path in ["//control", "/control%3fcurrent_set=6", "/control/", "/c/garage//control", "/c/"]
    {
        assert_eq!(gateway.get(path).await.status, 404, "{path}");
    }
    for path in ["/c/cellar/values", "/c/%67arag/values", "/c/http:%2f%2fevil/values"] {
        let got = gateway.get(path).await;
        assert_eq!((got.status, got.code().as_str()), (404, "unknown_charger"), "{path}");
    }
    assert_eq!(fake.state().asked, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn readers_of_a_silent_charger_share_its_silence() {
    let fake = Fake::new();
    fake.state().is_silent = true;
    let gateway = gateway(&fake, options());
    let start = Instant::now();
    let read_at = async |seconds| {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let got = gateway.get("/values").await;
        (got.status, start.elapsed())
    };
    let all = tokio::join!(read_at(0), read_at(0), read_at(1), read_at(3), read_at(6));
    for (status, answered) in [all.0, all.1, all.2, all.3, all.4] {
        assert_eq!(status, 504);
        assert!(answered <= Duration::from_secs(8), "{answered:?}");
    }
    assert_eq!(fake.state().asked.len(), 1, "it was asked once for all of them");
}

#[tokio::test(start_paused = true)]
async fn a_charger_that_is_away_is_asked_seldom_and_found_again_within_5_seconds() {
    let fake = Fake::new();
    fake.state().reads_fail = Some(FailureKind::Connect);
    let gateway = gateway(&fake, options());
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        assert_ne!(gateway.get("/values").await.status, 200);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let asked = fake.state().asked.len();
    assert!(asked <= 30, "{asked} in a minute");
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(fake.state().asked.len(), asked, "nobody asked");
    assert_ne!(gateway.get("/values").await.status, 200);
    fake.state().reads_fail = None;
    let back = Instant::now();
    while gateway.get("/values").await.status != 200 {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert!(back.elapsed() <= Duration::from_secs(5), "{:?}", back.elapsed());
}
