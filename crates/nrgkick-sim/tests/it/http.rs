//! The charger's own routes.

use nrgkick_model::request::basic_authorization;
use nrgkick_sim::Config;
use nrgkick_sim_core::{Credentials, Setup};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use crate::support::{read_one, start, still};

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let charger = start(still()).await;
    let mut stream = charger.connect().await.unwrap();
    for (target, part) in [
        ("/info", "SIMULATED"),
        ("/values?raw", "\"status\":3"),
        ("/control", "\"current_set\":16.0"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: sim\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = read_one(&mut stream).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        assert!(String::from_utf8(answer.body).unwrap().contains(part), "{target}");
    }
    charger.stop().await;
}

#[tokio::test]
async fn there_is_no_cors_unless_it_is_asked_for() {
    let credentials = Credentials { username: "u".into(), password: "p".into() };
    let setup = Setup { credentials: Some(credentials), ..still().setup };
    let config = Config { setup, ..still() };
    let header = format!("authorization: {}", basic_authorization("u", "p"));

    let charger = start(config.clone()).await;
    assert_eq!(charger.send("GET", "/info", &header, "").await.status, 200);
    for method in ["OPTIONS", "GET"] {
        let answer = charger.send(method, "/info", "origin: http://page", "").await;
        assert!([401, 405].contains(&answer.status));
        assert!(!answer.head.contains("access-control-"), "{answer:?}");
    }
    charger.stop().await;

    let charger = start(Config { cors: true, ..config }).await;
    let asked = "origin: http://page\r\naccess-control-request-headers: authorization";
    let preflight = charger.send("OPTIONS", "/values?raw", asked, "").await;
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-headers"), Some("authorization"));
    for (target, header, status) in [
        ("/values", header.as_str(), 200),
        ("/values", "", 401),
        ("/control?current_set=99", &header, 406),
        ("/nothing", &header, 404),
    ] {
        let answer = charger.send("GET", target, header, "").await;
        assert_eq!(answer.status, status, "{target}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{target}");
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
    }
    charger.stop().await;
}

#[tokio::test]
async fn a_write_shows_after_its_lag_and_is_counted() {
    let charger = start(still()).await;
    let echo = charger.get("/control?current_set=8.5").await;
    assert_eq!(echo.json(), json!({"current_set": 8.5}));
    assert_eq!(charger.get("/control").await.json()["current_set"], 16.0);
    charger.sim("POST", "advance", &json!({"seconds": 2})).await;
    assert_eq!(charger.get("/control").await.json()["current_set"], 8.5);
    charger.get("/control?phase_count=7").await;
    let writes = charger.get("/_sim/writes").await.json();
    assert_eq!((&writes["count"], writes["writes"].as_array().unwrap().len()), (&json!(2), 2));
    let expected = [(0.0, "current_set=8.5", 200), (2.0, "phase_count=7", 406)];
    for (write, (at, query, status)) in writes["writes"].as_array().unwrap().iter().zip(expected) {
        assert_eq!(write["at"], at);
        assert_eq!((&write["query"], &write["status"]), (&json!(query), &json!(status)));
    }
    charger.stop().await;
}
