//! Tests the rule with plants of the fixtures and with the cases in which no load is derived.

use serde_json::{Value, json};

use super::super::{DeviceValues, ValuesDocument};
use super::*;

/// Parses the devices and the values of a plant, as in the charger's two documents.
fn plant(info: &Value, values: &Value) -> (DeviceInfo, DeviceValues) {
    let part = |value: &Value| value.clone();
    (serde_json::from_value(part(info)).unwrap(), serde_json::from_value(part(values)).unwrap())
}

fn derived(info: &Value, values: &Value) -> Result<Balance, NoHouseLoad> {
    let (info, values) = plant(info, values);
    derive(&info, |place| values.value(place))
}

impl DeviceValues {
    fn value(&self, place: Place) -> Option<Observed> {
        self.observed().into_iter().find(|(at, _)| *at == place).map(|(_, observed)| observed)
    }
}

fn fixture(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn places(names: &[&str]) -> Vec<Place> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

const GRID: &str = "energy_meters.0.grid_power_w";

#[test]
fn the_manufacturers_example_comes_to_its_own_load() {
    let info = fixture(include_str!("../../../../../tests/fixtures/custom_api/official_info.json"));
    let text = include_str!("../../../../../tests/fixtures/custom_api/official_values.json");
    let document: ValuesDocument = serde_json::from_str(text).unwrap();
    let values = serde_json::to_value(&document.device_values).unwrap();
    let balance = derived(&info["device_info"], &values).unwrap();
    assert_eq!(document.device_values.load_power_w, Some(1683));
    assert_eq!(balance.watts, 1683.0);
    assert_eq!(balance.battery, BatteryCoupling::BehindInverter);
    assert!(!balance.is_meter_assumed);
}

#[test]
fn an_ac_coupled_battery_counts_as_the_plant_says() {
    let plant =
        fixture(include_str!("../../../../../tests/fixtures/plants/ac-coupled-battery.json"));
    let said = &plant["values"];
    let balance = derived(
        &json!({"inverters": {"0": {}}, "energy_meters": {"0": {"location": 1}}, "batteries": {"0": {}}}),
        &json!({
            "inverters": {"0": {
                "inv_power_ac_w": said["inv_power_ac_w"],
                "battery_connected": said["battery_connected"],
            }},
            "energy_meters": {"0": {"grid_power_w": said["grid_power_w"]}},
            "batteries": {"0": {"bat_power_w": said["bat_power_w"]}},
        }),
    )
    .unwrap();
    assert_eq!(Some(balance.watts), plant["want"]["load_power_w"].as_f64());
    assert_eq!(balance.battery, BatteryCoupling::AcCoupled);
    assert_eq!(
        balance.terms,
        places(&["inverters.0.inv_power_ac_w", GRID, "batteries.0.bat_power_w"])
    );
}

#[test]
fn the_meter_at_the_grid_counts_and_no_other() {
    let plant = fixture(include_str!("../../../../../tests/fixtures/plants/two-meters.json"));
    let (first, second) = (&plant["values"]["meter0"], &plant["values"]["meter1"]);
    let balance = derived(
        &json!({
            "inverters": {"0": {}},
            "energy_meters": {
                "0": {"location": first["location"]}, "1": {"location": second["location"]},
            },
        }),
        &json!({
            "inverters": {"0": {"inv_power_ac_w": plant["values"]["inv_power_ac_w"]}},
            "energy_meters": {
                "0": {"grid_power_w": first["grid_power_w"]},
                "1": {"grid_power_w": second["grid_power_w"]},
            },
        }),
    )
    .unwrap();
    assert_eq!(Some(balance.watts), plant["want"]["load_power_w"].as_f64());
}

#[test]
fn which_meter_is_at_the_grid_is_said_assumed_or_not_known() {
    let first = DeviceIndex::FIRST;
    let second = DeviceIndex::new(1).unwrap();
    let both = NoHouseLoad::SeveralGridMeters(places(&[GRID, "energy_meters.1.grid_power_w"]));
    for (meters, expected) in [
        (json!({}), Err(NoHouseLoad::NoMeter)),
        (json!({"0": {}}), Ok((first, true))),
        (json!({"0": {}, "1": {}}), Ok((first, true))),
        (json!({"1": {}}), Err(NoHouseLoad::NoGridMeter)),
        (json!({"0": {"location": 1}}), Ok((first, false))),
        (json!({"0": {}, "1": {"location": 1}}), Ok((second, false))),
        (json!({"0": {}, "1": {"location": 3}}), Err(NoHouseLoad::NoGridMeter)),
        (json!({"0": {"location": 2}}), Err(NoHouseLoad::NoGridMeter)),
        (json!({"0": {"location": 1}, "1": {"location": 1}}), Err(both)),
    ] {
        let info: DeviceInfo =
            serde_json::from_value(json!({ "energy_meters": meters.clone() })).unwrap();
        assert_eq!(grid_meter(&info), expected, "{meters}");
    }
}

/// Two inverters with each combination of `battery_connected`, and the resulting load of the house:
/// 3000 and 500 W of sun, 300 W fed in, the battery charged with 2000 W.
#[test]
fn a_battery_is_behind_one_of_the_inverters_or_behind_none() {
    let (yes, no, silent) = (json!(true), json!(false), Value::Null);
    let ask = |names: &[&str]| Err(NoHouseLoad::BatteryUnknown(places(names)));
    const FIRST: &str = "inverters.0.battery_connected";
    const SECOND: &str = "inverters.1.battery_connected";
    for (first, second, expected) in [
        (&yes, &no, Ok(3200.0)),
        (&no, &yes, Ok(3200.0)),
        (&yes, &silent, Ok(3200.0)),
        (&no, &no, Ok(1200.0)),
        (&no, &silent, ask(&[SECOND])),
        (&silent, &no, ask(&[FIRST])),
        (&silent, &silent, ask(&[FIRST, SECOND])),
    ] {
        let result = derived(
            &json!({"inverters": {"0": {}, "1": {}}, "energy_meters": {"0": {}}, "batteries": {"0": {}}}),
            &json!({
                "inverters": {
                    "0": {"inv_power_ac_w": 3000, "battery_connected": first},
                    "1": {"inv_power_ac_w": 500, "battery_connected": second},
                },
                "energy_meters": {"0": {"grid_power_w": -300}},
                "batteries": {"0": {"bat_power_w": -2000}},
            }),
        );
        assert_eq!(result.map(|balance| balance.watts), expected, "{first} {second}");
    }
    let alone = derived(
        &json!({"energy_meters": {"0": {}}, "batteries": {"0": {}}}),
        &json!({"energy_meters": {"0": {"grid_power_w": 1}}, "batteries": {"0": {"bat_power_w": 1}}}),
    );
    let alone = alone.map(|balance| balance.watts);
    assert_eq!(alone, ask(&[]), "nobody says whether an inverter was forgotten");
}

#[test]
fn what_is_missing_is_named() {
    let info = json!({
        "inverters": {"0": {}, "1": {}}, "energy_meters": {"0": {}}, "batteries": {"0": {}},
    });
    let missing = derived(
        &info,
        &json!({"inverters": {
            "0": {"inv_power_ac_w": 1, "battery_connected": false},
            "1": {"battery_connected": false},
        }}),
    )
    .unwrap_err();
    let names = ["inverters.1.inv_power_ac_w", GRID, "batteries.0.bat_power_w"];
    assert_eq!(missing, NoHouseLoad::Missing(places(&names)));
    for name in names {
        assert!(missing.to_string().contains(name), "{missing}");
    }
}

#[test]
fn a_load_that_cannot_be_is_none() {
    let info = json!({"inverters": {"0": {}}, "energy_meters": {"0": {}}});
    let of = |inverter: f64, grid: f64| {
        let (info, _) = plant(&info, &json!({}));
        derive(&info, |place| {
            Observed::number(if place.to_string() == GRID { grid } else { inverter })
        })
    };
    assert_eq!(of(1000.0, -1300.0).unwrap_err(), NoHouseLoad::BelowZero(-300));
    assert!(of(1000.0, -1000.4).is_ok(), "it rounds to nothing");
    assert_eq!(of(0.0, 0.0).unwrap().watts, 0.0);
}

/// 1000 W of sun and 500 W from the grid; a battery, if any, gives 200 W.
#[test]
fn a_measured_load_is_held_against_what_flows() {
    let sun = json!({"inverters": {"0": {}}, "energy_meters": {"0": {"location": 1}}});
    let mut battery = sun.clone();
    battery["batteries"] = json!({"0": {}});
    let no_sun = json!({"energy_meters": {"0": {"location": 1}}});
    let no_meter = json!({"inverters": {"0": {}}});
    let too_much = |watts| Err(NoHouseLoad::MoreThanFlows { watts, most: 1500 });
    for (watts, info, expected) in [
        (1500.0, &sun, Ok(())),
        (1640.0, &sun, Ok(())),
        (1700.0, &sun, too_much(1700)),
        (1700.0, &battery, Ok(())),
        (9000.0, &no_sun, Ok(())),
        (9000.0, &no_meter, Ok(())),
        (0.0, &sun, Ok(())),
        (-1392.8, &sun, Err(NoHouseLoad::BelowZero(-1393))),
        (-1.0, &no_meter, Err(NoHouseLoad::BelowZero(-1))),
    ] {
        let (devices, values) = plant(
            info,
            &json!({
                "inverters": {"0": {"inv_power_ac_w": 1000}},
                "energy_meters": {"0": {"grid_power_w": 500}},
                "batteries": {"0": {"bat_power_w": 200}},
            }),
        );
        assert_eq!(check(watts, &devices, |place| values.value(place)), expected, "{watts} {info}");
    }
}

#[test]
fn words_name_the_parts_the_assumption_and_what_to_do() {
    let balance = Balance {
        watts: 1.0,
        terms: places(&["inverters.0.inv_power_ac_w", GRID]),
        is_meter_assumed: true,
        battery: BatteryCoupling::None,
    };
    let words = HouseLoad::Derived(balance).to_string();
    assert!(words.starts_with("inverters.0.inv_power_ac_w + energy_meters.0.grid_power_w;"));
    assert!(words.contains("no meter has a location"), "{words}");
    for (reason, words) in [
        (NoHouseLoad::NoMeter, "add the one at the grid"),
        (NoHouseLoad::NoGridMeter, "location = 1"),
        (NoHouseLoad::SeveralGridMeters(places(&[GRID])), GRID),
        (NoHouseLoad::BatteryUnknown(Vec::new()), "write load_power_w"),
        (
            NoHouseLoad::BatteryUnknown(places(&["inverters.1.battery_connected"])),
            "give inverters.1.battery_connected: true where",
        ),
        (NoHouseLoad::BelowZero(-3), "\u{2212}3 W is below zero"),
        (NoHouseLoad::MoreThanFlows { watts: 9, most: 3 }, "give 3 W"),
    ] {
        assert!(reason.to_string().contains(words), "{reason}");
    }
}
