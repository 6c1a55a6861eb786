//! Faults of a charger, and the time until the client gets an error.

use tokio::time::Instant;

use crate::charger::{Action, Charger, answer, json, settable};
use crate::proxy::{EXCHANGE, Proxy};

/// Name of a fault, its action, and the expected status and part of the body.
type Case = (&'static str, fn() -> Action, u16, &'static str);

const CASES: [Case; 10] = [
    ("html", || Action::Send(answer("200 OK", "", "<!doctype html><p>Login")), 502, "doctype html"),
    (
        "truncated json",
        || Action::Send(answer("200 OK", "", r#"{"energy":{"#)),
        502,
        "expected JSON",
    ),
    (
        "truncated body",
        || Action::SendAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}".to_vec()),
        502,
        "closed",
    ),
    (
        "no http",
        || Action::SendAndClose(b"\x15\x03\x01\x00\x02\x02\x50\r\n\r\n".to_vec()),
        502,
        "protocol",
    ),
    (
        "announced too large",
        || Action::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 314572800\r\n\r\n{".to_vec()),
        502,
        "too_large",
    ),
    ("too large in chunks", || Action::Send(chunks()), 502, "too_large"),
    (
        "head too large",
        || Action::Send(answer("200 OK", &format!("X: {}\r\n", "x".repeat(40_000)), "{}")),
        502,
        "too_large",
    ),
    (
        "redirect",
        || Action::Send(answer("302 Found", "Location: http://169.254.169.254/\r\n", "")),
        502,
        "status 302",
    ),
    ("silence", || Action::Silence, 504, "timeout"),
    (
        "drip",
        || Action::Drip(answer("200 OK", &format!("X: {}\r\n", "x".repeat(999)), "{}")),
        504,
        "timeout",
    ),
];

fn chunks() -> Vec<u8> {
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..20 {
        bytes.extend_from_slice(format!("1000\r\n{}\r\n", "1".repeat(4096)).as_bytes());
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}

#[tokio::test]
async fn every_fault_is_one_clear_error_in_time_and_the_next_read_is_right() {
    for (name, fault, status, part) in CASES {
        let charger = Charger::new(|_| json("{}")).await;
        let proxy = Proxy::new(&charger, &[]).await;
        assert_eq!(proxy.get("/control").await.status, 200, "{name}");
        charger.now_does(move |_| fault());
        let start = Instant::now();
        let got = proxy.get("/values").await;
        let took = start.elapsed();
        assert_eq!(got.status, status, "{name}: {}", got.body);
        assert!(got.body.contains(part), "{name}: {}", got.body);
        // The drip itself would last far longer than twice the limit of an exchange.
        assert!(took < EXCHANGE * 2, "{name} took {took:?}");
        charger.now_does(settable());
        let got = proxy.get("/control").await;
        assert_eq!(got.body, r#"{"current_set":6.0,"phase_count":3}"#, "{name}");
    }
}

#[tokio::test]
async fn a_second_answer_is_never_taken_for_the_next_one() {
    let twice = [answer("200 OK", "", r#"{"a":1}"#), answer("200 OK", "", r#"{"late":1}"#)];
    let charger = Charger::new(move |_| Action::Send(twice.concat())).await;
    let proxy = Proxy::new(&charger, &[]).await;
    for _ in 0..5 {
        let got = proxy.get("/values").await;
        assert!(!got.body.contains("late"), "{}", got.body);
    }
}

#[tokio::test]
async fn an_answer_after_the_deadline_is_dropped_with_its_connection() {
    let charger = Charger::new(|_| Action::Silence).await;
    let proxy = Proxy::new(&charger, &[]).await;
    assert_eq!(proxy.get("/values").await.status, 504);
    charger.now_does(settable());
    assert_eq!(proxy.get("/values").await.status, 200);
    let asked = charger.asked();
    assert_ne!(asked[0].connection, asked[1].connection);
}

#[tokio::test]
async fn a_charger_that_is_gone_is_502_then_503_with_a_time_to_wait() {
    let nobody = Charger::gone().await;
    let proxy = Proxy::new(&nobody, &[]).await;
    let statuses = [proxy.get("/values").await, proxy.get("/values").await];
    for got in statuses {
        assert!([502, 503].contains(&got.status), "{}", got.body);
        assert!(got.body.contains(&nobody.address.to_string()), "{}", got.body);
        assert!(got.body.contains("refused the connection"), "{}", got.body);
        assert!(!got.body.contains("os error"), "{}", got.body);
        assert_eq!(got.status == 503, got.head.contains("retry-after"));
    }
    let got = proxy.post("a", r#"{"charge_pause":1}"#).await;
    assert_eq!(got.status, 503);
    assert!(got.body.contains(r#""retryable":true"#), "{}", got.body);
}

#[tokio::test]
async fn the_systems_words_are_for_the_log_only() {
    let charger = Charger::new(|_| Action::Reset).await;
    let proxy = Proxy::new(&charger, &[]).await;
    for path in ["/values", "/healthz"] {
        let got = proxy.get(path).await;
        assert!(got.body.contains("ended the connection"), "{}", got.body);
        assert!(!got.body.contains("os error"), "{}", got.body);
    }
    let got = proxy.post("a", r#"{"charge_pause":1}"#).await;
    assert!(!got.body.contains("os error"), "{}", got.body);
}

#[tokio::test]
async fn case_52_a_charger_that_closes_after_each_answer_is_read_and_written() {
    let mut inner = settable();
    let charger = Charger::new(move |target: &str| match inner(target) {
        Action::Send(bytes) => Action::SendAndClose(bytes),
        other => other,
    })
    .await;
    let proxy = Proxy::new(&charger, &[]).await;
    for _ in 0..3 {
        for path in ["/values", "/control", "/info"] {
            let got = proxy.get(path).await;
            assert_eq!(got.status, 200, "{path}: {}", got.body);
        }
    }
    let got = proxy.post("a", r#"{"current_set":16}"#).await;
    assert_eq!(got.status, 200, "{}", got.body);
    assert_eq!(charger.writes().len(), 1);
}

#[tokio::test]
async fn case_50_a_second_write_that_is_ignored_is_a_mismatch_with_its_key() {
    let mut inner = settable();
    let mut writes = 0;
    let charger = Charger::new(move |target: &str| {
        writes += usize::from(target.contains('='));
        // Answers as if the write was taken.
        if target.contains('=') && writes > 1 { json("{}") } else { inner(target) }
    })
    .await;
    let proxy = Proxy::new(&charger, &[]).await;
    assert_eq!(proxy.post("a", r#"{"current_set":16}"#).await.status, 200);
    let got = proxy.post("b", r#"{"current_set":10}"#).await;
    assert_eq!(got.status, 409, "{}", got.body);
    assert!(got.body.contains(r#""keys":{"current_set":"mismatch"}"#), "{}", got.body);
    assert!(got.body.contains("shows Set current 16 A"), "{}", got.body);
    assert_eq!(charger.writes().len(), 2);
}

#[tokio::test]
async fn case_56_a_doubtful_answer_to_a_write_is_read_back() {
    for (status, body) in [
        ("200 OK", r#"{"Response":null}"#),
        ("500 Oops", r#"{"Response":"Internal error"}"#),
        ("503 Busy", r#"{"Response":null}"#),
    ] {
        let mut inner = settable();
        let charger = Charger::new(move |target: &str| {
            let action = inner(target);
            if target.contains('=') { Action::Send(answer(status, "", body)) } else { action }
        })
        .await;
        let proxy = Proxy::new(&charger, &[]).await;
        let got = proxy.post("a", r#"{"current_set":16}"#).await;
        assert_eq!(got.status, 200, "{status}: {}", got.body);
        assert!(got.body.contains(r#""outcome":"verified""#), "{}", got.body);
        assert_eq!(charger.writes().len(), 1);
    }
}
