//! Each recipe against the documented answers of its device; only addresses and intervals change.

use std::path::Path;

use clap::ValueEnum as _;
use custom_api::Config;
use custom_api::example::Recipe;
use serde_json::{Value, json};

use crate::devices::{BrokerDevice, HttpDevice, ModbusDevice, Reply};
use crate::support::{House, says};

fn reply(text: &str) -> Reply {
    Reply::Json(text.to_owned())
}

async fn values(recipe: Recipe, address: &str, at: std::net::SocketAddr) -> Value {
    assert!(recipe.text().contains(address), "{recipe:?} names another address");
    let text = recipe.text().replace(address, &at.to_string());
    let house = House::new(&text).await;
    house.until_values(|status, _| status == 200).await["device_values"].take()
}

#[tokio::test]
async fn fronius() {
    let flow = include_str!("../replies/fronius.json");
    let path = "/solar_api/v1/GetPowerFlowRealtimeData.fcgi";
    let device = HttpDevice::new(&[(path, reply(flow))]).await;
    let values = values(Recipe::Fronius, "192.168.1.20", device.address()).await;
    let expected = json!({
        "inverters": { "0": { "inv_power_ac_w": 3105, "battery_connected": true } },
        "energy_meters": { "0": { "grid_power_w": -1712 } },
        "batteries": { "0": { "bat_power_w": -812, "soc": 63.4, "mode": 0 } },
        "load_power_w": 1393,
    });
    assert_eq!(values, expected, "the load is what the inverter itself reports as P_Load");
}

#[tokio::test]
async fn shelly_em() {
    let device = HttpDevice::new(&[
        ("/rpc/EM1.GetStatus?id=0", reply(include_str!("../replies/shelly-em1-0.json"))),
        ("/rpc/EM1.GetStatus?id=1", reply(include_str!("../replies/shelly-em1-1.json"))),
        ("/rpc/EM1Data.GetStatus?id=1", reply(include_str!("../replies/shelly-em1data-1.json"))),
    ])
    .await;
    let values = values(Recipe::ShellyEm, "192.168.1.21", device.address()).await;
    let expected = json!({
        "inverters": { "0": { "inv_power_ac_w": 2098, "pv_energy_total_wh": 4_711_200 } },
        "energy_meters": { "0": { "grid_power_w": -703 } },
        "load_power_w": 1396,
    });
    assert_eq!(values, expected);
}

#[tokio::test]
async fn home_assistant() {
    let inverter = include_str!("../replies/home-assistant-inverter.json");
    let grid = include_str!("../replies/home-assistant-grid.json");
    let device = HttpDevice::new(&[
        ("/api/states/sensor.inverter_power", reply(inverter)),
        ("/api/states/sensor.grid_power", reply(grid)),
    ])
    .await;
    let folder = tempfile::tempdir().unwrap();
    let headers = folder.path().join("home-assistant.headers");
    std::fs::write(headers, "# from the profile\nAuthorization: Bearer secret\n").unwrap();
    let text = Recipe::HomeAssistant.text();
    let text = text.replace("homeassistant.local:8123", &device.address().to_string());
    let text = text.replace("every = \"5s\"", "every = \"20ms\"");
    let house = House::with_file(&text, &folder.path().join("house.toml")).await;
    let values = house.until_values(|status, _| status == 200).await;
    assert_eq!(values["device_values"]["load_power_w"], 1581);
    let requests = device.requests.lock().unwrap().concat().to_ascii_lowercase();
    assert!(requests.contains("authorization: bearer secret"), "{requests}");
    drop(requests);
    let status = serde_json::to_string(&house.status().await).unwrap();
    assert!(!status.contains("secret"), "{status}");
    // A sensor that is gone sends a text, which is not zero.
    let gone = inverter.replace("\"1830.5\"", "\"unavailable\"");
    device.set("/api/states/sensor.inverter_power", Reply::Json(gone));
    house.until("inverters.0.inv_power_ac_w", |source| says(source, "\"unavailable\"")).await;
}

#[tokio::test]
async fn evcc() {
    let state = include_str!("../replies/evcc.json");
    let device = HttpDevice::new(&[("/api/state", reply(state))]).await;
    let values = values(Recipe::Evcc, "192.168.1.22:7070", device.address()).await;
    let expected = json!({
        "inverters": { "0": { "inv_power_ac_w": 1650, "battery_connected": false } },
        "energy_meters": { "0": { "grid_power_w": -89 } },
        "batteries": { "0": { "bat_power_w": -640, "soc": 71.0, "mode": 0 } },
        "load_power_w": 922,
    });
    assert_eq!(values, expected);
    let state: Value = serde_json::from_str(state).unwrap();
    let own = state["result"]["homePower"].as_f64().unwrap();
    assert_eq!(values["load_power_w"].as_f64().unwrap(), own.round(), "the reply's own figure");
}

#[tokio::test]
async fn victron() {
    let broker = BrokerDevice::new().await;
    let text = Recipe::VictronMqtt.text();
    let text = text.replace("192.168.1.23:1883", &broker.address().to_string());
    let house = House::new(&text).await;
    let topics = [
        ("Ac/PvOnGrid/L1/Power", "{\"value\": 2400}"),
        ("Ac/PvOnGrid/L2/Power", "{\"value\": null}"),
        ("Ac/PvOnGrid/L3/Power", "{\"value\": null}"),
        ("Ac/Grid/L1/Power", "{\"value\": -900.5}"),
        ("Ac/Grid/L2/Power", "{\"value\": 120.25}"),
        ("Ac/Grid/L3/Power", "{\"value\": 80.25}"),
        ("Dc/Battery/Power", "{\"value\": 610}"),
        ("Dc/Battery/Soc", "{\"value\": 82.5}"),
    ];
    let values = house
        .until_values(|status, _| {
            for (topic, payload) in topics {
                broker.say(&format!("N/c0619ab12345/system/0/{topic}"), payload);
            }
            status == 200
        })
        .await;
    let expected = json!({
        "inverters": { "0": { "inv_power_ac_w": 2400, "battery_connected": false } },
        "energy_meters": { "0": { "grid_power_w": -700 } },
        "batteries": { "0": { "bat_power_w": -610, "soc": 82.5, "mode": 0 } },
        // 2400 W of sun, 700 W fed in, 610 W into the battery.
        "load_power_w": 1090,
    });
    assert_eq!(values["device_values"], expected);
    assert!(broker.received.lock().unwrap().contains(&"R/c0619ab12345/keepalive".to_owned()));
}

#[tokio::test]
async fn sunspec() {
    let minus_two = 0xfffe;
    let device = ModbusDevice::new(&[
        ((1, 40083), 31_046),
        ((1, 40084), 0xffff),
        ((1, 40093), 0x0116),
        ((1, 40094), 0x3e8d),
        ((1, 40095), 0),
        ((240, 40087), (-17_119_i16).cast_unsigned()),
        ((240, 40091), minus_two),
    ])
    .await;
    let values = values(Recipe::SunspecModbus, "192.168.1.24", device.address()).await;
    let expected = json!({
        "inverters": { "0": { "inv_power_ac_w": 3105, "pv_energy_total_wh": 18_235_021 } },
        "energy_meters": { "0": { "grid_power_w": -171 } },
        "load_power_w": 2933,
    });
    assert_eq!(values, expected);
}

#[tokio::test]
async fn push() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("push-token"), "0123456789abcdef\n").unwrap();
    let file = folder.path().join("house.toml");
    let house = House::with_file(Recipe::Push.text(), &file).await;
    // The two requests of the recipe, as curl sends them.
    let documents = r#"{"inverters":{"0":{"inv_power_ac_w":2225}},"energy_meters":{"0":{"grid_power_w":-542}}}"#;
    assert!(Recipe::Push.text().contains(documents));
    for (path, body) in [("/push/inverter", "1"), ("/push", documents)] {
        let request = format!(
            "PUT {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer 0123456789abcdef\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = house.send(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    }
    let (status, values) = house.get("/api/v1/values.json").await;
    assert_eq!((status, &values["device_values"]["load_power_w"]), (200, &json!(1683)));
}

#[test]
fn every_recipe_is_right_and_says_where_it_is_from() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("push-token"), "0123456789abcdef").unwrap();
    for file in ["home-assistant", "supervisor", "sonnen", "envoy"] {
        std::fs::write(folder.path().join(format!("{file}.headers")), "A: b").unwrap();
    }
    std::fs::write(folder.path().join("powerwall.login"), "{}").unwrap();
    for recipe in Recipe::value_variants() {
        let file = folder.path().join("recipe.toml");
        let config = Config::parse(recipe.text(), &file, None);
        assert!(config.is_ok(), "{recipe:?}: {}", config.unwrap_err());
        let has_source = recipe.text().lines().any(|line| line.starts_with("# Source: "));
        assert!(has_source || matches!(recipe, Recipe::Seed | Recipe::Push), "{recipe:?}");
        assert!(!recipe.brand().is_empty() && recipe.needs().ends_with('.'), "{recipe:?}");
        assert!(custom_api::example::list().contains(recipe.brand()), "{recipe:?}");
    }
    assert!(custom_api::example::list().contains("none was tried on a real device"));
    assert!(
        Config::load(Path::new("/no/such/file"), None).unwrap_err().to_string().contains("/no")
    );
}
