//! The accounts in `/healthz` and `/metrics`.

use std::net::SocketAddr;

use axum::body::Body;
use charger_gateway::FailureKind;
use gateway_api::accounts::{ChargerHealth, Health};
use http::Request as HttpRequest;
use http_service::{Caller, Peer};
use nrgkick_model::Refusal;
use serde_json::json;

use crate::fake::{Fake, Gateway, OnWrite, gateway, ok, options, post};

async fn health_as(gateway: &Gateway, caller: Caller) -> Health {
    serde_json::from_value(gateway.get_as(caller, "/healthz").await.json()).unwrap()
}

async fn garage(gateway: &Gateway) -> ChargerHealth {
    health_as(gateway, Caller::Loopback).await.chargers.unwrap().remove("garage").unwrap()
}

async fn post_from(gateway: &Gateway, address: [u8; 4], id: &str, body: &str) -> u16 {
    let mut request: HttpRequest<Body> = post(id, body);
    request.extensions_mut().insert(Peer(SocketAddr::from((address, 50_000))));
    gateway.send(request).await.status
}

#[tokio::test(start_paused = true)]
async fn answers_and_failures_are_counted_and_since_when_it_answers() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    gateway.get("/values").await;
    gateway.get("/info").await;
    let health = garage(&gateway).await;
    assert_eq!((health.answered, health.failed.len()), (2, 0));
    let since = humantime::parse_rfc3339(&health.answers_since.unwrap()).unwrap();
    assert!(since.elapsed().unwrap().as_secs() < 60);
    for kind in [FailureKind::Timeout, FailureKind::Timeout, FailureKind::Protocol] {
        fake.state().reads_fail = Some(kind);
        gateway.get("/values").await;
    }
    fake.state().reads_fail = None;
    fake.state().values = ok("[1,2]");
    gateway.get("/values").await;
    let health = garage(&gateway).await;
    assert_eq!(json!(health.failed), json!({"timeout":2,"protocol":1,"declined":1}));
    assert_eq!((health.answered, health.answers_since), (2, None));
}

#[tokio::test(start_paused = true)]
async fn writes_are_remembered_with_who_asked_and_how_they_ended() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    assert_eq!(post_from(&gateway, [192, 168, 1, 7], "a", r#"{"current_set":10}"#).await, 200);
    assert_eq!(post_from(&gateway, [192, 168, 1, 8], "a", r#"{"current_set":10}"#).await, 200);
    fake.state().on_write = OnWrite::Refuse(Refusal::new(406, "Charging pause is blocked"));
    assert_eq!(post_from(&gateway, [192, 168, 1, 8], "b", r#"{"charge_pause":1}"#).await, 409);
    assert_eq!(post_from(&gateway, [192, 168, 1, 8], "c", r#"{"current_set":5.9}"#).await, 422);
    fake.state().on_write = OnWrite::Unreachable;
    assert_eq!(post_from(&gateway, [192, 168, 1, 9], "d", r#"{"charge_pause":0}"#).await, 503);
    let writes = garage(&gateway).await.writes;
    let seen: Vec<_> = writes
        .iter()
        .map(|write| (write.caller.as_deref().unwrap(), &*write.settings, &*write.outcome))
        .collect();
    assert_eq!(
        seen,
        [
            ("192.168.1.9", "charge_pause=0", "not_sent"),
            ("192.168.1.8", "charge_pause=1", "refused"),
            ("192.168.1.7", "current_set=10.0", "verified"),
        ],
        "neither a repeat nor what is no write is one"
    );
    assert_eq!(writes[1].message.as_deref(), Some("Charging pause is blocked"));
    for write in writes {
        humantime::parse_rfc3339(&write.at).unwrap();
    }
    for caller in [Caller::Lan, Caller::View] {
        let chargers = health_as(&gateway, caller).await.chargers.unwrap();
        let writes = &chargers["garage"].writes;
        assert!(
            writes.len() == 3 && writes.iter().all(|write| write.caller.is_none()),
            "{caller:?}"
        );
    }
    let health = health_as(&gateway, Caller::Loopback).await;
    assert_eq!(health.default.as_deref(), Some("garage"));
    let stranger = health_as(&gateway, Caller::Anyone).await;
    assert_eq!(stranger, Health { status: "ok".to_owned(), ..Health::default() });
}

#[tokio::test(start_paused = true)]
async fn settings_that_change_without_us_are_told_and_our_own_are_not() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    gateway.get("/control").await;
    assert_eq!(gateway.post("a", r#"{"current_set":16}"#).await.status, 200);
    gateway.get("/control").await;
    assert_eq!(garage(&gateway).await.changed_elsewhere, []);
    fake.state().control["current_set"] = json!(8.0);
    fake.state().control["charge_pause"] = json!(1);
    gateway.get("/control").await;
    gateway.get("/control").await;
    let changes = garage(&gateway).await.changed_elsewhere;
    let seen: Vec<_> =
        changes.iter().map(|change| (&*change.setting, change.from, change.to)).collect();
    assert_eq!(seen, [("charge_pause", 0.0, 1.0), ("current_set", 16.0, 8.0)]);
}

#[tokio::test(start_paused = true)]
async fn metrics_hold_counts_and_numbers_and_nothing_private() {
    let fake = Fake::new();
    fake.state().info = ok(r#"{"general":{"serial_number":"T4910000123A","rated_current":32.0},
        "network":{"ssid":"home","mac_address":"aa:bb","rssi":-61},"gps":{"latitude":46.9}}"#);
    fake.state().values = ok(r#"{"powerflow":{"charging_current":15.9,"total_active_power":11040},
        "energy":{"charged_energy":"?"}}"#);
    let gateway = gateway(&fake, options());
    for path in ["/info", "/values", "/values", "/control"] {
        gateway.get(path).await;
    }
    gateway.post("a", r#"{"current_set":16}"#).await;
    let asked = fake.state().asked.len();
    let got = gateway.get("/metrics").await;
    assert_eq!(fake.state().asked.len(), asked, "a scrape asks nothing");
    assert_eq!(got.head.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    for line in [
        "# TYPE nrgkick_reads_total counter",
        "nrgkick_reads_total{charger=\"garage\"} 4",
        "nrgkick_writes_total{charger=\"garage\",outcome=\"verified\"} 1",
        "nrgkick_errors_total{charger=\"garage\",kind=\"timeout\"} 0",
        "nrgkick_link{charger=\"garage\",state=\"live\"} 1",
        "nrgkick_link{charger=\"garage\",state=\"lost\"} 0",
        "nrgkick_gateway_event_streams 0",
        "nrgkick_values_powerflow_total_active_power_watts{charger=\"garage\"} 11040.0",
        "nrgkick_info_general_rated_current_amperes{charger=\"garage\"} 32.0",
        "nrgkick_control_current_set_amperes{charger=\"garage\"} 6.0",
        "nrgkick_info_network_rssi_decibel_milliwatts{charger=\"garage\"} -61.0",
    ] {
        assert!(got.body.lines().any(|found| found == line), "{line} in\n{}", got.body);
    }
    let buckets = "nrgkick_exchange_seconds_bucket{charger=\"garage\",le=\"+Inf\"} ";
    assert!(got.body.contains(buckets), "{}", got.body);
    for private in ["T4910000123A", "home", "aa:bb", "46.9", "latitude", "charged_energy_watt"] {
        let sample = format!("{private}{{");
        let is_there = if private.contains("charged_energy") { &sample } else { private };
        assert!(!got.body.contains(is_there), "{private} in\n{}", got.body);
    }
    let names: Vec<_> = got.body.lines().filter(|line| line.starts_with("# TYPE ")).collect();
    let distinct: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(names.len(), distinct.len(), "each family is there once");
    for kind in [FailureKind::Timeout; 2] {
        fake.state().reads_fail = Some(kind);
        gateway.get("/values").await;
        tokio::time::advance(std::time::Duration::from_secs(30)).await;
    }
    let lost = gateway.get("/metrics").await.body;
    assert!(!lost.contains("nrgkick_values_powerflow_total_active_power_watts{"), "{lost}");
}
