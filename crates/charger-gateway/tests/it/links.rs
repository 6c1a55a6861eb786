//! `GET /api`, `/chargers` and `/healthz`: the state of the gateway and its chargers.

use std::time::Duration;

use charger_gateway::FailureKind;
use gateway_api::Upstream;
use gateway_api::budget::PAGE_WRITE;
use gateway_api::link::STALE_AFTER;
use nrgkick_model::field::DocumentName;
use nrgkick_model::{Refusal, Reply};
use serde_json::json;
use tokio::time::Instant;

use crate::fake::{Fake, Gateway, gateway, ok, options};

#[tokio::test(start_paused = true)]
async fn api_tells_the_gateway_whether_or_not_the_charger_answers() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    let ours = json!({"name":"test","version":"1","upstream":"http","read_only":false,
        "charger_open":false,"events":true,"record":false,"chargers":1});
    let got = gateway.get("/api").await.json();
    assert_eq!(got, json!({"json":true,"modbus":false,"gateway":ours}));
    fake.state().api = Reply { status: 404, body: b"<html>".to_vec() };
    let unknown = json!({"json":null,"modbus":null,"gateway":ours});
    assert_eq!(gateway.get("/api").await.json(), unknown);
    fake.state().reads_fail = Some(FailureKind::Connect);
    assert_eq!(gateway.get("/c/garage/api").await.json(), unknown);
}

#[tokio::test(start_paused = true)]
async fn chargers_are_listed_by_name_with_their_state() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    let listed = |state, simulated| {
        let garage =
            json!({"name":"garage","state":state,"simulated":simulated,"found_by":"address"});
        json!({"chargers":[garage]})
    };
    assert_eq!(gateway.get("/chargers").await.json(), listed("connecting", false));
    fake.state().info = ok(r#"{"general":{"serial_number":"SIMULATED0001"}}"#);
    gateway.get("/info").await;
    assert_eq!(gateway.get("/chargers").await.json(), listed("live", true));
}

#[tokio::test(start_paused = true)]
async fn the_list_says_what_a_charger_does_while_that_is_fresh_and_asks_for_nothing() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    fake.state().values = ok(r#"{"general":{"status":3,"error_code":0,"charging_rate":11},
        "powerflow":{"total_active_power":11040.5,"grid_frequency":50}}"#);
    let measured =
        async || gateway.get("/chargers").await.json()["chargers"][0]["measured"].clone();
    assert_eq!(measured().await, json!(null), "nobody has asked it");
    gateway.get("/values").await;
    tokio::time::advance(Duration::from_secs(3)).await;
    let values = json!({"general":{"status":3,"error_code":0},
        "powerflow":{"total_active_power":11040.5}});
    assert_eq!(measured().await, json!({"age_ms":3000,"values":values}));
    fake.state().reads_fail = Some(FailureKind::Timeout);
    gateway.get("/values").await;
    tokio::time::advance(STALE_AFTER).await;
    assert_eq!(measured().await, json!(null), "it may do something else by now");
    assert_eq!(fake.state().asked.iter().filter(|asked| *asked == "/values").count(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_list_holds_nothing_older_than_a_write() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    fake.state().values = ok(r#"{"powerflow":{"total_active_power":11040}}"#);
    gateway.get("/values").await;
    let has_power = async || gateway.get("/chargers").await.body.contains("11040");
    assert!(has_power().await);
    tokio::time::advance(Duration::from_millis(1)).await;
    assert_eq!(gateway.post("a", r#"{"current_set":16}"#).await.status, 200);
    assert!(!has_power().await);
    gateway.get("/values").await;
    assert!(has_power().await);
}

#[test]
fn the_list_shows_measured_values_and_nothing_private() {
    for field in gateway_api::Measured::FIELDS {
        let field = nrgkick_model::Field::of(field);
        assert!(field.document() == DocumentName::Values && !field.is_private(), "{}", field.path);
    }
}

#[tokio::test(start_paused = true)]
async fn where_only_modbus_is_on_the_right_proxy_is_named() {
    let fake = Fake::new();
    let off = Reply { status: 200, body: Refusal::new(200, Refusal::DISABLED).body().into() };
    fake.state().values = off.clone();
    fake.state().api = ok(r#"{"json":false,"modbus":true}"#);
    let gateway = gateway(&fake, options());
    for _ in 0..3 {
        let got = gateway.get("/values").await;
        assert_eq!(got.body.as_bytes(), off.body, "the charger's own words");
    }
    let health = gateway.get("/healthz").await.json();
    let error = health["chargers"]["garage"]["error"].as_str().unwrap();
    assert!(error.contains("start modbus-proxy --charger 192.168.1.20"), "{error}");
    let asked = |path: &str| fake.state().asked.iter().filter(|asked| *asked == path).count();
    assert_eq!(asked("/api"), 1, "once");
    // It was switched on, and off again with both.
    fake.state().values = ok(r#"{"energy":{"charged_energy":5}}"#);
    gateway.get("/values").await;
    fake.state().values = off;
    fake.state().api = ok(r#"{"json":false,"modbus":false}"#);
    gateway.get("/values").await;
    let health = gateway.get("/healthz").await.json();
    let error = health["chargers"]["garage"]["error"].as_str().unwrap();
    assert!(!error.contains("modbus-proxy") && asked("/api") == 2, "{error}");
}

#[tokio::test(start_paused = true)]
async fn health_is_200_and_holds_the_link() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    let got = gateway.get("/healthz").await;
    let connecting = json!({"link":"connecting","simulated":false,"charger_open":false,
        "answered":0,"failed":{},"writes":[],"changed_elsewhere":[]});
    assert_eq!(got.json()["status"], "ok");
    assert_eq!(got.json()["chargers"], json!({ "garage": connecting }));
    fake.state().info = ok(r#"{"general":{"serial_number":"SIMULATED0001"}}"#);
    gateway.get("/info").await;
    let live = gateway.get("/healthz").await.json()["chargers"]["garage"].clone();
    assert_eq!((&live["link"], &live["last_answer_ms_ago"]), (&json!("live"), &json!(0)));
    assert_eq!((&live["simulated"], &live["charger_open"]), (&json!(true), &json!(true)));
    fake.state().reads_fail = Some(FailureKind::Timeout);
    gateway.get("/values").await;
    gateway.get("/values").await;
    tokio::time::advance(STALE_AFTER).await;
    let got = gateway.get("/healthz").await;
    let garage = &got.json()["chargers"]["garage"];
    assert_eq!((got.status, &garage["link"]), (200, &json!("stale")));
    assert!(garage["error"].as_str().unwrap().contains("192.168.1.20"));
}

/// Returns `charger_open` of `/api` and `/healthz`, which must agree.
async fn is_open(gateway: &Gateway) -> bool {
    let api = gateway.get("/api").await.json()["gateway"]["charger_open"].clone();
    let health = gateway.get("/healthz").await.json()["chargers"]["garage"]["charger_open"].clone();
    assert_eq!(api, health);
    api.as_bool().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_charger_that_answers_without_a_password_is_said_to_be_open() {
    let fake = Fake::new();
    let charger = gateway(&fake, options());
    assert!(!is_open(&charger).await, "nothing is known before it answers");
    charger.get("/values").await;
    assert!(is_open(&charger).await);
    fake.state().values = Reply { status: 401, body: Vec::new() };
    charger.get("/values").await;
    assert!(!is_open(&charger).await, "it asks for one now");

    let (mut with_password, mut over_modbus) = (Fake::new(), Fake::new());
    with_password.has_password = true;
    over_modbus.upstream = Upstream::Modbus;
    for fake in [with_password, over_modbus] {
        let charger = gateway(&fake, options());
        assert_eq!(charger.get("/values").await.status, 200);
        assert!(!is_open(&charger).await);
    }
}

#[tokio::test(start_paused = true)]
async fn case_51b_a_charger_that_takes_4_seconds_for_each_answer_is_live_and_can_be_written() {
    let fake = Fake::new();
    fake.state().delay = Duration::from_secs(4);
    let gateway = gateway(&fake, options());
    for _ in 0..3 {
        for path in ["/info", "/values", "/control"] {
            assert_eq!(gateway.get(path).await.status, 200, "{path}");
            let health = gateway.get("/healthz").await;
            assert_eq!(health.json()["chargers"]["garage"]["link"], "live");
        }
    }
    let start = Instant::now();
    let got = gateway.post("a", r#"{"current_set":16}"#).await;
    assert_eq!((got.status, &got.json()["outcome"]), (200, &json!("verified")));
    assert!(start.elapsed() < PAGE_WRITE, "the page still waits for it");
}
