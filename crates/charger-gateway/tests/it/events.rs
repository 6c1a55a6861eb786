//! The event stream: one poll for all subscribers.

use std::time::Duration;

use charger_gateway::{FailureKind, Options};
use http_service::Caller;
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::fake::{Fake, gateway, ok, options};
use crate::listener::Listener;

const POLL: Duration = Duration::from_secs(2);

fn sharing() -> Options {
    let mut options = options();
    options.timing.max_age = Duration::from_millis(500);
    options
}

fn power(watts: f64) -> nrgkick_model::Reply {
    let values =
        json!({"energy": {"charged_energy": 5}, "powerflow": {"total_active_power": watts}});
    ok(&serde_json::to_string_pretty(&values).unwrap())
}

#[tokio::test(start_paused = true)]
async fn first_comes_everything_and_then_what_changed() {
    let fake = Fake::new();
    fake.state().values = power(1_000.0);
    fake.state().delay = Duration::from_millis(100);
    let gateway = gateway(&fake, sharing());
    let mut listener = Listener::open(&gateway, Caller::Loopback).await;
    let first = listener.event("snapshot").await;
    assert_eq!(first["link"], "live");
    assert_eq!(first["values"]["powerflow"]["total_active_power"], json!(1_000.0));
    assert_eq!(first["info"]["general"]["serial_number"], "A1");
    assert_eq!(first["control"]["current_set"], json!(6.0));
    // Three exchanges, one after another; each age counts from the start of its own exchange.
    assert_eq!(first["values_age_ms"], 300);
    assert_eq!((&first["control_age_ms"], &first["info_age_ms"]), (&json!(200), &json!(100)));

    fake.state().values = power(2_000.0);
    let start = Instant::now();
    let change = listener.event("change").await;
    assert_eq!(start.elapsed(), POLL + Duration::from_millis(200));
    assert_eq!(change["values"], json!({"powerflow": {"total_active_power": 2_000.0}}));
    assert!(change.get("control").is_none() && change.get("info").is_none(), "{change}");
    assert_eq!(change["info_age_ms"], 2_300, "asked again after a minute");
    let same = listener.event("change").await;
    assert!(same.get("values").is_none() && same["values_age_ms"] == 200, "{same}");
    // A `change` cannot express a removed value, so a `snapshot` follows.
    fake.state().values = ok(r#"{"energy":{"charged_energy":5}}"#);
    let gone = listener.event("snapshot").await;
    assert_eq!(gone["values"], json!({"energy": {"charged_energy": 5}}));
}

#[tokio::test(start_paused = true)]
async fn one_poll_serves_all_and_none_is_made_for_nobody() {
    let fake = Fake::new();
    let gateway = gateway(&fake, sharing());
    let mut listeners = Vec::new();
    for _ in 0..100 {
        listeners.push(Listener::open(&gateway, Caller::Loopback).await);
    }
    for listener in &mut listeners {
        listener.event("snapshot").await;
    }
    assert_eq!(fake.state().asked, ["/values?raw", "/control", "/info?raw"]);
    for listener in &mut listeners {
        listener.event("change").await;
    }
    assert_eq!(fake.state().asked.len(), 5);
    drop(listeners);
    sleep(POLL * 10).await;
    assert_eq!(fake.state().asked.len(), 5);
    // A later client begins with a new poll.
    fake.state().values = power(7.0);
    let mut late = Listener::open(&gateway, Caller::Loopback).await;
    let first = late.event("snapshot").await;
    assert_eq!(first["values"]["powerflow"]["total_active_power"], json!(7.0));
}

#[tokio::test(start_paused = true)]
async fn a_slow_client_skips_to_the_newest() {
    let fake = Fake::new();
    let gateway = gateway(&fake, sharing());
    let mut quick = Listener::open(&gateway, Caller::Loopback).await;
    let mut slow = Listener::open(&gateway, Caller::Loopback).await;
    quick.event("snapshot").await;
    slow.event("snapshot").await;
    for watts in [1.0, 2.0, 3.0] {
        fake.state().values = power(watts);
        let event = quick.next().await.unwrap().1;
        assert_eq!(event["values"]["powerflow"]["total_active_power"], json!(watts));
    }
    let newest = slow.event("snapshot").await;
    assert_eq!(newest["values"]["powerflow"]["total_active_power"], json!(3.0));
    quick.event("change").await;
    slow.event("change").await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_as_a_poll_would_have_heard_it() {
    let fake = Fake::new();
    let gateway = gateway(&fake, sharing());
    let mut listener = Listener::open(&gateway, Caller::Loopback).await;
    listener.event("snapshot").await;
    fake.state().reads_fail = Some(FailureKind::Timeout);
    let failed = listener.event("change").await;
    assert_eq!(failed["failed"]["status"], 504);
    assert_eq!(failed["failed"]["body"]["error"]["code"], "timeout");
    assert_eq!((&failed["values_age_ms"], &failed["link"]), (&json!(2_000), &json!("live")));
    for _ in 0..2 {
        listener.event("change").await;
    }
    assert_eq!(listener.event("change").await["link"], "stale");
    fake.state().reads_fail = None;
    fake.state().values =
        nrgkick_model::Reply { status: 404, ..ok(r#"{"Response":"API must be enabled"}"#) };
    let refused = listener.event("change").await;
    assert_eq!(
        refused["failed"],
        json!({"status": 404, "body": {"Response": "API must be enabled"}})
    );
    fake.state().values = power(1.0);
    let back = listener.next().await.unwrap().1;
    assert!(back.get("failed").is_none() && back["link"] == "live", "{back}");
}

#[tokio::test(start_paused = true)]
async fn who_it_is_comes_with_the_values_of_a_charger_that_may_be_another() {
    let counted = |energy: u32| ok(&json!({"energy":{"total_charged_energy":energy}}).to_string());
    let fake = Fake::new();
    fake.state().values = counted(500);
    let gateway = gateway(&fake, sharing());
    let mut listener = Listener::open(&gateway, Caller::Loopback).await;
    listener.event("snapshot").await;
    let same = listener.event("change").await;
    assert!(same["info_age_ms"].as_u64().unwrap() > 0, "{same}");
    fake.state().reads_fail = Some(FailureKind::Connect);
    assert!(listener.event("change").await.get("failed").is_some());
    fake.state().reads_fail = None;
    // It is left alone for a moment after a failure.
    let back = loop {
        let event = listener.next().await.unwrap().1;
        if event.get("failed").is_none() {
            break event;
        }
    };
    assert_eq!(back["info_age_ms"], 0, "it was away");
    let same = listener.event("change").await;
    assert!(same["info_age_ms"].as_u64().unwrap() > 0, "{same}");
    fake.state().values = counted(499);
    let other = listener.event("change").await;
    assert_eq!(other["info_age_ms"], 0, "it has counted less");
}

#[tokio::test(start_paused = true)]
async fn who_wrote_is_shown_the_change_at_once() {
    let fake = Fake::new();
    let gateway = gateway(&fake, sharing());
    let mut listener = Listener::open(&gateway, Caller::Loopback).await;
    listener.event("snapshot").await;
    let start = Instant::now();
    let (event, written) =
        tokio::join!(listener.event("change"), gateway.post("a", r#"{"current_set":16}"#));
    assert_eq!(written.json()["outcome"], "verified");
    assert_eq!(event["control"], json!({"current_set": 16.0}));
    assert!(start.elapsed() < POLL, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn private_values_are_hidden_here_too() {
    let fake = Fake::new();
    fake.state().info =
        ok(r#"{"general":{"serial_number":"A1"},"network":{"ssid":"home","rssi":-70}}"#);
    let gateway = gateway(&fake, sharing());
    let mut trusted = Listener::open(&gateway, Caller::Token).await;
    let mut stranger = Listener::open(&gateway, Caller::Lan).await;
    let shown = trusted.event("snapshot").await;
    assert_eq!(shown["info"]["network"], json!({"ssid": "home", "rssi": -70}));
    assert_eq!(stranger.event("snapshot").await["info"]["network"], json!({"rssi": -70}));
    let info = r#"{"general":{"serial_number":"A1"},"network":{"ssid":"other","rssi":-70}}"#;
    fake.state().info = ok(info);
    loop {
        let (name, event) = stranger.next().await.unwrap();
        assert!(!event.to_string().contains("other"), "{event}");
        if name == "snapshot" {
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_charger_leaves_a_heartbeat() {
    let fake = Fake::new();
    let mut options = sharing();
    options.timing.read = Duration::from_secs(60);
    options.timing.exchange = Duration::from_secs(60);
    let gateway = gateway(&fake, options);
    let mut listener = Listener::open(&gateway, Caller::Loopback).await;
    listener.event("snapshot").await;
    fake.state().is_silent = true;
    let start = Instant::now();
    assert!(listener.next().await.is_none());
    assert_eq!(start.elapsed(), Duration::from_secs(15));
}

#[tokio::test(start_paused = true)]
async fn streams_have_a_pool_of_their_own() {
    let fake = Fake::new();
    let gateway = gateway(&fake, sharing());
    let mut open = Vec::new();
    for _ in 0..1_024 {
        open.push(Listener::open(&gateway, Caller::Loopback).await);
    }
    let refused = gateway.get("/events").await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "unavailable"));
    assert_eq!(gateway.get("/values").await.status, 200);
    open.pop();
    Listener::open(&gateway, Caller::Loopback).await.event("snapshot").await;
}
