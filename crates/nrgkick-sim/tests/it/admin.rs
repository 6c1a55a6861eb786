//! Requests to `/_sim/*`.

use serde_json::json;

use crate::support::{start, still};

#[tokio::test]
async fn the_state_can_be_read_patched_and_reset() {
    let charger = start(still()).await;
    let patch = json!({
        "values": {"general": {"status": 200}},
        "control": {"current_set": 9.0},
        "switches": {"phase_switch": false}
    });
    let state = charger.sim("PATCH", "state", &patch).await;
    assert_eq!(state, charger.get("/_sim/state").await.json());
    assert_eq!(state["values"]["general"]["status"], 200);
    assert_eq!(charger.get("/control").await.json()["current_set"], 9.0);
    assert_ne!(charger.get("/control?phase_count=1").await.status, 200);

    let state = charger.sim("POST", "reset", &json!({})).await;
    assert_eq!((&state["values"]["general"]["status"], &state["held"]), (&json!(3), &json!([])));
    assert_eq!(charger.get("/_sim/writes").await.json()["count"], 0);
    let state = charger.sim("POST", "reset", &json!({"scenario": "idle"})).await;
    assert_eq!(state["values"]["general"]["status"], 1);
    charger.stop().await;
}

#[tokio::test]
async fn a_switched_off_api_and_faults_do_not_reach_it() {
    let charger = start(still()).await;
    charger.sim("PATCH", "state", &json!({"switches": {"json": false}})).await;
    assert!(charger.get("/values").await.json()["Response"].is_string());
    charger.fault(&json!({"kind": "reset"})).await;
    assert_eq!(charger.get("/_sim/state").await.json()["switches"]["json"], false);
    charger.sim("POST", "reset", &json!({})).await;
    assert!(charger.get("/values").await.json()["energy"].is_object());
    charger.stop().await;
}

#[tokio::test]
async fn wrong_requests_are_named_and_change_nothing() {
    let charger = start(still()).await;
    let before = charger.get("/_sim/state").await.json();
    let long = format!("{{\"values\": \"{}\"}}", "x".repeat(65_540));
    for (method, name, body, status, part) in [
        (
            "PATCH",
            "state",
            r#"{"values":{"general":{"status":300}}}"#,
            400,
            "values.general.status",
        ),
        ("PATCH", "state", "{", 400, "the body"),
        ("PATCH", "state", long.as_str(), 400, "limit"),
        ("POST", "fault", r#"{"kind":"fire"}"#, 400, "fire"),
        ("POST", "fault", r#"{"kind":"slow","ms":9999999}"#, 400, "ms: 9999999"),
        ("POST", "fault", r#"{"kind":"status","status":99}"#, 400, "status: 99"),
        ("POST", "fault", r#"{"kind":"slow","sm":5}"#, 400, "sm"),
        ("POST", "advance", r#"{"seconds":-1}"#, 400, "seconds: -1"),
        ("POST", "advance", r#"{"seconds":1e12}"#, 400, "seconds"),
        ("POST", "reset", r#"{"scenario":"party"}"#, 400, "limit-reached"),
        ("POST", "state", "{}", 405, "GET, PATCH"),
        ("GET", "nothing", "", 404, "/_sim/nothing"),
    ] {
        let answer = charger.send(method, &format!("/_sim/{name}"), "", body).await;
        assert_eq!(answer.status, status, "{method} {name}: {answer:?}");
        let error = answer.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(part), "{method} {name}: {error}");
    }
    assert_eq!(charger.get("/_sim/state").await.json(), before);
    charger.stop().await;
}
