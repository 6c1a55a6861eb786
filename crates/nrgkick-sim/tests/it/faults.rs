//! Faults as a client sees them.

use std::io::ErrorKind;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep, timeout};

use crate::support::{Running, start, still};

const GET: &str = "GET /values HTTP/1.1";

async fn is_well(charger: &Running) {
    assert!(charger.get("/values").await.json()["energy"].is_object());
}

#[tokio::test]
async fn a_reset_is_a_reset_and_can_come_after_the_write() {
    let charger = start(still()).await;
    charger.fault(&json!({"kind": "reset"})).await;
    assert_eq!(charger.bytes(GET, "").await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let write = "GET /control?current_set=8 HTTP/1.1";
    charger.bytes(write, "").await.unwrap_err();
    assert_eq!(charger.get("/_sim/writes").await.json()["count"], 0);

    charger.fault(&json!({"kind": "reset", "applied": true, "count": 1})).await;
    charger.bytes(write, "").await.unwrap_err();
    assert_eq!(charger.get("/_sim/writes").await.json()["count"], 1);
    is_well(&charger).await;
    charger.stop().await;
}

#[tokio::test]
async fn silence_ends_with_the_fault() {
    let charger = start(still()).await;
    charger.fault(&json!({"kind": "silence"})).await;
    let mut stream = charger.connect().await.unwrap();
    stream.write_all(format!("{GET}\r\nhost: sim\r\n\r\n").as_bytes()).await.unwrap();
    let mut buffer = [0; 16];
    let early = timeout(Duration::from_millis(100), stream.read(&mut buffer)).await;
    assert!(early.is_err(), "{early:?}");
    assert_eq!(charger.get("/_sim/fault").await.json(), json!({"kind": "silence"}));
    charger.fault(&json!({"kind": "off"})).await;
    let end = timeout(Duration::from_secs(5), stream.read(&mut buffer)).await.unwrap();
    assert!(!matches!(end, Ok(1..)), "no late answer: {end:?}");
    is_well(&charger).await;
    charger.stop().await;
}

#[tokio::test]
async fn slow_is_late_and_whole() {
    let charger = start(still()).await;
    charger.fault(&json!({"kind": "slow", "ms": 150})).await;
    let before = Instant::now();
    is_well(&charger).await;
    assert!(before.elapsed() >= Duration::from_millis(150));
    charger.stop().await;
}

#[tokio::test]
async fn truncated_promises_more_than_it_sends() {
    let charger = start(still()).await;
    charger.fault(&json!({"kind": "truncated"})).await;
    let answer = charger.get("/values").await;
    let promised: usize = answer.header("content-length").unwrap().parse().unwrap();
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body.len(), promised / 2);
    assert!(answer.body.starts_with(b"{\"energy\":"));
    charger.fault(&json!({"kind": "off"})).await;
    is_well(&charger).await;
    charger.stop().await;
}

#[tokio::test]
async fn garbage_html_and_statuses_are_no_documents() {
    let charger = start(still()).await;
    charger.fault(&json!({"kind": "garbage"})).await;
    let bytes = charger.bytes(GET, "").await.unwrap();
    assert!(!bytes.is_empty() && !bytes.starts_with(b"HTTP"));

    charger.fault(&json!({"kind": "html"})).await;
    let page = charger.get("/values").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html")));

    for status in [500, 502, 503, 504] {
        charger.fault(&json!({"kind": "status", "status": status, "path": "/values"})).await;
        assert_eq!(charger.get("/values?raw").await.status, status);
        assert_eq!(charger.get("/info").await.status, 200, "another path is well");
    }
    charger.stop().await;
}

#[tokio::test]
async fn a_unit_that_is_offline_resets_all_but_us() {
    let charger = start(still()).await;
    charger.fault(&json!({"kind": "offline"})).await;
    for _ in 0..3 {
        charger.bytes(GET, "").await.unwrap_err();
    }
    charger.fault(&json!({"kind": "off"})).await;
    is_well(&charger).await;
    charger.stop().await;
}

#[tokio::test]
async fn an_outage_closes_the_port_and_ends_by_itself() {
    let charger = start(still()).await;
    let mut kept = charger.connect().await.unwrap();
    charger.fault(&json!({"kind": "offline", "ms": 700})).await;
    let mut refused = false;
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        match charger.connect().await {
            Err(error) => refused |= error.kind() == ErrorKind::ConnectionRefused,
            Ok(_) if refused => break,
            Ok(_) => {}
        }
        assert!(Instant::now() < deadline, "refused: {refused}");
        // Polled, as the closed port announces itself in no other way.
        sleep(Duration::from_millis(10)).await;
    }
    is_well(&charger).await;
    let mut buffer = [0; 1];
    let end = timeout(Duration::from_secs(5), kept.read(&mut buffer)).await.unwrap();
    assert!(!matches!(end, Ok(1..)), "connections from before are closed");
    charger.stop().await;
}

#[tokio::test]
async fn a_stop_does_not_wait_for_silence() {
    let charger = start(still()).await;
    charger.fault(&json!({"kind": "silence"})).await;
    let mut stream = charger.connect().await.unwrap();
    stream.write_all(format!("{GET}\r\nhost: sim\r\n\r\n").as_bytes()).await.unwrap();
    charger.stop().await;
}

#[tokio::test]
async fn a_rewritten_answer_says_anything_and_the_charger_stays_as_it_is() {
    let charger = start(still()).await;
    let before = charger.get("/values").await.json();
    let with = json!({"values": {
        "energy": "__delete__",
        "general": {"status": 300, "no_such_key": [1]},
        "powerflow": {"l3": null},
    }});
    charger.fault(&json!({"kind": "rewrite", "with": with})).await;
    let values = charger.get("/values").await.json();
    assert_eq!(values.get("energy"), None);
    assert_eq!(values["general"]["status"], 300);
    assert_eq!(values["general"]["no_such_key"], json!([1]));
    assert!(values["powerflow"]["l3"].is_null());
    assert_eq!(values["powerflow"]["l1"], before["powerflow"]["l1"]);
    assert!(charger.get("/control").await.json()["current_set"].is_number());
    charger.fault(&json!({"kind": "off"})).await;
    assert_eq!(charger.get("/values").await.json()["general"], before["general"]);
    charger.stop().await;
}

#[tokio::test]
async fn a_connection_that_is_closed_after_its_answer_does_not_say_so() {
    let charger = start(still()).await;
    charger.fault(&json!({"kind": "close"})).await;
    let bytes = charger.bytes(GET, "").await.unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("HTTP/1.1 200") && text.ends_with('}'), "{text}");
    assert!(!text.to_lowercase().contains("connection:"), "{text}");
    charger.stop().await;
}
