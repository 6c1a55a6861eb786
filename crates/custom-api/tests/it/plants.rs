//! Plants as owners reported them (`tests/fixtures/plants`), against the recipes and the expected
//! values.

use std::path::Path;
use std::time::Duration;

use custom_api::check::check;
use custom_api::example::Recipe;
use custom_api::{Config, Timeouts};
use gateway_api::custom_api::Freshness;
use nrgkick_model::custom_api::Observed;
use serde_json::{Value, json};

use crate::devices::{BrokerDevice, HttpDevice, ModbusDevice, Reply};
use crate::support::{House, says};

pub(crate) fn plant(name: &str) -> Value {
    let path = format!("{}/../../tests/fixtures/plants/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A device with the plant's answers.
async fn http(plant: &Value) -> HttpDevice {
    let replies: Vec<(&str, Reply)> = plant["http"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, body)| (path.as_str(), Reply::Json(body.to_string())))
        .collect();
    HttpDevice::new(&replies).await
}

/// Returns the charger's values under the names that the plants use.
fn shown(values: &Value) -> Value {
    let values = &values["device_values"];
    json!({
        "load_power_w": values["load_power_w"],
        "grid_power_w": values["energy_meters"]["0"]["grid_power_w"],
        "bat_power_w": values["batteries"]["0"]["bat_power_w"],
        "inv_power_ac_w": values["inverters"]["0"]["inv_power_ac_w"],
    })
}

pub(crate) fn assert_wanted(plant: &Value, values: &Value) {
    let shown = shown(values);
    for (key, wanted) in plant["want"].as_object().unwrap() {
        assert_eq!(&shown[key], wanted, "{key}: {}", plant["situation"]);
    }
}

fn without_battery(recipe: Recipe) -> String {
    let text = recipe.text().replace("battery_connected = true", "");
    text[..text.find("\n[batteries.0]").unwrap()].to_owned()
}

#[tokio::test]
async fn evcc_says_itself_what_the_house_takes() {
    let plant = plant("evcc-state");
    let device = http(&plant).await;
    let at = device.address().to_string();
    let house = House::new(&Recipe::Evcc.text().replace("192.168.1.22:7070", &at)).await;
    let values = house.until_values(|status, _| status == 200).await;
    assert_wanted(&plant, &values);
    assert_eq!(
        values["device_values"]["load_power_w"], plant["http"]["/api/state"]["homePower"],
        "the reply's own figure"
    );
}

#[tokio::test]
async fn fronius_by_day_and_night_as_it_says_itself() {
    for name in ["fronius-day", "fronius-night"] {
        let plant = plant(name);
        let device = http(&plant).await;
        let at = device.address().to_string();
        let house = House::new(&Recipe::Fronius.text().replace("192.168.1.20", &at)).await;
        let values = house.until_values(|status, _| status == 200).await;
        assert_wanted(&plant, &values);
        let path = "/solar_api/v1/GetPowerFlowRealtimeData.fcgi";
        let own = plant["http"][path]["Body"]["Data"]["Site"]["P_Load"].as_f64().unwrap();
        assert_eq!(values["device_values"]["load_power_w"].as_f64().unwrap(), (-own).round());
    }
}

/// Uses the recipe's ages, none of which runs out during this test.
#[tokio::test]
async fn an_inverter_that_is_asleep_gives_nothing_at_once() {
    let plant = plant("fronius-asleep");
    let device = http(&plant).await;
    let text = without_battery(Recipe::Fronius);
    let house = House::new(&text.replace("192.168.1.20", &device.address().to_string())).await;
    let values = house.until_values(|status, _| status == 200).await;
    assert_wanted(&plant, &values);
    let inverter = house.source("inverters.0.inv_power_ac_w").await;
    assert_eq!(inverter.freshness, Freshness::Fresh, "the inverter said so");
}

#[tokio::test]
async fn an_error_with_status_200_is_no_value_and_its_reason_is_shown() {
    let plant = plant("fronius-error-200");
    let device = http(&plant).await;
    let text = Recipe::Fronius.text().replace("192.168.1.20", &device.address().to_string());
    let house = House::new(&text).await;
    let reason = "Meter 0 does not exist";
    house.until("energy_meters.0.grid_power_w", |source| says(source, reason)).await;
    assert_eq!(house.get("/api/v1/values.json").await.0, 503);
}

/// Uses the recipe's ages, none of which runs out during this test. The same plant with sun on one
/// phase, and with grid on two, gives the balance of its own figures.
#[tokio::test]
async fn victron_with_one_to_three_phases_and_a_battery_behind_a_multiplus() {
    let plant = plant("victron-three-phase");
    let topics: Vec<(String, Value)> = plant["mqtt"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(topic, payload)| (topic.replace("c0ffee", "c0619ab12345"), payload.clone()))
        .collect();
    let phases = |absent: &[&str], extra: &str| {
        let value = |topic: &str, payload: &Value| {
            let is_absent = absent.iter().any(|phase| topic.contains(phase));
            match (is_absent, topic.contains(extra)) {
                (true, _) => json!({ "value": null }),
                (false, true) => json!({ "value": 250 }),
                (false, false) => payload.clone(),
            }
        };
        topics.iter().map(|(topic, payload)| (topic.clone(), value(topic, payload))).collect()
    };
    let one: Vec<(String, Value)> = phases(&["PvOnGrid/L2", "PvOnGrid/L3"], "/Battery/Power");
    let three: Vec<(String, Value)> = phases(&[], "Grid/L2");
    let watts = |messages: &[(String, Value)], part: &str| -> f64 {
        let of = messages.iter().filter(|(topic, _)| topic.contains(part));
        of.filter_map(|(_, payload)| payload["value"].as_f64()).sum()
    };
    for messages in [&topics, &one, &three] {
        let broker = BrokerDevice::new().await;
        let at = broker.address().to_string();
        let house = House::new(&Recipe::VictronMqtt.text().replace("192.168.1.23:1883", &at)).await;
        let values = house
            .until_values(|status, _| {
                for (topic, payload) in messages {
                    broker.say(topic, &payload.to_string());
                }
                status == 200
            })
            .await;
        if std::ptr::eq(messages, &topics) {
            assert_wanted(&plant, &values);
        }
        let balance = watts(messages, "/PvOnGrid/") + watts(messages, "/Grid/")
            - watts(messages, "/Battery/Power");
        let load = values["device_values"]["load_power_w"].as_f64();
        assert_eq!(load, Some(balance), "{messages:?}");
    }
}

#[tokio::test]
async fn the_meter_of_solaredge_counts_the_other_way_round() {
    let plant = plant("solaredge-meter-sign");
    let registers: Vec<((u8, u16), u16)> = plant["registers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(address, word)| {
            let word = i16::try_from(word.as_i64().unwrap()).unwrap().cast_unsigned();
            ((1, address.parse().unwrap()), word)
        })
        .collect();
    let device = ModbusDevice::new(&registers).await;
    let at = device.address().to_string();
    let text = Recipe::Solaredge.text().replace("192.168.1.25:1502", &at);
    let values = House::new(&text).await.until_values(|status, _| status == 200).await;
    assert_wanted(&plant, &values);
}

/// Each type alone, with a factor, and as a part of a sum, in both word orders.
#[tokio::test]
async fn what_devices_write_for_no_value_is_no_number() {
    let plant = plant("modbus-not-available");
    let types = plant["registers_words"].as_object().unwrap();
    let mut registers = Vec::new();
    let mut text = "every = \"20ms\"\nload_power_w = 5\n[values]\n".to_owned();
    let device = ModbusDevice::new(&[]).await;
    let at = device.address();
    let mut names = Vec::new();
    let mut sums = Vec::new();
    for (number, (kind, words)) in types.iter().enumerate() {
        let words: Vec<u16> = words
            .as_array()
            .unwrap()
            .iter()
            .map(|word| u16::from_str_radix(word.as_str().unwrap(), 16).unwrap())
            .collect();
        for (order, words) in
            [("high-first", words.clone()), ("low-first", words.into_iter().rev().collect())]
        {
            let first =
                u16::try_from(number * 20).unwrap() + if order == "low-first" { 10 } else { 0 };
            registers.extend((first..).zip(words));
            for factor in ["1", "0.1"] {
                let name = format!("{kind}-{order}-{}", factor.replace('.', ""));
                text += &format!(
                    "{name} = {{ modbus = \"{at}\", address = {first}, type = \"{kind}\", \
                     word_order = \"{order}\", factor = {factor} }}\n\
                     {name}-sum = {{ sum = [\"{name}\", \"five\"] }}\n"
                );
                sums.push(format!("{name}-sum"));
                names.push(name);
            }
        }
    }
    text += "five = 5\n";
    assert_eq!(names.len(), 24);
    for (address, word) in registers {
        device.set((1, address), word);
    }
    let house = House::new(&text).await;
    for name in &names {
        house.until(name, |source| says(source, "the device has no value")).await;
        assert_eq!(house.source(name).await.observed, None, "{name}");
    }
    for sum in &sums {
        assert_eq!(house.source(sum).await.value, None, "{sum}");
    }
}

#[tokio::test]
async fn the_largest_numbers_and_minus_one_are_numbers_and_the_file_may_say_more() {
    let device = ModbusDevice::new(&[
        ((1, 0), 0x7fff),
        ((1, 10), 0x7fff),
        ((1, 11), 0xffff),
        ((1, 20), 0xffff),
        ((1, 21), 0xffff),
        ((1, 30), 0x8000),
        ((1, 31), 0),
    ])
    .await;
    let at = device.address();
    let house = House::new(&format!(
        r#"
        every = "20ms"
        load_power_w = 5
        [values]
        most-i16 = {{ modbus = "{at}", address = 0, type = "i16" }}
        most-i32 = {{ modbus = "{at}", address = 10, type = "i32" }}
        minus-one = {{ modbus = "{at}", address = 20, type = "i32" }}
        told-i16 = {{ modbus = "{at}", address = 30, type = "i16", nan = "none" }}
        told-most = {{ modbus = "{at}", address = 0, type = "i16", nan = [0x7fff] }}
        half-u32 = {{ modbus = "{at}", address = 30, type = "u32" }}
        "#
    ))
    .await;
    for (name, number) in [
        ("most-i16", 32_767.0),
        ("most-i32", 2_147_483_647.0),
        ("minus-one", -1.0),
        ("told-i16", -32_768.0),
    ] {
        house.until(name, |source| source.value == Some(Observed::Number(number))).await;
    }
    for name in ["told-most", "half-u32"] {
        house.until(name, |source| says(source, "the device has no value")).await;
    }
}

#[tokio::test]
async fn sensors_of_home_assistant_that_are_gone_are_no_zero() {
    let plant = plant("home-assistant-states");
    let device = http(&plant).await;
    let at = device.address();
    let value = |name: &str| {
        format!(
            "{name} = {{ http = \"http://{at}/api/states/sensor.{name}\", pointer = \"/state\", \
             text = true, null = 0, every = \"20ms\" }}\n"
        )
    };
    let text = format!("load_power_w = 5\n[values]\n{}", ["pv", "gone", "new"].map(value).concat());
    let house = House::new(&text).await;
    let wanted = plant["want"]["pv"].as_f64().and_then(Observed::number);
    house.until("pv", |source| source.value == wanted).await;
    for gone in ["gone", "new"] {
        assert_eq!(plant["want"][gone], Value::Null);
        house.until(gone, |source| says(source, "the device has no value")).await;
        assert_eq!(house.source(gone).await.observed, None, "{gone}");
    }
}

#[tokio::test]
async fn bare_messages_of_home_assistant_are_read() {
    let plant = plant("home-assistant-statestream");
    let broker = BrokerDevice::new().await;
    let at = broker.address();
    let topics = plant["mqtt_raw"].as_object().unwrap();
    let named: Vec<(String, &String)> =
        topics.keys().enumerate().map(|(number, topic)| (format!("v{number}"), topic)).collect();
    let mut text = "load_power_w = 5\n[inverters.0]\n".to_owned();
    let source = |topic: &str| {
        format!("{{ mqtt = \"{at}\", topic = \"{topic}\", text = true, retained = true }}\n")
    };
    text += &format!("battery_connected = {}", source("ha/binary_sensor/battery/state"));
    text += "[values]\n";
    for (name, topic) in &named {
        if !topic.contains("binary") {
            text += &format!("{name} = {}", source(topic));
        }
        broker.keep(topic, topics[*topic].as_str().unwrap());
    }
    let house = House::new(&text).await;
    let on = "inverters.0.battery_connected";
    house.until(on, |source| source.value == Some(Observed::Flag(true))).await;
    for (name, topic) in named.iter().filter(|(_, topic)| !topic.contains("binary")) {
        match topics[*topic].as_str().unwrap().parse() {
            Ok(number) => {
                house.until(name, |source| source.value == Some(Observed::Number(number))).await;
            }
            Err(_) => house.until(name, |source| says(source, "the device has no value")).await,
        }
    }
}

/// The file does not tell how the battery is connected: the check asks, the charger gets the rest.
#[tokio::test]
async fn check_asks_how_the_battery_is_connected_and_says_how_the_load_came_about() {
    let said = async |battery_connected: &str| {
        let text = format!(
            "[inverters.0]\ninv_power_ac_w = 3000\n{battery_connected}\n[energy_meters.0]\n\
             grid_power_w = -300\n[batteries.0]\nbat_power_w = -2000\n"
        );
        let config = Config::parse(&text, Path::new("x.toml"), None).unwrap();
        let report = check(config, Duration::from_secs(5), Timeouts::default()).await;
        assert!(report.is_good(), "{report}");
        report.to_string()
    };
    let asked = said("").await;
    assert!(asked.contains("warn  load_power_w"), "{asked}");
    assert!(asked.contains("give inverters.0.battery_connected"), "{asked}");
    assert!(asked.ends_with("1 left out"), "{asked}");
    let told = said("battery_connected = false").await;
    assert!(told.contains("ok    load_power_w") && told.ends_with("700 W\n5 values, 0 failed"));
    assert!(told.contains("energy_meters.0 is taken for the one at the grid"), "{told}");
}

/// A value that serving would refuse fails, and values are shown as they would be served.
#[tokio::test]
async fn check_judges_what_would_be_served() {
    let text = "[values]\na = 80\nb = 40.4\n[batteries.0]\nsoc = { sum = [\"a\", \"b\"] }\n\
                [energy_meters.0]\ngrid_power_w = { sum = [\"b\"] }\n";
    let config = Config::parse(text, Path::new("x.toml"), None).unwrap();
    let report = check(config, Duration::from_secs(5), Timeouts::default()).await;
    let said = report.to_string();
    assert!(!report.is_good(), "{said}");
    assert!(said.contains("120.4 is not a number from 0 to 100 %"), "{said}");
    assert!(said.lines().any(|line| line.contains("grid_power_w") && line.ends_with("40 W")));
}
