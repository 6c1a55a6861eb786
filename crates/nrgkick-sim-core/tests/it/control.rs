//! Writes: rules beyond the vectors, delays, and switches.

use nrgkick_model::Refusal;
use nrgkick_model::code::ChargingStatus;
use nrgkick_sim_core::{Model, Scenario, Setup, Simulator};
use serde_json::json;

use crate::support::{
    body, control, get, patch, power, seconds, shown, signalled, simulator, status, values,
};

#[test]
fn currents_are_judged_by_their_characters() {
    let mut charger = simulator(Scenario::Idle);
    for (text, applied) in
        [("06", 6.0), ("6.12", 6.1), ("6.16", 6.2), ("32", 32.0), ("32.0", 32.0), ("0010", 10.0)]
    {
        let response = get(&mut charger, &format!("/control?current_set={text}"));
        assert_eq!(body(&response), json!({ "current_set": applied }), "{text}");
    }
    for text in
        ["5.9", "5.99", "6,5", "+8", "1e1", "10A", ".6", "6..1", "00010", "", "%206", "inf", "NaN"]
    {
        let response = get(&mut charger, &format!("/control?current_set={text}"));
        assert_eq!(response.status, 406, "{text}");
        assert_eq!(body(&response), json!({ "Response": Refusal::INVALID_CURRENT }), "{text}");
    }
}

#[test]
fn other_settings_are_judged_by_their_characters() {
    let mut charger = simulator(Scenario::Idle);
    for (query, text) in [
        ("charge_pause=true", Refusal::INVALID_PAUSE),
        ("charge_pause=01", Refusal::INVALID_PAUSE),
        ("charge_pause", Refusal::INVALID_PAUSE),
        ("energy_limit=", Refusal::INVALID_LIMIT),
        ("energy_limit=1000001", Refusal::INVALID_LIMIT),
        ("energy_limit=-1", Refusal::INVALID_LIMIT),
        ("energy_limit=00000001", Refusal::INVALID_LIMIT),
        ("phase_count=0", Refusal::INVALID_PHASES),
        ("phase_count=03", Refusal::INVALID_PHASES),
        ("phase_count=1.0", Refusal::INVALID_PHASES),
    ] {
        let response = get(&mut charger, &format!("/control?{query}"));
        assert_eq!((response.status, body(&response)), (406, json!({ "Response": text })));
    }
    charger.advance(seconds(5.0));
    assert_eq!(control(&mut charger).energy_limit, Some(0));
}

#[test]
fn the_echo_has_the_sent_keys_in_the_fixed_order() {
    let mut charger = simulator(Scenario::Idle);
    let response = get(
        &mut charger,
        "/control?phase_count=1&energy_limit=07&charge_pause=1&current_set=7&current_set=8",
    );
    assert_eq!(
        response.body,
        r#"{"current_set":7.0,"charge_pause":1,"energy_limit":7,"phase_count":1}"#
    );
    for target in ["/control", "/control?"] {
        let everything = get(&mut charger, target);
        assert_eq!(
            everything.body,
            r#"{"current_set":6.0,"charge_pause":0,"energy_limit":0,"phase_count":3}"#
        );
    }
}

#[test]
fn a_phase_switch_under_load_passes_through_zero() {
    let mut charger = simulator(Scenario::Charging);
    assert_eq!(body(&get(&mut charger, "/control?phase_count=1")), json!({"phase_count": 1}));
    let mut seen = Vec::new();
    for _ in 0..100 {
        let phases = control(&mut charger).phase_count.unwrap();
        match seen.last_mut() {
            Some((last, tenths)) if *last == phases => *tenths += 1,
            _ => seen.push((phases, 1)),
        }
        charger.advance(seconds(0.1));
    }
    let order: Vec<u8> = seen.iter().map(|(phases, _)| *phases).collect();
    assert_eq!(order, [3, 0, 1]);
    assert_eq!(seen[0].1, 20, "two seconds of the old value");
    assert!((10..=20).contains(&seen[1].1), "one to two seconds of 0: {seen:?}");
    charger.advance(seconds(15.0));
    let flow = values(&mut charger).powerflow.unwrap();
    assert!(flow.l1.unwrap().current.unwrap() > 15.0);
    assert!(flow.l2.unwrap().current.unwrap() < 1e-9);
}

#[test]
fn a_phase_switch_without_load_does_not_pass_through_zero() {
    let mut charger = simulator(Scenario::Idle);
    get(&mut charger, "/control?phase_count=1");
    for _ in 0..50 {
        assert_ne!(control(&mut charger).phase_count, Some(0));
        charger.advance(seconds(0.1));
    }
    assert_eq!(control(&mut charger).phase_count, Some(1));
}

#[test]
fn the_vehicle_follows_pause_and_current_after_a_while() {
    let mut charger = simulator(Scenario::Charging);
    let full = power(&mut charger);
    get(&mut charger, "/control?current_set=8");
    charger.advance(seconds(6.0));
    let half = power(&mut charger);
    assert!((half / full - 0.5).abs() < 0.02, "{full} {half}");

    get(&mut charger, "/control?charge_pause=1");
    charger.advance(seconds(3.0));
    assert_eq!(values(&mut charger).general.unwrap().charge_permitted, Some(false));
    assert_eq!(status(&mut charger), ChargingStatus::Charging, "it takes a moment");
    charger.advance(seconds(8.0));
    assert_eq!(status(&mut charger), ChargingStatus::Connected);
    assert!(power(&mut charger) < 1.0);

    get(&mut charger, "/control?charge_pause=0");
    charger.advance(seconds(14.0));
    assert_eq!(status(&mut charger), ChargingStatus::Charging);
    assert!((power(&mut charger) - half).abs() < 50.0);
}

#[test]
fn a_lag_of_nothing_shows_at_once() {
    let setup = Setup { control_lag: seconds(0.0), ..Setup::default() };
    let mut charger = Simulator::new(setup);
    get(&mut charger, "/control?current_set=9.5");
    assert_eq!(control(&mut charger).current_set, Some(9.5));
    assert!((signalled(&mut charger) - 9.5).abs() < 1e-9);
}

#[test]
fn solar_charging_blocks_the_pause_and_on_request_everything() {
    let mut charger = simulator(Scenario::Charging);
    patch(&mut charger, &json!({"switches": {"solar": true}}));
    let blocked = get(&mut charger, "/control?current_set=8&charge_pause=1");
    assert_eq!(blocked.status, 405);
    assert_eq!(body(&blocked), json!({ "Response": Refusal::PAUSE_BLOCKED }));
    assert_eq!(get(&mut charger, "/control?current_set=10").status, 200);
    charger.advance(seconds(3.0));
    assert_eq!(control(&mut charger).current_set, Some(10.0), "8 A came with a refused key");

    patch(&mut charger, &json!({"switches": {"solar_status": 200, "solar_blocks_all": true}}));
    for query in ["charge_pause=0", "current_set=9", "phase_count=1"] {
        let blocked = get(&mut charger, &format!("/control?{query}"));
        assert_eq!(blocked.status, 200);
        let text = body(&blocked)["Response"].as_str().unwrap().to_owned();
        assert!(text.ends_with("blocked by solar-charging"), "{text}");
    }
}

#[test]
fn phase_switching_that_is_not_allowed_fails_the_whole_write() {
    let mut charger = simulator(Scenario::Charging);
    patch(&mut charger, &json!({"switches": {"phase_switch": false}}));
    for query in ["phase_count=3", "current_set=8&phase_count=1"] {
        let refused = get(&mut charger, &format!("/control?{query}"));
        assert_ne!(refused.status, 200);
        assert!(body(&refused)["Response"].is_string());
    }
    charger.advance(seconds(5.0));
    assert_eq!(control(&mut charger).current_set, Some(16.0));
    assert_eq!(get(&mut charger, "/control?current_set=8").status, 200);
}

#[test]
fn a_16_a_unit_asked_for_20_is_a_switch() {
    let setup = Setup { model: Model::Rated16, ..Setup::default() };
    let mut charger = Simulator::new(setup);
    assert_eq!(get(&mut charger, "/control?current_set=20").status, 406);
    patch(&mut charger, &json!({"switches": {"above_rated": "accept"}}));
    assert_eq!(get(&mut charger, "/control?current_set=20").status, 200);
    charger.advance(seconds(3.0));
    assert_eq!(control(&mut charger).current_set, Some(20.0));
    assert!((signalled(&mut charger) - 16.0).abs() < 1e-9);
}

#[test]
fn an_unknown_key_is_a_switch() {
    let mut charger = simulator(Scenario::Idle);
    let refused = get(&mut charger, "/control?current_set=8&raw");
    assert_eq!((refused.status, refused.body.contains("501")), (501, true));
    patch(&mut charger, &json!({"switches": {"unknown_key": "ignore"}}));
    assert_eq!(get(&mut charger, "/control?raw").body, "{}");
    assert_eq!(get(&mut charger, "/control?raw&current_set=8").body, r#"{"current_set":8.0}"#);
}

#[test]
fn every_write_is_on_record() {
    let setup = Setup { scenario: Scenario::Idle, ..Setup::default() };
    let mut charger = Simulator::new(setup);
    get(&mut charger, "/control?current_set=8");
    charger.advance(seconds(1.5));
    get(&mut charger, "/control?current_set=99");
    for target in ["/control", "/control?", "/values?raw", "/info?current_set=7"] {
        get(&mut charger, target);
    }
    let writes: Vec<_> = charger
        .writes()
        .map(|write| (write.at.as_millis(), write.query.as_str(), write.status))
        .collect();
    assert_eq!(writes, [(0, "current_set=8", 200), (1500, "current_set=99", 406)]);
    assert_eq!(charger.write_count(), 2);
    charger.reset();
    assert_eq!(charger.write_count(), 0);
    assert_eq!(shown(&charger, "control.current_set"), json!(6.0), "nothing is left on its way");
}
