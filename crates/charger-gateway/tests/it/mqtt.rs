//! What is published to a broker that behaves, refuses, hangs, drops or confirms nothing, over real
//! sockets.

mod broker;
mod house;

use charger_gateway::FailureKind;
use rumqttc::mqttbytes::v4::ConnectReturnCode;
use serde_json::json;

use crate::fake::{Fake, ok};
use broker::{Broker, Manner};
use house::House;

/// A charger that says all that is needed here.
fn charger() -> Fake {
    let fake = Fake::new();
    fake.state().info =
        ok(r#"{"general":{"serial_number":"A1","device_name":"Garage","rated_current":32},
            "network":{"ssid":"home","ip_address":"192.168.1.20"}}"#);
    fake.state().values = ok(r#"{"general":{"status":3,"error_code":0,"warning_code":0},
            "powerflow":{"total_active_power":"odd","l1":{"voltage":230.5}}}"#);
    fake
}

#[tokio::test]
async fn what_is_known_is_published_retained_and_nothing_is_subscribed() {
    let broker = Broker::new(Manner::Takes).await;
    let fake = charger();
    let house = House::new(&fake, &broker, &[]).await;
    broker.until("nrgkick/status", |payload| payload == "online").await;
    broker.until("nrgkick/garage/status", |payload| payload == "online").await;
    let values = broker.json("nrgkick/garage/values");
    let general =
        json!({"status": "CHARGING", "error_code": "NO_ERROR", "warning_code": "NO_WARNING"});
    let expected = json!({"general": general, "powerflow": {"l1": {"voltage": 230.5}}});
    assert_eq!(values, expected, "the power is odd: not known, and no 0");
    let info = broker.json("nrgkick/garage/info");
    assert_eq!(info["network"], json!({"ip_address": "192.168.1.20"}), "the Wi-Fi is private");
    assert_eq!(broker.json("nrgkick/garage/control")["current_set"], 6.0);
    let state = broker.json("nrgkick/garage/state");
    assert_eq!((&state["link"], &state["status"]), (&json!("live"), &json!("CHARGING")));
    assert_eq!((&state["paused"], &state["simulated"]), (&json!(false), &json!(false)));
    assert!(state["values_age_ms"].as_u64().is_some(), "{state}");
    let found = broker.json("homeassistant/device/nrgkick/nrgkick_A1/config");
    assert_eq!(found["device"]["name"], "Garage");
    assert!(broker.kept("nrgkick/garage/charge").is_none(), "no record is kept");

    // Nobody asked for these.
    for topic in ["nrgkick/garage/control", "nrgkick/garage/control/set", "homeassistant/status"] {
        broker.say(topic, r#"{"charge_pause":1}"#);
    }
    broker.until_next("nrgkick/garage/state").await;
    assert!(fake.writes().is_empty(), "{:?}", fake.writes());
    assert_eq!(broker.subscriptions(), 0);
    assert!(broker.all_were_retained());
    assert_eq!(house.health().await["mqtt"]["state"], "connected");

    house.stop().await;
    assert_eq!(broker.kept("nrgkick/status").as_deref(), Some("offline"));
    assert_eq!(broker.kept("nrgkick/garage/status").as_deref(), Some("offline"));
    broker.until_goodbye().await;
}

#[tokio::test]
async fn a_change_of_state_is_told_at_once_and_a_lost_charger_is_offline() {
    let broker = Broker::new(Manner::Takes).await;
    let fake = charger();
    let _house = House::new(&fake, &broker, &["--mqtt-every", "1h"]).await;
    broker.until("nrgkick/garage/status", |payload| payload == "online").await;
    let before = broker.count("nrgkick/garage/values");
    fake.state().values = ok(r#"{"general":{"status":3},"powerflow":{"l1":{"voltage":231.5}}}"#);
    broker.until("nrgkick/garage/state", |state| state.contains("\"error\":null")).await;
    // They come with the state.
    broker.until("nrgkick/garage/values", |values| values.contains("231.5")).await;
    fake.state().values = ok(r#"{"general":{"status":3},"powerflow":{"l1":{"voltage":232.5}}}"#);
    House::until_polled(&fake, 3).await;
    assert_eq!(broker.count("nrgkick/garage/values"), before + 1, "and else at the interval");
    fake.state().control["charge_pause"] = json!(1);
    broker.until("nrgkick/garage/state", |payload| payload.contains("\"paused\":true")).await;
    broker.until("nrgkick/garage/control", |payload| payload.contains("\"charge_pause\":1")).await;
    fake.state().reads_fail = Some(FailureKind::Connect);
    broker.until("nrgkick/garage/state", |payload| payload.contains("\"link\":\"stale\"")).await;
    assert_eq!(broker.kept("nrgkick/garage/status").as_deref(), Some("online"));
    broker.until("nrgkick/garage/status", |payload| payload == "offline").await;
    let state = broker.json("nrgkick/garage/state");
    assert_eq!((&state["link"], &state["status"]), (&json!("lost"), &json!(null)));
    assert!(state["failure"].as_str().unwrap().contains("192.168.1.20"), "{state}");
}

#[tokio::test]
async fn another_charger_takes_the_place_and_home_assistant_is_told() {
    let broker = Broker::new(Manner::Takes).await;
    let fake = charger();
    let _house = House::new(&fake, &broker, &[]).await;
    broker.until("homeassistant/device/nrgkick/nrgkick_A1/config", |found| !found.is_empty()).await;
    fake.state().reads_fail = Some(FailureKind::Connect);
    broker.until("nrgkick/garage/state", |payload| payload.contains("\"failure\":\"")).await;
    fake.state().info = ok(r#"{"general":{"serial_number":"SIMULATED2","rated_current":16}}"#);
    fake.state().reads_fail = None;
    broker.until("homeassistant/device/nrgkick/nrgkick_A1/config", str::is_empty).await;
    let found = "homeassistant/device/nrgkick/nrgkick_SIMULATED2/config";
    broker.until(found, |found| found.contains("SIMULATED garage")).await;
    broker.until("nrgkick/garage/state", |state| state.contains("\"simulated\":true")).await;
    broker.until("nrgkick/garage/values", |values| values.contains("\"simulated\":true")).await;
}

#[tokio::test]
async fn a_broker_that_refuses_is_named_and_asked_again() {
    let broker = Broker::new(Manner::Refuses(ConnectReturnCode::BadUserNamePassword)).await;
    let fake = charger();
    let house = House::new(&fake, &broker, &[]).await;
    let health = house.until_mqtt("failed").await;
    let message = health["message"].as_str().unwrap();
    assert!(message.contains("--mqtt-username"), "{message}");
    assert!(house.metrics().await.contains("nrgkick_gateway_mqtt_connected 0\n"));
    assert_eq!(house.values_status().await, 200, "the API goes on");
    broker.becomes(Manner::Takes);
    house.until_mqtt("connected").await;
    broker.until("nrgkick/garage/status", |payload| payload == "online").await;
    assert!(house.metrics().await.contains("nrgkick_gateway_mqtt_connected 1\n"));
}

#[tokio::test]
async fn a_broker_that_hangs_holds_nothing_up() {
    let broker = Broker::new(Manner::Hangs).await;
    let fake = charger();
    let house = House::new(&fake, &broker, &[]).await;
    let health = house.until_mqtt("failed").await;
    assert_eq!(health["message"], "it does not answer in time");
    assert_eq!(fake.state().asked, ["/info?raw"], "nobody is asked for a broker that is not there");
    assert_eq!(house.values_status().await, 200);
    house.stop().await;
}

#[tokio::test]
async fn a_broker_that_confirms_nothing_is_left_and_one_that_drops_gets_everything_anew() {
    let broker = Broker::new(Manner::ConfirmsNothing).await;
    let fake = charger();
    let house = House::new(&fake, &broker, &["--mqtt-every", "2s"]).await;
    let health = house.until_mqtt("failed").await;
    assert!(health["message"].as_str().unwrap().contains("confirmed nothing"), "{health}");
    assert_eq!(house.values_status().await, 200);

    broker.becomes(Manner::Takes);
    broker.until("nrgkick/garage/status", |payload| payload == "online").await;
    for _ in 0..3 {
        broker.forget();
        broker.drop_all();
        broker.until("nrgkick/garage/status", |payload| payload == "online").await;
        broker.until("nrgkick/garage/control", |payload| payload.contains("current_set")).await;
        broker.until("homeassistant/device/nrgkick/nrgkick_A1/config", |_| true).await;
    }
    fake.state().values = ok(r#"{"general":{"status":2}}"#);
    broker.until("nrgkick/garage/values", |payload| payload.contains("CONNECTED")).await;
}
