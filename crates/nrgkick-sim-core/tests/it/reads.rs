//! Reads, refusals and the forms of documents.

use nrgkick_model::Refusal;
use nrgkick_model::document::Document as _;
use nrgkick_model::request::basic_authorization;
use nrgkick_sim_core::{Credentials, Firmware, Model, Scenario, Setup, Simulator};
use serde_json::{Value, json};

use crate::support::{body, get, info, patch, simulator};

fn of_model(model: Model) -> Simulator {
    Simulator::new(Setup { model, ..Setup::default() })
}

/// Returns sorted keys, as their order in `serde_json` depends on features of other crates.
fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn sections_and_raw_are_flags() {
    let mut charger = of_model(Model::Modem);
    let all = body(&get(&mut charger, "/info"));
    assert_eq!(all["connector"]["type"], "CEE");
    let sections = ["cellular", "connector", "general", "gps", "grid", "network", "versions"];
    assert_eq!(keys(&all), sections);
    for target in ["/info?raw&connector&grid", "/info?grid=1&connector=1&raw=1"] {
        let response = get(&mut charger, target);
        assert!(response.body.starts_with(r#"{"connector":{"phase_count":3,"max_current":32.0"#));
        assert_eq!(body(&response)["connector"]["type"], 1);
        assert_eq!(keys(&body(&response)), ["connector", "grid"]);
    }
}

#[test]
fn what_does_not_exist_is_refused() {
    let mut charger = simulator(Scenario::Idle);
    for (method, target, status, text) in [
        ("GET", "/info?status", 501, Refusal::INVALID_PARAMETER),
        ("GET", "/values?raw=0", 501, Refusal::INVALID_PARAMETER),
        ("GET", "/value", 404, Refusal::NOT_FOUND),
        ("GET", "/info/", 404, Refusal::NOT_FOUND),
        ("GET", "info", 404, Refusal::NOT_FOUND),
        ("POST", "/control?current_set=8", 405, "Error 405 - Method not allowed"),
        ("OPTIONS", "/values", 405, "Error 405 - Method not allowed"),
    ] {
        let response = charger.request(method, target, None);
        assert_eq!(response.status, status, "{target}");
        assert_eq!(body(&response), json!({ "Response": text }), "{target}");
        assert_eq!(response.header("content-type"), Some("application/json"));
    }
    patch(&mut charger, &json!({"switches": {"raw_zero": "off"}}));
    assert_eq!(body(&get(&mut charger, "/values?raw=0"))["general"]["status"], "STANDBY");
    patch(&mut charger, &json!({"switches": {"raw_zero": "on"}}));
    assert_eq!(body(&get(&mut charger, "/values?raw=0"))["general"]["status"], 1);
}

#[test]
fn a_disabled_api_answers_200_to_everything() {
    let mut charger = simulator(Scenario::Charging);
    assert_eq!(body(&get(&mut charger, "/api")), json!({"json": true, "modbus": true}));
    patch(&mut charger, &json!({"switches": {"json": false, "modbus": false}}));
    for target in ["/info", "/values?raw", "/control", "/control?charge_pause=1", "/nothing"] {
        let response = get(&mut charger, target);
        assert_eq!(response.status, 200);
        assert_eq!(body(&response), json!({ "Response": Refusal::DISABLED }), "{target}");
    }
    assert_eq!(body(&get(&mut charger, "/api")), json!({"json": false, "modbus": false}));
    assert!(get(&mut charger, "/").body.contains("SIMULATED"));
}

#[test]
fn credentials_are_asked_for_on_reads_and_writes() {
    let credentials = Credentials { username: "user".into(), password: "pä⚡s".into() };
    let latin = Credentials { username: "u".into(), password: "ü".into() };
    let header = basic_authorization("user", "pä⚡s");
    let with =
        |credentials| Simulator::new(Setup { credentials: Some(credentials), ..Setup::default() });
    let mut charger = with(credentials);
    for target in ["/info", "/values", "/control", "/control?charge_pause=1", "/x"] {
        for wrong in [None, Some("Basic dXNlcjpwYXNz"), Some("Bearer x"), Some("")] {
            let refused = charger.request("GET", target, wrong);
            assert_eq!(refused.status, 401, "{target} {wrong:?}");
            assert_eq!(body(&refused), json!({ "Response": "401 Unauthorized" }));
            assert!(refused.header("www-authenticate").is_some());
        }
    }
    assert_eq!(charger.request("GET", "/info", Some(&header)).status, 200);
    assert_eq!(
        charger.request("GET", "/info", Some(&header.replace("Basic", "basic"))).status,
        200
    );
    patch(&mut charger, &json!({"switches": {"challenge": false, "unauthorized": "no"}}));
    let refused = get(&mut charger, "/info");
    assert_eq!(refused.header("www-authenticate"), None);
    assert_eq!(refused.body, r#"{"Response":"no"}"#);

    let mut charger = with(latin);
    for either in ["Basic dTr8", "Basic dTrDvA=="] {
        assert_eq!(charger.request("GET", "/info", Some(either)).status, 200, "{either}");
    }
}

#[test]
fn every_model_says_that_it_is_simulated_and_what_it_has() {
    for model in Model::ALL {
        let mut charger = of_model(model);
        let info = info(&mut charger);
        let readings = info.readings();
        assert!(readings.is_simulated());
        let general = info.general.clone().unwrap();
        assert_eq!(general.serial_number.unwrap().len(), 21);
        assert_eq!(readings.has_modem(), model.has_modem());
        assert_eq!(info.cellular.is_some(), model.has_modem());
        assert_eq!(info.gps.is_some(), model == Model::Modem);
        let rated = if model == Model::Rated16 { 16 } else { 32 };
        assert_eq!(general.rated_current, Some(rated));
        assert_eq!(info.connector.unwrap().serial.unwrap().len(), 8);
    }
    assert_eq!(info(&mut of_model(Model::Domestic)).readings().max_current(), Some(13.0));
}

#[test]
fn old_firmware_ends_some_keys_in_a_colon() {
    let firmware: Firmware = "4.0.0.64".parse().unwrap();
    let device_name = "\"frequency\":1".to_owned();
    let mut charger =
        Simulator::new(Setup { firmware, device_name: device_name.clone(), ..Setup::default() });
    let info = body(&get(&mut charger, "/info"));
    assert_eq!(info["connector"]["max_current:"], 32.0);
    assert_eq!(info["grid"]["frequency:"], 50);
    assert_eq!(info["grid"]["voltage"], 230);
    assert_eq!(info["general"]["device_name"], device_name);
    let values = body(&get(&mut charger, "/values"));
    for phase in ["l1", "l2", "l3"] {
        assert!(values["powerflow"][phase]["voltage:"].is_number());
        assert!(values["powerflow"][phase]["voltage"].is_null());
    }
    assert!(values["powerflow"]["charging_voltage"].is_number());
    assert_eq!(
        crate::support::info(&mut charger).readings().max_current(),
        Some(32.0),
        "and is still read"
    );
}

#[test]
fn floats_have_decimals_and_flags_are_numbers() {
    let mut charger = simulator(Scenario::Idle);
    assert!(
        get(&mut charger, "/control").body.starts_with(r#"{"current_set":6.0,"charge_pause":0"#)
    );
    let values = get(&mut charger, "/values").body;
    assert!(
        values.contains(r#""domestic_plug_1":0.0"#) && values.contains(r#""charge_permitted":0"#)
    );
    assert!(!values.contains("-0.0,"), "{values}");
}
