//! Patches: held values, derived values, and refusals.

use nrgkick_model::code::ChargingStatus;
use nrgkick_model::field::{FIELDS, Kind};
use nrgkick_sim_core::Scenario;
use serde_json::{Value, json};

use crate::support::{
    body, control, get, info, patch, power, seconds, shown, simulator, status, values,
};

fn at(path: &str, leaf: Value) -> Value {
    path.rsplit('.').fold(leaf, |value, key| json!({ (key): value }))
}

#[test]
fn every_number_of_every_code_can_be_shown() {
    let mut charger = simulator(Scenario::Charging);
    let mut codes = 0;
    for field in FIELDS {
        let Kind::Code(kind) = field.kind else { continue };
        codes += 1;
        for number in 0..=u8::MAX {
            patch(&mut charger, &at(field.path, json!(number)));
            assert_eq!(shown(&charger, field.path), json!(number), "{}", field.path);
        }
        for number in kind.listed() {
            let name = kind.from_number(number).name();
            patch(&mut charger, &at(field.path, json!(name)));
            assert_eq!(shown(&charger, field.path), json!(number), "{name}");
        }
        patch(&mut charger, &at(field.path, json!(null)));
    }
    assert_eq!(codes, 8);
}

#[test]
fn numbers_and_names_that_are_not_listed_are_shown_as_unknown() {
    let mut charger = simulator(Scenario::Idle);
    for unknown in [json!(200), json!("SOMETHING_NEW")] {
        patch(&mut charger, &at("values.general.status", unknown.clone()));
        assert_eq!(body(&get(&mut charger, "/values"))["general"]["status"], "UNKNOWN");
        let raw = &body(&get(&mut charger, "/values?raw"))["general"]["status"];
        assert_eq!(*raw, if unknown.is_number() { unknown } else { json!("UNKNOWN") });
    }
}

#[test]
fn a_held_value_stays_and_what_derives_from_it_follows() {
    let mut charger = simulator(Scenario::Charging);
    let full = power(&mut charger);
    patch(&mut charger, &at("values.powerflow.l1.voltage", json!(115.0)));
    assert!(power(&mut charger) < full * 0.85);
    let flow = values(&mut charger).powerflow.unwrap();
    assert!((flow.charging_voltage.unwrap() - 192.0).abs() < 3.0);
    charger.advance(seconds(100.0));
    assert_eq!(shown(&charger, "values.powerflow.l1.voltage"), json!(115.0));
    assert_eq!(shown(&charger, "held"), json!(["values.powerflow.l1.voltage"]));
    patch(&mut charger, &at("values.powerflow.l1.voltage", json!(null)));
    assert!((power(&mut charger) / full - 1.0).abs() < 0.02);
    assert_eq!(shown(&charger, "held"), json!([]));
}

#[test]
fn an_error_that_nobody_knows_is_an_error() {
    let mut charger = simulator(Scenario::Charging);
    patch(&mut charger, &at("values.general.error_code", json!(200)));
    assert_eq!(status(&mut charger), ChargingStatus::Error);
    patch(&mut charger, &json!({"values": {"general": {"error_code": null}}}));
    charger.advance(seconds(20.0));
    assert_eq!(status(&mut charger), ChargingStatus::Charging);
}

#[test]
fn a_held_setting_is_obeyed_until_a_write_sets_it() {
    let mut charger = simulator(Scenario::Charging);
    get(&mut charger, "/control?current_set=12");
    patch(&mut charger, &at("control.current_set", json!(10.0)));
    charger.advance(seconds(10.0));
    assert_eq!(control(&mut charger).current_set, Some(10.0), "the write before it is forgotten");
    assert_eq!(values(&mut charger).powerflow.unwrap().charging_current, Some(10.0));
    get(&mut charger, "/control?current_set=8");
    assert_eq!(control(&mut charger).current_set, Some(10.0));
    charger.advance(seconds(2.0));
    assert_eq!(control(&mut charger).current_set, Some(8.0));
    assert_eq!(shown(&charger, "held"), json!([]));
}

#[test]
fn null_lets_go_of_groups_and_reset_of_everything() {
    let mut charger = simulator(Scenario::Charging);
    let hold = json!({
        "values": {"general": {"status": 7}, "energy": {"charged_energy": 5}},
        "info": {"general": {"device_name": ""}},
        "switches": {"json": false, "missing": ["info.connector", "values.powerflow.n.current"]},
        "vehicle": {"phases": 1}
    });
    patch(&mut charger, &hold);
    assert_eq!(shown(&charger, "held").as_array().unwrap().len(), 3);
    patch(&mut charger, &json!({"values": {"general": null}}));
    assert_eq!(shown(&charger, "values.general.status"), json!(3));
    assert_eq!(shown(&charger, "info.connector"), Value::Null);
    patch(&mut charger, &json!({"values": null, "switches": {"missing": null}}));
    assert_eq!(shown(&charger, "held"), json!(["info.general.device_name"]));
    assert_eq!(shown(&charger, "info.connector.phase_count"), json!(3));
    charger.reset();
    assert_eq!(charger.state(), simulator(Scenario::Charging).state());
}

#[test]
fn a_group_that_a_model_lacks_can_be_given_to_it() {
    let mut charger = simulator(Scenario::Idle);
    assert!(info(&mut charger).gps.is_none());
    patch(&mut charger, &json!({"info": {"gps": {"latitude": 0, "longitude": 0}}}));
    assert_eq!(info(&mut charger).gps.unwrap().latitude, Some(0.0));
}

#[test]
fn a_wrong_patch_names_the_path_and_changes_nothing() {
    let mut charger = simulator(Scenario::Charging);
    let before = charger.state();
    for (wrong, path) in [
        (json!({"values": {"general": {"status": 300}}}), "values.general.status"),
        (json!({"values": {"general": {"state": 3}}}), "values.general.state"),
        (json!({"values": {"powerflow": {"l4": null}}}), "values.powerflow.l4"),
        (json!({"values": {"powerflow": 5}}), "values.powerflow"),
        (json!({"values": {"powerflow": {"l1": {"voltage": 700}}}}), "values.powerflow.l1.voltage"),
        (json!({"info": {"general": {"serial_number": 5}}}), "info.general.serial_number"),
        (json!({"info": {"general": {"serial_number": "T23325"}}}), "info.general.serial_number"),
        (json!({"control": {"charge_pause": 2}}), "control.charge_pause"),
        (json!({"control": {"phase_count": {"x": 1}}}), "control.phase_count"),
        (json!({"status": 3}), "status"),
        (json!({"switches": {"jason": true}}), "switches.jason"),
        (json!({"switches": {"json": 5}}), "switches.json"),
        (json!({"switches": {"missing": ["info.nothing"]}}), "switches.missing"),
        (json!({"switches": {"solar_status": 20}}), "switches.solar_status"),
        (json!({"vehicle": {"phases": 4}}), "vehicle.phases"),
        (json!({"vehicle": {"max_current": 500}}), "vehicle.max_current"),
        (json!([]), "the patch"),
    ] {
        // Beside something good, which must not be applied either.
        let mut both = wrong.clone();
        if let Some(map) = both.as_object_mut()
            && !map.contains_key("info")
        {
            map.insert("info".into(), json!({"general": {"device_name": "changed"}}));
        }
        let error = charger.patch(&both).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{path}:")), "{wrong}: {error}");
        assert_eq!(charger.state(), before, "{wrong}");
    }
}
