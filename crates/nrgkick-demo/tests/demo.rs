//! The demo answers like a charger, in every scenario.

#![allow(clippy::unwrap_used, reason = "a panic is how a test says what is wrong")]

use std::time::Duration;

use nrgkick_demo::{Demo, scenarios};
use nrgkick_model::document::{Control, Info, Values};
use nrgkick_model::field::{DocumentName, FIELDS};
use nrgkick_model::reading::Readings;
use nrgkick_model::request::{Reply, Request};

const LATER: Duration = Duration::from_secs(3);

fn reply(demo: &mut Demo, target: &str, now: Duration) -> Reply {
    let response = demo.answer(target, now);
    Reply { status: response.status, body: response.body.into_bytes() }
}

#[test]
fn every_scenario_answers_all_three_documents_as_simulated() {
    assert!(scenarios().len() >= 12);
    for scenario in scenarios() {
        let mut demo = Demo::open(&scenario).unwrap();
        let mut all = Readings::default();
        for (document, request) in [
            (DocumentName::Info, Request::info()),
            (DocumentName::Values, Request::values()),
            (DocumentName::Control, Request::Control),
        ] {
            let reply = reply(&mut demo, &request.target(), LATER);
            all.merge(reply.readings(document).unwrap());
        }
        assert!(all.is_simulated(), "{scenario}");
        let missing = FIELDS.iter().filter(|field| all.reported(field.id).is_none());
        let missing: Vec<_> = missing.map(|field| field.path).collect();
        assert!(missing.is_empty() || scenario == "no-attachment", "{scenario}: {missing:?}");
    }
}

#[test]
fn a_write_takes_effect_when_its_time_has_come() {
    let mut demo = Demo::open("charging").unwrap();
    let paused = |demo: &mut Demo, now| {
        let control: Control = reply(demo, "/control", now).document().unwrap();
        control.charge_pause.unwrap()
    };
    assert_eq!(reply(&mut demo, "/control?charge_pause=1", Duration::ZERO).status, 200);
    let before = paused(&mut demo, Duration::from_millis(100));
    assert_ne!(before, paused(&mut demo, LATER));
    let values: Values = reply(&mut demo, "/values?raw", LATER * 10).document().unwrap();
    assert!(values.powerflow.unwrap().total_active_power < Some(100.0));
}

#[test]
fn a_wrong_write_and_a_wrong_path_are_refused_in_the_chargers_words() {
    let mut demo = Demo::open("solar").unwrap();
    for (target, status) in [
        ("/control?current_set=5.9", 406),
        ("/control?charge_pause=1", 405),
        ("/nowhere", 404),
        ("", 404),
    ] {
        assert_eq!(reply(&mut demo, target, LATER).status, status, "{target}");
    }
}

#[test]
fn time_never_runs_backwards_and_a_long_sleep_is_cut_short() {
    let mut demo = Demo::open("charging").unwrap();
    let mut energy = |now| {
        let values: Values = reply(&mut demo, "/values?raw", now).document().unwrap();
        values.energy.unwrap().charged_energy.unwrap()
    };
    let start = energy(Duration::from_secs(1000));
    assert_eq!(energy(Duration::from_secs(10)), start);
    let slept = energy(Duration::from_secs(90 * 86_400));
    assert!((start + 10_000..start + 12_000).contains(&slept), "{start} {slept}");
}

#[test]
fn a_scenario_that_does_not_exist_is_named_with_those_that_do() {
    let said = Demo::open("party").unwrap_err().to_string();
    assert!(said.contains("party"), "{said}");
    assert!(scenarios().iter().all(|name| said.contains(name)), "{said}");
    assert!(Demo::open("").is_ok(), "the usual one");
}

#[test]
fn the_serial_number_says_that_it_is_simulated() {
    let mut demo = Demo::open("idle").unwrap();
    let info: Info = reply(&mut demo, "/info?raw", LATER).document().unwrap();
    let serial = info.general.unwrap().serial_number.unwrap();
    assert!(serial.starts_with(nrgkick_model::reading::SIMULATED), "{serial}");
}

/// README.md names every scenario, so that a reader can choose one.
#[test]
fn readme_lists_every_scenario() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let text = std::fs::read_to_string(readme).unwrap();
    let missing: Vec<_> =
        scenarios().into_iter().filter(|name| !text.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "README.md does not name {missing:?}");
}
