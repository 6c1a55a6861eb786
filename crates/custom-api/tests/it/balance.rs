//! Generated plants: 1 to 5 inverters, 0 to 5 meters, no battery or one behind an inverter or beside
//! it. What is served satisfies the balance of power, and no reserved content is ever a number.

use std::path::Path;

use custom_api::Config;
use custom_api::document::View;
use custom_api::store::Store;
use nrgkick_model::custom_api::Observed;
use proptest::prelude::*;
use serde_json::Value;
use tokio::time::Instant;

/// A reading: a number, or what devices write in place of one.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reading {
    Watts(i32),
    Missing,
}

fn reading() -> impl Strategy<Value = Reading> {
    prop_oneof![8 => (-20_000..20_000).prop_map(Reading::Watts), 1 => Just(Reading::Missing)]
}

#[derive(Clone, Debug)]
struct Plant {
    inverters: Vec<Reading>,
    /// With the meter's location; 1 is the grid.
    meters: Vec<(Reading, u8)>,
    /// Its power, and if it is behind an inverter.
    battery: Option<(Reading, bool)>,
}

fn plant() -> impl Strategy<Value = Plant> {
    let meters = prop::collection::vec((reading(), 0_u8..4), 0..=5);
    let battery = prop::option::of((reading(), any::<bool>()));
    (prop::collection::vec(reading(), 1..=5), meters, battery)
        .prop_map(|(inverters, meters, battery)| Plant { inverters, meters, battery })
}

/// Returns the configuration, and the reading of each value by its name.
fn configuration(plant: &Plant) -> (String, Vec<(String, Reading)>) {
    let (mut text, mut readings) = (String::new(), Vec::new());
    let mut value = |section: &str, number: usize, key: &str, reading: Reading| {
        readings.push((format!("{section}.{number}.{key}"), reading));
        format!("{key} = {{ http = \"http://192.168.1.20/{section}{number}\", text = true }}\n")
    };
    for (number, power) in plant.inverters.iter().enumerate() {
        text += &format!("[inverters.{number}]\n");
        text += &value("inverters", number, "inv_power_ac_w", *power);
        if let Some((_, is_behind)) = plant.battery {
            text += &format!("battery_connected = {}\n", is_behind && number == 0);
        }
    }
    for (number, (power, location)) in plant.meters.iter().enumerate() {
        text += &format!("[energy_meters.{number}]\nlocation = {location}\n");
        text += &value("energy_meters", number, "grid_power_w", *power);
    }
    if let Some((power, _)) = plant.battery {
        text += "[batteries.0]\n";
        text += &value("batteries", 0, "bat_power_w", power);
    }
    (text, readings)
}

/// Returns the document of a plant; `None` if there is none. Values that are missing stay so.
fn document(plant: &Plant) -> Option<Value> {
    let (text, readings) = configuration(plant);
    let config = Config::parse(&text, Path::new("plant.toml"), None).unwrap();
    let store = Store::new(&config);
    for (name, reading) in readings {
        let index = config.index_of(&name).unwrap();
        let found = match reading {
            Reading::Watts(watts) => Ok(Observed::Number(watts.into())),
            Reading::Missing => Err("the device has no value".to_owned()),
        };
        store.record(&config, index, found);
    }
    let cells = store.cells();
    let view = View::new(&config, &store, &cells, Instant::now());
    view.document().ok().map(|document| serde_json::to_value(document).unwrap())
}

/// The balance as the issue has it: inverters and grid, and a battery that has an inverter of its
/// own. Nothing where it cannot be: below zero, or without one meter at the grid.
fn balance(plant: &Plant) -> Option<i64> {
    let watts = |reading: &Reading| match reading {
        Reading::Watts(watts) => Some(i64::from(*watts)),
        Reading::Missing => None,
    };
    let at_grid: Vec<_> = plant.meters.iter().filter(|(_, location)| *location == 1).collect();
    let [(grid, _)] = at_grid[..] else { return None };
    let inverters: Option<Vec<i64>> = plant.inverters.iter().map(watts).collect();
    let battery = match &plant.battery {
        Some((power, false)) => watts(power)?,
        Some((_, true)) | None => 0,
    };
    let load = inverters?.iter().sum::<i64>() + watts(grid)? + battery;
    (load >= 0).then_some(load)
}

proptest! {
    #[test]
    fn what_is_served_balances_or_is_not_served(plant in plant()) {
        let all: Vec<&Reading> = plant.inverters.iter()
            .chain(plant.meters.iter().map(|(power, _)| power))
            .chain(plant.battery.iter().map(|(power, _)| power))
            .collect();
        let is_whole = !all.contains(&&Reading::Missing);
        let document = document(&plant);
        // A missing power is never replaced by a number: the charger gets no document at all.
        prop_assert_eq!(document.is_some(), is_whole, "{:?}", document);
        if let Some(document) = document {
            let values = &document["device_values"];
            // Small negative sums, as of meters that do not agree, may be served as they are.
            match (values["load_power_w"].as_i64(), balance(&plant)) {
                (Some(load), Some(expected)) => prop_assert_eq!(load, expected),
                (None, None) => {}
                (Some(load), None) => {
                    prop_assert!((-100..=0).contains(&load), "{}: {:?}", load, plant);
                }
                (None, Some(expected)) if plant.meters.iter().any(|(_, at)| *at == 1) => {
                    prop_assert!(false, "{} is missing: {:?}", expected, plant);
                }
                (None, Some(_)) => {}
            }
            for (number, power) in plant.inverters.iter().enumerate() {
                let told = values["inverters"][number.to_string()]["inv_power_ac_w"].as_i64();
                let Reading::Watts(watts) = power else { unreachable!() };
                prop_assert_eq!(told, Some(i64::from(*watts)));
            }
        }
    }
}

/// The reserved contents of every type (SunSpec's, and SMA's for `u32`).
const RESERVED: [(&str, &[u16]); 9] = [
    ("i16", &[0x8000]),
    ("u16", &[0xffff]),
    ("i32", &[0x8000, 0]),
    ("u32", &[0xffff, 0xffff]),
    ("u32", &[0x8000, 0]),
    ("u64", &[0xffff, 0xffff, 0xffff, 0xffff]),
    ("i64", &[0x8000, 0, 0, 0]),
    ("f32", &[0x7fc0, 0]),
    ("f64", &[0x7ff8, 0, 0, 0]),
];

/// With any arithmetic, in any order of words and bytes, alone, in a sum and in a product.
#[tokio::test]
async fn no_reserved_content_ever_reaches_the_document() {
    use crate::registers::Registers;
    use crate::support::{House, says};
    let mut words = Vec::new();
    let mut text = String::new();
    let mut names = Vec::new();
    let arithmetic = ["", ", factor = 0.1", ", factor = -1, offset = 5, invert = true"];
    for (kind, reserved) in RESERVED {
        for (orders, is_low, is_swapped) in [
            ("", false, false),
            (", word_order = \"low-first\"", true, false),
            (", byte_order = \"low-first\"", false, true),
            (", word_order = \"low-first\", byte_order = \"low-first\"", true, true),
        ] {
            let first = words.len();
            let mut own: Vec<u16> = reserved.to_vec();
            if is_low {
                own.reverse();
            }
            words.extend(own.iter().map(|word| if is_swapped { word.swap_bytes() } else { *word }));
            for more in arithmetic {
                let name = format!("v{}", names.len());
                text += &format!(
                    "{name} = {{ modbus = \"AT\", address = {first}, type = \"{kind}\"{orders}{more} }}\n\
                     {name}s = {{ sum = [\"{name}\", 7] }}\n{name}p = {{ product = [2, \"{name}\"] }}\n"
                );
                names.push(name);
            }
        }
    }
    let device = Registers::of((0..).zip(words)).await;
    let text = format!("every = \"20ms\"\nload_power_w = 5\n[values]\n{text}");
    let house = House::new(&text.replace("AT", &device.address.to_string())).await;
    house.until(names.last().unwrap(), |source| source.error.is_some()).await;
    let status = house.status().await;
    for name in &names {
        let of = |name: &str| status.sources.iter().find(|source| source.name == name).unwrap();
        assert!(says(of(name), "the device has no value"), "{:?}", of(name));
        for derived in [name.clone(), format!("{name}s"), format!("{name}p")] {
            assert_eq!(of(&derived).value, None, "{derived}");
            assert_eq!(of(&derived).observed, None, "{derived}");
        }
    }
}
