//! The manufacturer's own test vectors for writes.

use serde_json::Value;

use crate::support::{body, get, seconds, simulator};
use nrgkick_sim_core::Scenario;

const VECTORS: &str = include_str!("../../../../tests/fixtures/control_write_vectors.json");

/// Converts every number to a float: 6 and 6.0 are the same to the API.
fn numerically(value: &Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64()),
        Value::Object(map) => map.iter().map(|(k, v)| (k.clone(), numerically(v))).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_write_is_answered_and_applied_as_the_manufacturers_page_does() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 20);
    for vector in vectors {
        let request = vector["request"].as_str().unwrap();
        let status = vector["status"].as_str().unwrap();
        // Idle has the initial state of the vectors: 6 A, no pause, no limit, three phases.
        let mut charger = simulator(Scenario::Idle);
        let before = body(&get(&mut charger, "/control"));

        let response = get(&mut charger, request);
        assert!(status.starts_with(&response.status.to_string()), "{request}: {response:?}");
        assert_eq!(numerically(&body(&response)), numerically(&vector["body"]), "{request}");

        let at_once = body(&get(&mut charger, "/control"));
        assert_eq!(at_once, before, "{request} shows before the lag has passed");
        charger.advance(seconds(2.0));
        let after = body(&get(&mut charger, "/control"));
        assert_eq!(numerically(&after), numerically(&vector["state_after"]), "{request}");
    }
}

#[test]
fn the_vectors_hold_in_a_row_and_while_charging_too() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let mut charger = simulator(Scenario::Charging);
    for vector in vectors {
        let request = vector["request"].as_str().unwrap();
        let response = get(&mut charger, request);
        assert_eq!(numerically(&body(&response)), numerically(&vector["body"]), "{request}");
    }
    assert_eq!(charger.write_count(), 20);
}
