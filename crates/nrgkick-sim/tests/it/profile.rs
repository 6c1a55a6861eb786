//! `--profile`: what a file says is answered, and what is no profile is refused by its name.

use std::fs;
use std::path::Path;
use std::time::Duration;

use charger_profile::{Answers, Exchange, Profile, Reply};
use nrgkick_sim::{Config, profile};
use nrgkick_sim_core::{Model, Setup};
use serde_json::{Value, json};

use crate::support::{start, still};

fn refused(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("garage.json");
    fs::write(&file, bytes).unwrap();
    let error = profile::read(&file).unwrap_err().to_string();
    assert!(error.contains("--profile") && error.contains("garage.json"), "{error}");
    error
}

#[test]
fn what_is_no_profile_says_why() {
    assert!(refused(&vec![b' '; 10_000_000]).contains("more than 1000000 bytes"));
    assert!(refused(br#"{"format":7,"news":true}"#).contains("format 7 is newer"));
    assert!(refused(b"{").contains("not JSON"));
    let edited =
        json!({"format": 1, "program": "x", "answers": {"modbus": {"most_registers": 500}}});
    let error = refused(edited.to_string().as_bytes());
    assert!(error.contains("answers.modbus.most_registers: 500"), "{error}");
    let error = profile::read(Path::new("/no/such/file")).unwrap_err().to_string();
    assert!(error.contains("/no/such/file"), "{error}");
}

fn profiled(answers: &Value) -> (Config, Vec<String>) {
    let text = json!({"format": 1, "program": "test", "answers": answers}).to_string();
    profile::apply(&Profile::read(text.as_bytes()).unwrap().answers, still())
}

#[test]
fn nothing_found_out_changes_nothing() {
    let (config, notes) = profile::apply(&Answers::default(), still());
    assert_eq!(config.setup, still().setup);
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn the_unit_is_the_one_of_the_profile() {
    let info = json!({
        "general": {"model_type": "NRGkick Gen2 SIM", "rated_current": 16},
        "versions": {"sw_sm": "4.0.0.64"}
    });
    let (config, _) = profiled(&json!({
        "charger": {"info": info, "modem": true, "position": false},
        "http": {"control_lag_ms": 1500}
    }));
    let Setup { model, firmware, control_lag, .. } = &config.setup;
    assert_eq!((*model, firmware.has_colon_keys()), (Model::ModemNoFix, true));
    assert_eq!(*control_lag, Duration::from_millis(1500));
}

#[test]
fn what_cannot_be_simulated_is_named() {
    let (_, notes) = profiled(&json!({
        "http": {"version": "HTTP/1.0"},
        "modbus": {"outside": "closed", "read_only": "answered", "absent": {"exception": 2}}
    }));
    let named = |key: &str| notes.iter().filter(|note| note.contains(key)).count();
    assert_eq!([named("http.version"), named("modbus.outside"), named("modbus.read_only")], [1; 3]);
    assert_eq!(notes.len(), 3, "{notes:?}");
    assert_eq!(Reply::Closed.exception(), None);
}

#[tokio::test]
async fn recorded_answers_are_sent_as_they_were() {
    let body = "<h1>nothing here</h1>";
    let (config, _) = profiled(&json!({"http": {
        "headers": [["content-type", "application/json"], ["server", "esp"]],
        "unknown_path": {"status": 410, "headers": [["content-type", "text/html"]], "body": body},
        "preflight": {"status": 405, "headers": [["allow", "GET"]], "body": ""}
    }}));
    let charger = start(config).await;
    let answer = charger.get("/nowhere").await;
    assert_eq!((answer.status, answer.header("content-type")), (410, Some("text/html")));
    assert_eq!(answer.body, body.as_bytes());
    assert_eq!(charger.get("/values").await.header("server"), Some("esp"));
    let answer = charger.send("OPTIONS", "/values", "", "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("get")));
    let exchange = Exchange { status: 410, headers: Vec::new(), body: body.to_owned() };
    assert_eq!(exchange.refusal().unwrap().status, 410);
    charger.stop().await;
}
