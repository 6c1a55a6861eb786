//! The kinds of devices that owners reported (`tests/fixtures/plants`), beyond the recipes: registers
//! that move, silence, sign bits, bytes in odd orders.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use custom_api::store::Store;
use custom_api::{Config, Timeouts, source};
use nrgkick_model::custom_api::Observed;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::plants::{assert_wanted, plant};
use crate::registers::{Manners, Registers};
use crate::support::{House, PATIENCE, says};

/// Returns the registers of a fixture: numbers by address.
fn numbers(registers: &Value) -> BTreeMap<u16, u16> {
    let registers = registers.as_object().unwrap();
    let word = |word: &Value| {
        let number = word.as_i64().unwrap();
        u16::try_from(number).unwrap_or_else(|_| i16::try_from(number).unwrap().cast_unsigned())
    };
    registers.iter().map(|(at, number)| (at.parse().unwrap(), word(number))).collect()
}

fn number(value: f64) -> Option<Observed> {
    Some(Observed::Number(value))
}

/// Every observation of 1000 reads is one of the two true ones.
#[tokio::test]
async fn a_scale_factor_that_moves_between_any_two_requests_never_tears_a_value() {
    let plant = plant("sunspec-moving-scale");
    let registers: Vec<_> =
        plant["registers_alternate"].as_array().unwrap().iter().map(numbers).collect();
    let device = Registers::new(Manners { registers, ..Manners::default() }).await;
    let text = format!(
        "every = \"1ms\"\nload_power_w = {{ modbus = \"{}\", address = 40083, type = \"i16\", \
         scale_factor = 40084 }}",
        device.address
    );
    let config = Arc::new(Config::parse(&text, Path::new("x.toml"), None).unwrap());
    let store = Arc::new(Store::new(&config));
    let mut changes = store.changes();
    let tasks = source::start(&config, &store, Timeouts::default());
    let mut seen = BTreeMap::new();
    for _ in 0..1000 {
        timeout(PATIENCE, changes.changed()).await.unwrap().unwrap();
        let cell = store.cells()[0].clone();
        assert!(cell.error.is_none(), "{:?}", cell.error);
        *seen.entry(cell.last.unwrap().observed.to_string()).or_insert(0) += 1;
    }
    drop(tasks);
    assert_eq!(seen.keys().collect::<Vec<_>>(), ["2220", "2225"], "{seen:?}");
    let asked = device.asked.lock().unwrap();
    // The times are those of the answers, which a busy machine moves by a little.
    let took = asked.last().unwrap().1.duration_since(asked[0].1);
    let least = Duration::from_millis(10) * u32::try_from(asked.len() - 1).unwrap();
    assert!(took + Duration::from_millis(200) >= least, "{took:?} for {}", asked.len());
}

/// Three values with a scale factor each, and one of a rhythm of its own.
#[tokio::test]
async fn neighbours_are_read_at_once_and_each_value_in_its_own_rhythm() {
    let plant = plant("modbus-slow");
    let delay = Duration::from_millis(plant["behaviour"]["delay_ms"].as_u64().unwrap() / 8);
    let registers = vec![(0..100).map(|at| (at, at % 2)).collect()];
    let device = Registers::new(Manners { registers, delay, ..Manners::default() }).await;
    let at = device.address;
    let value = |name: &str, first: u16, more: &str| {
        let scale = first + 1;
        format!(
            "{name} = {{ modbus = \"{at}\", address = {first}, type = \"u16\", \
             scale_factor = {scale}{more} }}\n"
        )
    };
    let text = format!(
        "every = \"200ms\"\nload_power_w = 5\n[values]\n{}{}{}{}",
        value("a", 0, ""),
        value("b", 2, ""),
        value("c", 10, ""),
        value("rare", 20, ", every = \"600ms\"")
    );
    let house = House::new(&text).await;
    let began = Instant::now();
    house.until("rare", |source| source.value == number(0.0)).await;
    house.until("a", |_| device.asked.lock().unwrap().len() >= 7).await;
    let asked: Vec<_> = device.asked.lock().unwrap().iter().map(|(asked, _)| *asked).collect();
    let (all, three) = ((1, 3, 0, 22), (1, 3, 0, 12));
    assert_eq!(asked[..7], [all, three, three, all, three, three, all], "one read a period");
    assert!(began.elapsed() >= Duration::from_millis(1200), "{:?}", began.elapsed());
}

#[tokio::test]
async fn an_inverter_that_is_deaf_for_a_while_is_understood_on_its_first_connection() {
    let plant = plant("huawei-deaf-second");
    let deaf = Duration::from_millis(plant["behaviour"]["deaf_ms"].as_u64().unwrap());
    let registers = vec![BTreeMap::from([(32080, 0), (32081, 2225), (37113, 0), (37114, 100)])];
    let device = Registers::new(Manners { registers, deaf, ..Manners::default() }).await;
    let at = device.address;
    for (extra, patience) in [("", 10), (", connect_delay = \"1700ms\"", 4)] {
        let text = format!(
            "every = \"100ms\"\n[inverters.0]\ninv_power_ac_w = {{ modbus = \"{at}\", \
             address = 32080, type = \"i32\"{extra} }}\n[energy_meters.0]\n\
             grid_power_w = {{ modbus = \"{at}\", address = 37113, type = \"i32\", factor = -1 }}\n"
        );
        let before = *device.connections.lock().unwrap();
        let house = House::new(&text).await;
        let values = house.until_values(|status, _| status == 200);
        let values = timeout(Duration::from_secs(patience), values).await.unwrap();
        assert_eq!(values["device_values"]["load_power_w"], 2125);
        let answered = device.asked.lock().unwrap().len();
        house.until("load_power_w", |_| device.asked.lock().unwrap().len() > answered + 10).await;
        assert_eq!(*device.connections.lock().unwrap(), before + 1, "it is kept");
        assert_eq!(house.get("/api/v1/values.json").await.0, 200);
    }
}

/// The answer of the report, byte for byte, and a device that checks the checksum of the request.
#[tokio::test]
async fn frames_of_a_serial_line_over_tcp() {
    let plant = plant("modbus-rtu-over-tcp");
    let frame: Vec<u8> = plant["frame_hex"]
        .as_str()
        .unwrap()
        .split(' ')
        .map(|byte| u8::from_str_radix(byte, 16).unwrap())
        .collect();
    let wanted = plant["want"]["u16"].as_f64().unwrap();
    assert_eq!(f64::from(u16::from_be_bytes([frame[3], frame[4]])), wanted);
    let registers = vec![BTreeMap::from([(0, 2225), (10, 1)])];
    let device = Registers::new(Manners { registers, is_rtu: true, ..Manners::default() }).await;
    let text = format!(
        "load_power_w = 5\n[values]\n\
         power = {{ modbus = \"{0}\", address = 0, type = \"u16\", framing = \"rtu\" }}\n\
         other = {{ modbus = \"{0}\", address = 10, type = \"u16\" }}\n",
        device.address
    );
    let house = House::new(&text).await;
    house.until("power", |source| source.value == number(wanted)).await;
    house.until("other", |source| source.value == number(1.0)).await;
}

#[tokio::test]
async fn bytes_and_words_in_any_order_are_the_same_number() {
    let plant = plant("f32-byte-swapped");
    let words: Vec<u16> = plant["registers_words"]["f32"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| u16::from_str_radix(word.as_str().unwrap(), 16).unwrap())
        .collect();
    let wanted = plant["want"]["f32"].as_f64().unwrap();
    let both = [words[1], words[0]];
    let big = wanted.to_bits().to_be_bytes();
    let big: Vec<u16> = big.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let registers = words.iter().chain(&both).chain(&big).copied().zip(0..);
    let device = Registers::of(registers.map(|(word, at)| (at, word))).await;
    let at = device.address;
    let text = format!(
        r#"
        load_power_w = 5
        [values]
        swapped = {{ modbus = "{at}", address = 0, type = "f32", byte_order = "low-first" }}
        both = {{ modbus = "{at}", address = 2, type = "f32", byte_order = "low-first", word_order = "low-first" }}
        double = {{ modbus = "{at}", address = 4, type = "f64" }}
        "#
    );
    let house = House::new(&text).await;
    for name in ["swapped", "both", "double"] {
        house.until(name, |source| source.value == number(wanted)).await;
    }
}

/// Charging, discharging and neither; as one key, and by arithmetic.
#[tokio::test]
async fn a_sign_in_another_register_is_read_with_the_number() {
    let plant = plant("sungrow-sign-bit");
    let registers = numbers(&plant["registers"]);
    let wanted = plant["want"]["bat_power_w"].as_f64().unwrap();
    for (state, wanted) in [(registers[&13000], wanted), (4, -wanted), (0, -wanted)] {
        let moved = [registers.clone(), BTreeMap::from([(13000, state)])];
        let registers = vec![moved.into_iter().flatten().collect()];
        let device = Registers::new(Manners { registers, fills: true, ..Manners::default() }).await;
        let at = device.address;
        let text = format!(
            r#"
            load_power_w = 5
            [batteries.0]
            bat_power_w = {{ modbus = "{at}", address = 13021, type = "u16", negative_if = {{ address = 13000, bit = 1 }}, function = 4 }}
            [values]
            power = {{ modbus = "{at}", address = 13021, type = "u16", function = 4 }}
            sign = {{ modbus = "{at}", address = 13000, type = "u16", bit = 1, factor = -2, offset = 1, function = 4 }}
            both = {{ product = ["power", "sign"] }}
            by_word = {{ modbus = "{at}", address = 13021, type = "u16", negative_if = {{ address = 13000, mask = 0x6, equals = 2 }}, function = 4 }}
            state = {{ modbus = "{at}", address = 13000, type = "u16", mask = 0x6, function = 4 }}
            "#
        );
        let house = House::new(&text).await;
        house.until("batteries.0.bat_power_w", |source| source.value == number(wanted)).await;
        house.until("by_word", |source| source.value == number(wanted)).await;
        house.until("both", |source| source.value == number(wanted)).await;
        house.until("state", |source| source.value == number(f64::from(state >> 1))).await;
        let asked = device.asked.lock().unwrap();
        assert!(asked.iter().all(|(asked, _)| *asked == (1, 4, 13000, 22)), "{asked:?}");
    }
}

/// A device with holes refuses what spans them: the number and its factor are read one by one, and
/// count only while the factor stands still.
#[tokio::test]
async fn what_cannot_be_read_at_once_counts_only_while_it_stands_still() {
    let near = |power: u16, scale: u16| BTreeMap::from([(0, power), (9, scale), (20, 7)]);
    let still =
        Registers::new(Manners { registers: vec![near(222, 1)], ..Manners::default() }).await;
    // Three requests fail or are others' before the factor is read again.
    let registers = (0..7).map(|at| near(222, u16::from(at % 2 == 0))).collect();
    let moving = Registers::new(Manners { registers, ..Manners::default() }).await;
    let value = |at| {
        format!(
            "{{ modbus = \"{at}\", address = 0, type = \"u16\", scale_factor = 9, every = \"20ms\" }}"
        )
    };
    let text = format!(
        "load_power_w = 5\n[values]\nstill = {}\nmoving = {}\n\
         beside = {{ modbus = \"{}\", address = 20, type = \"u16\" }}\n",
        value(still.address),
        value(moving.address),
        still.address
    );
    let house = House::new(&text).await;
    house.until("still", |source| source.value == number(2220.0)).await;
    house.until("beside", |source| source.value == number(7.0)).await;
    house
        .until("moving", |source| {
            source.error.as_ref().is_some_and(|error| error.message.contains("moved while"))
        })
        .await;
}

/// Ten values on a dead device beside ten on a live one of the same host.
#[tokio::test]
async fn a_dead_device_takes_nothing_from_a_live_one() {
    let live = Registers::of((0..10).map(|at| (at, at))).await;
    let dead = Registers::new(Manners {
        registers: vec![BTreeMap::new()],
        deaf: Duration::from_secs(3600),
        ..Manners::default()
    })
    .await;
    let mut text = "every = \"50ms\"\nmax_age = \"1s\"\nload_power_w = 5\n[values]\n".to_owned();
    for n in 0..10 {
        for (name, at) in [("live", live.address), ("dead", dead.address)] {
            text +=
                &format!("{name}{n} = {{ modbus = \"{at}\", address = {n}, type = \"u16\" }}\n");
        }
    }
    let house = House::new(&text).await;
    house.until("live9", |source| source.value == number(9.0)).await;
    house.until("dead9", |source| source.error.is_some()).await;
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(2) {
        let status = house.status().await;
        for source in status.sources.iter().filter(|source| source.name.starts_with("live")) {
            assert!(source.value.is_some(), "{source:#?}");
        }
    }
    assert!(live.asked.lock().unwrap().iter().all(|(asked, _)| *asked == (1, 3, 0, 10)));
}

/// An inverter that slept behind a gateway while another device answered there: its registers are
/// read together again in the morning.
#[tokio::test]
async fn a_unit_that_was_away_behind_a_gateway_is_read_as_before() {
    let is_away = Arc::new(AtomicBool::new(true));
    let registers = vec![(0..20).map(|at| (at, at)).collect()];
    let away = Some((2, Arc::clone(&is_away)));
    let gateway = Registers::new(Manners { registers, away, ..Manners::default() }).await;
    let value = |unit: u8, address: u16| {
        let at = gateway.address;
        format!("{{ modbus = \"{at}\", unit = {unit}, address = {address}, type = \"u16\" }}")
    };
    let text = format!(
        "every = \"20ms\"\nload_power_w = 5\n[values]\nday = {}\nnight = {}\nmoon = {}\n",
        value(1, 0),
        value(2, 3),
        value(2, 13)
    );
    let house = House::new(&text).await;
    let day_asked = || {
        let asked = gateway.asked.lock().unwrap();
        asked.iter().filter(|((unit, ..), _)| *unit == 1).count()
    };
    house.until("night", |source| says(source, "no answer")).await;
    let before = day_asked();
    house.until("day", |_| day_asked() >= before + 2).await;
    is_away.store(false, Ordering::Relaxed);
    house.until("moon", |source| source.value == number(13.0)).await;
    assert_eq!(*gateway.connections.lock().unwrap(), 1, "the gateway itself was there");
    let asked = gateway.asked.lock().unwrap();
    let mut blocks = asked.iter().map(|(asked, _)| *asked).filter(|(unit, ..)| *unit == 2);
    assert!(blocks.all(|asked| asked == (2, 3, 3, 11)), "{asked:?}");
}

/// The plants that are only figures.
#[tokio::test]
async fn houses_of_figures_balance() {
    let coupled = plant("ac-coupled-battery");
    let values = &coupled["values"];
    let text = format!(
        "[inverters.0]\ninv_power_ac_w = {}\nbattery_connected = {}\n[energy_meters.0]\n\
         location = 1\ngrid_power_w = {}\n[batteries.0]\nbat_power_w = {}\n",
        values["inv_power_ac_w"],
        values["battery_connected"],
        values["grid_power_w"],
        values["bat_power_w"]
    );
    let (_, shown) = House::new(&text).await.get("/api/v1/values.json").await;
    assert_wanted(&coupled, &shown);
    let two = plant("two-meters");
    let values = &two["values"];
    let mut text = format!("[inverters.0]\ninv_power_ac_w = {}\n", values["inv_power_ac_w"]);
    for n in 0..2 {
        let meter = &values[format!("meter{n}")];
        text += &format!(
            "[energy_meters.{n}]\nlocation = {}\ngrid_power_w = {}\n",
            meter["location"], meter["grid_power_w"]
        );
    }
    let (_, shown) = House::new(&text).await.get("/api/v1/values.json").await;
    assert_eq!(shown["device_values"]["load_power_w"], two["want"]["load_power_w"], "{shown}");
    assert_eq!(shown["device_values"]["inverters"]["0"], json!({ "inv_power_ac_w": 2500 }));
}

#[test]
fn every_plant_is_tested() {
    const TESTS: [&str; 4] = [
        include_str!("access.rs"),
        include_str!("ages.rs"),
        include_str!("kinds.rs"),
        include_str!("plants.rs"),
    ];
    let folder = format!("{}/../../tests/fixtures/plants", env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_some_and(|ending| ending == "json") {
            let name = format!("\"{}\"", file.file_stem().unwrap().to_str().unwrap());
            assert!(TESTS.iter().any(|test| test.contains(&name)), "{name} has no test");
            count += 1;
        }
    }
    assert!(count >= 20, "{count}");
}
