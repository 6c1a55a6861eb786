//! Values that are older than their replies, and publishers that send changes only.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use custom_api::store::Store;
use custom_api::{Config, Timeouts, source};
use gateway_api::custom_api::Freshness;
use nrgkick_model::custom_api::Observed;
use serde_json::json;
use tokio::time::timeout;

use crate::devices::{BrokerDevice, HttpDevice, Reply};
use crate::plants::plant;
use crate::support::{House, PATIENCE, says};

fn number(value: f64) -> Option<Observed> {
    Some(Observed::Number(value))
}

/// The two flows of one message are never served with one of the message before.
#[tokio::test]
async fn what_one_message_tells_is_recorded_at_once() {
    let broker = BrokerDevice::new().await;
    let value = |name: &str| {
        format!(
            "{name} = {{ mqtt = \"{}\", topic = \"home\", pointer = \"/{name}\", retained = true }}\n",
            broker.address()
        )
    };
    let text = format!("load_power_w = 5\n[values]\n{}{}", value("pv"), value("grid"));
    let config = Arc::new(Config::parse(&text, Path::new("x.toml"), None).unwrap());
    let store = Arc::new(Store::new(&config));
    let mut changes = store.changes();
    broker.keep("home", "{\"pv\":1,\"grid\":-1}");
    let tasks = source::start(&config, &store, Timeouts::default());
    let mut until = async |wanted: [f64; 2]| {
        loop {
            timeout(PATIENCE, changes.changed()).await.unwrap().unwrap();
            let cells = store.cells();
            let seen = ["pv", "grid"].map(|name| cells[config.index_of(name).unwrap()].last);
            if seen.map(|seen| seen.map(|seen| seen.observed)) == wanted.map(number) {
                return *changes.borrow();
            }
        }
    };
    let before = until([1.0, -1.0]).await;
    broker.say("home", "{\"pv\":2,\"grid\":-2}");
    let after = until([2.0, -2.0]).await;
    assert_eq!(after - before, 1, "one change, so that nobody sees a part of it");
    drop(tasks);
}

/// Seconds since the beginning of 1970, this many ago.
fn unix(ago: u64) -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() - ago
}

/// The fixture's own time is long ago; with the time of now the same reply is fresh.
#[tokio::test]
async fn a_sensor_of_home_assistant_is_as_old_as_it_says() {
    let plant = plant("home-assistant-states");
    let states = plant["http"].as_object().unwrap();
    let replies: Vec<_> = states
        .iter()
        .map(|(path, state)| (path.as_str(), Reply::Json(state.to_string())))
        .collect();
    let device = HttpDevice::new(&replies).await;
    let at = device.address();
    let value = |name: &str, more: &str| {
        format!(
            "{name} = {{ http = \"http://{at}/api/states/sensor.{name}\", pointer = \"/state\", \
             text = true, every = \"20ms\"{more} }}\n"
        )
    };
    let time = ", time_pointer = [\"/last_reported\", \"/last_updated\"]";
    let text = format!(
        "load_power_w = 5\n[values]\n{}{}{}",
        value("pv", time),
        value("pv_kw", ""),
        value("gone", "")
    );
    let house = House::new(&text).await;
    house
        .until("pv", |source| source.observed == plant["want"]["pv"].as_f64().and_then(number))
        .await;
    let old = house.source("pv").await;
    assert_eq!((old.value, old.freshness), (None, Freshness::Missing), "{old:?}");
    assert!(old.age_ms.unwrap() > 1000 * 60 * 60, "{old:?}");
    let kilowatts = plant["want"]["pv_kw"].as_f64().and_then(number);
    house.until("pv_kw", |source| source.value == kilowatts).await;
    house.until("gone", |source| says(source, "the device has no value")).await;
    let mut state = states["/api/states/sensor.pv"].clone();
    state["last_updated"] = json!(unix(3));
    device.set("/api/states/sensor.pv", Reply::Json(state.to_string()));
    house.until("pv", |source| source.freshness == Freshness::Fresh).await;
    let age = house.source("pv").await.age_ms.unwrap();
    assert!((3_000..9_000).contains(&age), "{age}");
    state["last_reported"] = json!("2026-11-25T02:00:00");
    device.set("/api/states/sensor.pv", Reply::Json(state.to_string()));
    house.until("pv", |source| says(source, "no time with its zone")).await;
}

/// OpenDTU answers at once with whatever it heard last from the inverter.
#[tokio::test]
async fn a_reply_with_an_age_or_a_mark_counts_by_it() {
    let reply = |age: u64, reachable: bool| {
        let inverter = json!({ "reachable": reachable, "data_age": age, "p": 300.5 });
        Reply::Json(json!({ "inverters": [inverter] }).to_string())
    };
    let device = HttpDevice::new(&[("/livedata", reply(5, true))]).await;
    let text = format!(
        "every = \"20ms\"\n[inverters.0]\ninv_power_ac_w = {{ http = \"http://{}/livedata\", \
         pointer = \"/inverters/0/p\", age_pointer = \"/inverters/0/data_age\", \
         valid_if = {{ pointer = \"/inverters/0/reachable\", equals = true }}, stale = \"zero\" }}\n\
         [energy_meters.0]\ngrid_power_w = 100\n",
        device.address()
    );
    const POWER: &str = "inverters.0.inv_power_ac_w";
    let house = House::new(&text).await;
    house.until_values(|_, values| values["device_values"]["load_power_w"] == 401).await;
    device.set("/livedata", reply(31, true));
    house.until(POWER, |source| source.freshness == Freshness::Zero).await;
    device.set("/livedata", reply(0, false));
    house.until(POWER, |source| says(source, "/inverters/0/reachable is false, not true")).await;
}

/// The sun's 0 W of the evening, in the night.
#[tokio::test]
async fn a_publisher_of_changes_is_fresh_while_it_is_there() {
    let plant = plant("home-assistant-statestream");
    let broker = BrokerDevice::new().await;
    for (topic, payload) in plant["mqtt_raw"].as_object().unwrap() {
        broker.keep(topic, payload.as_str().unwrap());
    }
    broker.keep("ha/status", "online");
    let text = format!(
        r#"
        max_age = "400ms"
        load_power_w = 5
        [inverters.0]
        battery_connected = {{ mqtt = "{0}", topic = "ha/binary_sensor/battery/state", availability = "ha/status" }}
        [batteries.0]
        soc = {{ mqtt = "{0}", topic = "ha/sensor/soc/state", retained = true, stale = "omit" }}
        [values]
        pv = {{ mqtt = "{0}", topic = "ha/sensor/pv/state", alive = {{ topic = "ha/status" }} }}
        gone = {{ mqtt = "{0}", topic = "ha/sensor/gone/state", alive = {{ topic = "ha/status" }} }}
        timed = {{ mqtt = "{0}", topic = "timed", pointer = "/p", time_pointer = "/t", max_age = "60s" }}
        beat = {{ mqtt = "{0}", topic = "ha/sensor/pv/state", alive = {{ topic = "uptime" }} }}
        "#,
        broker.address()
    );
    broker.keep("timed", &json!({ "p": 7, "t": unix(10) }).to_string());
    let house = House::new(&text).await;
    house.until("pv", |source| source.value == number(0.0)).await;
    let retained = house.source("pv").await;
    assert_eq!(retained.age_ms, None, "a kept message has no age of its own: {retained:?}");
    house.until("timed", |source| source.age_ms.is_some_and(|age| age >= 10_000)).await;
    let on = "inverters.0.battery_connected";
    house.until(on, |source| source.value == Some(Observed::Flag(true))).await;
    house.until("gone", |source| says(source, "the device has no value")).await;
    // Far longer than the largest age: the kept charge is left out, the sun stays.
    house.until("batteries.0.soc", |source| source.freshness == Freshness::Omitted).await;
    let (status, values) = house.get("/api/v1/values.json").await;
    assert_eq!(status, 200, "{values}");
    assert_eq!(values["device_values"]["batteries"], json!(null), "{values}");
    assert_eq!(house.source("pv").await.freshness, Freshness::Fresh);
    assert_eq!(house.source("beat").await.value, None, "no sign of life yet");
    house
        .until("beat", |source| {
            broker.say("uptime", "12345");
            source.freshness == Freshness::Fresh
        })
        .await;
    house.until("beat", |source| source.freshness == Freshness::Missing).await;
    house
        .until("pv", |source| {
            broker.say("ha/status", "offline");
            says(source, "ha/status says \"offline\"")
        })
        .await;
    house.until("pv", |source| source.freshness == Freshness::Missing).await;
    house.until(on, |source| source.freshness == Freshness::Missing).await;
    house
        .until("pv", |source| {
            broker.say("ha/status", "online");
            source.freshness == Freshness::Fresh
        })
        .await;
    drop(broker);
    house.until("pv", |source| source.freshness == Freshness::Missing).await;
}

/// As Zigbee2MQTT says it; either state is a JSON object.
#[tokio::test]
async fn a_state_within_json_that_no_pointer_names_is_no_sign_of_life() {
    let broker = BrokerDevice::new().await;
    broker.keep("bridge/state", "{\"state\":\"offline\"}");
    broker.keep("sensor", "42");
    let value = |name: &str, topic: &str, pointer: &str| {
        format!(
            "{name} = {{ mqtt = \"{}\", topic = \"{topic}\", alive = {{ topic = \"bridge/state\"{pointer} }} }}\n",
            broker.address()
        )
    };
    let named = ", pointer = \"/state\"";
    let text = format!(
        "load_power_w = 5\n[values]\n{}{}{}",
        value("plain", "sensor", ""),
        value("told", "never", ""),
        value("named", "sensor", named)
    );
    let house = House::new(&text).await;
    house.until("told", |source| says(source, "pointer is missing")).await;
    broker.say("bridge/state", "{\"state\":\"online\"}");
    house.until("named", |source| source.value == number(42.0)).await;
    assert_eq!(house.source("plain").await.value, None);
}

/// After each connection the broker sends the same kept message again, which makes it no younger.
#[tokio::test]
async fn a_kept_message_is_not_fresh_again_after_each_connection() {
    let place = BrokerDevice::new().await.address().to_string();
    let text = format!(
        "load_power_w = {{ mqtt = \"{place}\", topic = \"p\", retained = true, max_age = \"300ms\" }}"
    );
    let house = House::new(&text).await;
    let broker = BrokerDevice::at(&place).await;
    broker.keep("p", "42");
    house.until("load_power_w", |source| source.value == number(42.0)).await;
    house.until("load_power_w", |source| source.freshness == Freshness::Missing).await;
    drop(broker);
    house.until("load_power_w", |source| says(source, "broker")).await;
    let broker = BrokerDevice::at(&place).await;
    broker.keep("p", "42");
    house.until("load_power_w", |source| source.error.is_none()).await;
    assert_eq!(house.source("load_power_w").await.freshness, Freshness::Missing);
    house
        .until("load_power_w", |source| {
            broker.say("p", "42");
            source.freshness == Freshness::Fresh
        })
        .await;
}

#[test]
fn what_the_charger_needs_is_never_left_out() {
    for text in [
        "stale = \"omit\"\nload_power_w = 5\n",
        "[inverters.0]\ninv_power_ac_w = { http = \"http://192.168.1.2/\", stale = \"omit\" }\n",
        "[values]\nx = { http = \"http://192.168.1.2/\", stale = \"omit\" }\n",
        "[inverters.0]\nbattery_connected = { http = \"http://192.168.1.2/\", stale = \"omit\" }\n",
    ] {
        let error = Config::parse(text, Path::new("x.toml"), None).unwrap_err();
        assert!(error.to_string().contains("the charger needs"), "{error}");
    }
}
