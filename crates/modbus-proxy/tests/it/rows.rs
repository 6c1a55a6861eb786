//! One odd register makes its own row unknown and no other.

use std::path::Path;

use nrgkick_model::field::DocumentName;
use serde_json::{Value, json};

use crate::fake::Fake;
use crate::proxy::{Proxy, charger, document, read};

/// Sets the registers of a case in `fake`.
fn set_case(fake: &Fake, name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/cases").join(name);
    let text = std::fs::read_to_string(path.with_extension("json")).unwrap();
    let case: Value = serde_json::from_str(&text).unwrap();
    for (register, word) in case["words"].as_object().unwrap() {
        let word = u16::try_from(word.as_u64().unwrap()).unwrap();
        fake.set(register.parse().unwrap(), word);
    }
}

/// Collects all leaves of a document with their paths.
fn leaves(path: &str, value: &Value, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(group) => {
            for (key, value) in group {
                leaves(&format!("{path}.{key}"), value, found);
            }
        }
        _ => found.push((path.to_owned(), value.clone())),
    }
}

async fn everything(fake: &Fake) -> Vec<(String, Value)> {
    let mut charger = charger(fake);
    let mut found = Vec::new();
    for name in DocumentName::ALL {
        let answer = document(read(&mut charger, name).await).unwrap();
        leaves(&name.to_string(), &answer, &mut found);
    }
    found
}

#[tokio::test]
async fn an_odd_register_changes_its_own_row_alone() {
    for (case, wanted) in [
        ("30-string-embedded-nul", vec![("info.general.device_name", Some(json!(" VNSE3")))]),
        ("32-string-control-chars", vec![("info.general.device_name", Some(json!("Gar[31mage")))]),
        (
            "33-int16-nan",
            vec![
                ("values.temperatures.housing", Some(Value::Null)),
                ("values.temperatures.domestic_plug_1", Some(Value::Null)),
            ],
        ),
        ("34-rssi-int16", vec![("info.network.rssi", Some(Value::Null))]),
        ("35-flag-2", vec![("values.general.charge_permitted", Some(Value::Null))]),
        ("37-gps-nan", vec![("info.gps.latitude", None), ("info.gps.longitude", None)]),
        (
            "46-energy-over",
            vec![
                ("values.powerflow.total_active_power", Some(Value::Null)),
                ("values.energy.charged_energy", Some(Value::Null)),
            ],
        ),
    ] {
        let fake = Fake::start().await;
        let before = everything(&fake).await;
        set_case(&fake, case);
        let after = everything(&fake).await;
        for (path, value) in before {
            let found = after.iter().find_map(|(at, value)| (*at == path).then_some(value));
            match wanted.iter().find(|(at, _)| *at == path) {
                Some((_, wanted)) => assert_eq!(found, wanted.as_ref(), "{case}: {path}"),
                None => assert_eq!(found, Some(&value), "{case}: {path}"),
            }
        }
    }
}

#[tokio::test]
async fn an_odd_flag_elsewhere_takes_no_verdict_from_a_write() {
    let fake = Fake::start().await;
    let proxy = Proxy::over(&fake).await;
    set_case(&fake, "35-flag-2");
    let (status, answer) = proxy.write(r#"{"current_set":16}"#).await;
    assert_eq!((status, &answer["outcome"]), (200, &json!("verified")), "{answer}");
    let (status, answer) = proxy.get("/control").await;
    assert_eq!((status, &answer["current_set"]), (200, &json!(16.0)), "{answer}");
    let (_, answer) = proxy.get("/registers").await;
    assert!(answer.to_string().contains("found 2 in register 252"), "{answer}");
}
