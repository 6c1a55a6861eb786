//! What is recorded of a real unit takes the place of the simulator's own.

use nrgkick_sim_core::{Setup, Simulator};
use serde_json::json;

fn charger() -> Simulator {
    Simulator::new(Setup::default())
}

#[test]
fn a_recorded_answer_replaces_the_words_and_not_the_decision() {
    let mut charger = charger();
    let answer = json!({"status": 423, "headers": [["x-a", "1"]], "body": "not now"});
    charger.patch(&json!({"switches": {"recorded": {"phase_switch": answer}}})).unwrap();
    let accepted = charger.request("GET", "/control?phase_count=3", None);
    assert_eq!((accepted.status, accepted.body.as_str()), (200, r#"{"phase_count":3}"#));
    charger.patch(&json!({"switches": {"phase_switch": false}})).unwrap();
    let refused = charger.request("GET", "/control?phase_count=3", None);
    assert_eq!((refused.status, refused.body.as_str()), (423, "not now"));
    assert_eq!((refused.header("x-a"), refused.header("content-type")), (Some("1"), None));
}

#[test]
fn headers_of_every_answer_are_a_switch() {
    let mut charger = charger();
    charger.patch(&json!({"switches": {"headers": [["server", "esp"]]}})).unwrap();
    assert_eq!(charger.request("GET", "/values", None).header("server"), Some("esp"));
    let error = charger.patch(&json!({"switches": {"headers": [["a b", "x"]]}})).unwrap_err();
    assert!(error.to_string().contains("switches.headers"), "{error}");
}

#[test]
fn unplugging_may_end_the_limit() {
    for (clears, left) in [(false, 5000), (true, 0)] {
        let mut charger = charger();
        charger.patch(&json!({"switches": {"unplug_clears_limit": clears}})).unwrap();
        charger.request("GET", "/control?energy_limit=5000", None);
        charger.advance(std::time::Duration::from_secs(5));
        charger.patch(&json!({"vehicle": {"plugged": false}})).unwrap();
        let control = charger.request("GET", "/control", None).body;
        assert!(control.contains(&format!("\"energy_limit\":{left},")), "{control}");
    }
}
