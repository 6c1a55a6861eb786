//! The charger's view of the server, byte by byte, and clients that could block it.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::support::{House, read_to_end};

const SEED: &str = include_str!("../../recipes/seed.toml");
const OFFICIAL_VALUES: &str =
    include_str!("../../../../tests/fixtures/custom_api/official_values.json");
const OFFICIAL_INFO: &str =
    include_str!("../../../../tests/fixtures/custom_api/official_info.json");

fn official(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn the_example_configuration_yields_the_manufacturers_two_documents() {
    let house = House::new(SEED).await;
    assert_eq!(house.get("/api/v1/values.json").await, (200, official(OFFICIAL_VALUES)));
    assert_eq!(house.get("/api/v1/info.json").await, (200, official(OFFICIAL_INFO)));
}

/// As the manufacturer's script does: the whole body with its length, then closed.
#[tokio::test]
async fn a_request_of_the_plainest_kind_is_answered_with_a_length() {
    let house = House::new(SEED).await;
    for request in [
        "GET /api/v1/values.json HTTP/1.0\r\n\r\n",
        "GET /api/v1/values.json HTTP/1.0\r\nHost: whatever.example:1000\r\n\r\n",
        "GET /api/v1/values.json HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET /api/v1/values.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ] {
        let answer = house.send(request.as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let head = head.to_ascii_lowercase();
        assert!(head.starts_with("http/1.") && head.contains(" 200 ok"), "{request}: {head}");
        assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
        assert!(head.contains("content-type: application/json"), "{head}");
        assert!(!head.contains("transfer-encoding"), "{head}");
        assert_eq!(official(body), official(OFFICIAL_VALUES));
    }
}

#[tokio::test]
async fn a_connection_is_kept_for_who_wants_to_keep_it() {
    let house = House::new(SEED).await;
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    let once = "GET /api/v1/info.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let last = "GET /api/v1/info.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(format!("{once}{last}").as_bytes()).await.unwrap();
    let answers = read_to_end(&mut stream).await;
    assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
}

#[tokio::test]
async fn elsewhere_is_nothing_and_other_methods_are_refused() {
    let house = House::new(SEED).await;
    for (line, status) in [
        ("GET /api/v1/other.json", 404),
        ("GET /api/v1/values.json/", 404),
        ("GET /API/v1/values.json", 404),
        ("POST /api/v1/values.json", 405),
        ("PUT /api/v1/info.json", 405),
        ("DELETE /api/v1/info.json", 405),
    ] {
        let request = format!(
            "{line} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        let answer = house.send(request.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{line}: {answer}");
    }
    let foreign = "GET /status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert!(house.send(foreign.as_bytes()).await.starts_with("HTTP/1.1 421 "));
}

#[tokio::test]
async fn idle_and_slow_clients_are_in_nobodys_way() {
    let house = House::new(SEED).await;
    let mut idle = Vec::new();
    for _ in 0..10 {
        idle.push(TcpStream::connect(house.address).await.unwrap());
    }
    let mut slow = TcpStream::connect(house.address).await.unwrap();
    let dripping = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        for byte in b"GET /api/v1/values.json HTTP/1.1\r\n" {
            ticks.tick().await;
            if slow.write_all(&[*byte]).await.is_err() {
                return;
            }
        }
    });
    // The bound is generous for a busy machine; one that waits for the slow client needs 30 s.
    let began = Instant::now();
    for _ in 0..20 {
        let answer = timeout(Duration::from_secs(2), house.get("/api/v1/values.json")).await;
        assert_eq!(answer.expect("answered at once").0, 200);
    }
    assert!(began.elapsed() < Duration::from_secs(5));
    dripping.abort();
}

/// Ten times as many connections as places, idle for longer than any limit.
#[tokio::test]
async fn a_crowd_of_idle_connections_does_not_starve_the_charger() {
    let file = std::path::Path::new("house.toml");
    let house = House::with_limits(SEED, file, |limits| {
        limits.connections = 16;
        limits.per_loopback = 12;
        limits.header_read = Duration::from_secs(600);
    })
    .await;
    let mut crowd = Vec::new();
    for _ in 0..160 {
        crowd.push(TcpStream::connect(house.address).await.unwrap());
    }
    for path in ["/api/v1/values.json", "/api/v1/info.json"] {
        let answer = timeout(Duration::from_secs(1), house.get(path)).await;
        assert_eq!(answer.expect("answered at once").0, 200, "{path}");
    }
}

#[tokio::test]
async fn who_fetched_what_is_told_and_the_status_is_no_fetch() {
    let house = House::new(SEED).await;
    let before = house.status().await;
    assert!(before.fetched.iter().all(|fetch| fetch.count == 0 && fetch.clients.is_empty()));
    for _ in 0..2 {
        house.get("/api/v1/values.json").await;
    }
    house.send(b"GET /api/v1/values.json HTTP/1.0\r\nUser-Agent: charger/1\r\n\r\n").await;
    house.send(b"POST /api/v1/info.json HTTP/1.0\r\nContent-Length: 0\r\n\r\n").await;
    let [values, info] = house.status().await.fetched;
    assert_eq!((values.path.as_str(), values.count), ("/api/v1/values.json", 3));
    let [charger, other] = &values.clients[..] else { panic!("{values:?}") };
    assert_eq!((charger.address.as_str(), charger.status), ("127.0.0.1", 200));
    assert_eq!((charger.name.as_deref(), charger.interval_ms), (Some("charger/1"), None));
    assert_eq!((other.name.as_deref(), other.count), (None, 2));
    assert!(other.interval_ms.is_some());
    assert_eq!((info.count, info.clients.len()), (0, 0), "what is refused is no fetch");
}

#[tokio::test]
async fn health_says_whether_values_are_served() {
    let house = House::new(SEED).await;
    let (status, health) = house.get("/healthz").await;
    assert_eq!((status, &health["values"]), (200, &json!("served")));
}
