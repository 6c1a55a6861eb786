//! Every row of the manufacturer's register map against the JSON of the same instant.
//!
//! The map is the fixture, and the decoding is written again here: the product's table and decoder
//! are under test.

use nrgkick_sim_core::Model;
use serde_json::{Value, json};

use crate::support::{Client, Sim, start};

/// A row of the map.
struct Row {
    address: u16,
    count: u16,
    factor: f64,
    kind: String,
    path: String,
}

fn map() -> Vec<Row> {
    let text = include_str!("../../../../tests/fixtures/official_modbus_register_map.json");
    let rows: Vec<Value> = serde_json::from_str(text).unwrap();
    let number = |value: &Value| u16::try_from(value.as_u64().unwrap()).unwrap();
    let row = |row: &Value| Row {
        address: number(&row["address"]),
        count: number(&row["count"]),
        factor: row["factor"].as_f64().unwrap_or(1.0),
        kind: row["type"].as_str().unwrap().to_owned(),
        path: row["json"].as_str().unwrap().to_owned(),
    };
    rows.iter().map(row).collect()
}

/// Returns the JSON value at a path that begins with the document's name.
fn leaf(sim: &Sim, path: &str) -> Option<Value> {
    let (document, keys) = path.split_once('.').unwrap();
    let raw = if document == "control" { "" } else { "?raw" };
    let pointer = format!("/{}", keys.replace('.', "/"));
    sim.document(&format!("/{document}{raw}")).pointer(&pointer).cloned()
}

#[expect(clippy::cast_precision_loss, reason = "no energy in these tests is beyond 53 bits")]
fn number(kind: &str, words: &[u16]) -> f64 {
    let bits = words.iter().rev().fold(0_u64, |bits, word| bits << 16 | u64::from(*word));
    let low = u32::try_from(bits & 0xFFFF_FFFF).unwrap();
    match kind {
        "uint16" | "uint32" | "uint64" => bits as f64,
        "int16" => f64::from(words[0].cast_signed()),
        "int32" => f64::from(low.cast_signed()),
        "float" => f64::from(f32::from_bits(low)),
        other => panic!("{other}"),
    }
}

fn assert_equal(row: &Row, words: &[u16], json: &Value) {
    if row.kind == "string16" {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        let mut expected = json.as_str().unwrap().as_bytes().to_vec();
        expected.resize(usize::from(row.count) * 2, 0);
        assert_eq!(bytes, expected, "{}", row.path);
        return;
    }
    let expected = json.as_f64().unwrap();
    let found = number(&row.kind, words) / row.factor;
    // A float has 24 bits; all other numbers must be exact.
    let tolerance = if row.kind == "float" { expected.abs() * 1e-7 } else { 1e-9 };
    assert!((found - expected).abs() <= tolerance, "{}: {found} and {expected}", row.path);
}

/// Compares all rows; returns the count of present ones.
async fn compare(sim: &Sim, client: &mut Client) -> usize {
    let mut present = 0;
    for row in map() {
        let words = client.read(row.address, row.count).await;
        match (words, leaf(sim, &row.path)) {
            (Ok(words), Some(json)) => {
                assert_equal(&row, &words, &json);
                present += 1;
            }
            (Err(2), None) => {}
            (words, json) => panic!("{}: {words:?} and {json:?}", row.path),
        }
    }
    present
}

#[tokio::test]
async fn every_row_is_that_of_json() {
    for (model, rows) in [
        (Model::Modem, 82),
        // Without modem: no imei, imsi, operator, rssi, mode, and no modem version; no position.
        (Model::Rated32, 82 - 6 - 4),
        (Model::Rated16, 82 - 6 - 4),
        (Model::Domestic, 82 - 6 - 4),
        (Model::ModemNoFix, 82 - 4),
    ] {
        let sim = start(model).await;
        let mut client = sim.connect().await;
        assert_eq!(compare(&sim, &mut client).await, rows, "{model}");
    }
}

#[tokio::test]
async fn rows_follow_the_state() {
    let sim = start(Model::Modem).await;
    sim.patch(&json!({
        "info": {
            // Cut inside the last character, after 16 bytes.
            "general": { "device_name": "NRGkick 🔌⚡\u{fe0f}" },
            "network": { "rssi": -128 },
            "gps": { "latitude": 46.911_354, "longitude": -15.5, "accuracy": 0.0 },
        },
        "control": { "current_set": 31.9, "energy_limit": 1_000_000 },
        "values": {
            "energy": { "total_charged_energy": 5_000_000_000_u64 },
            "powerflow": {
                "total_active_power": -0.8, "total_power_factor": -1.0,
                "l1": { "current": 65.534, "voltage": 0.0 },
            },
            "general": { "status": 6, "error_code": 83, "rcd_trigger": 200 },
            "temperatures": { "housing": -20.25 },
        },
    }));
    let mut client = sim.connect().await;
    assert_eq!(compare(&sim, &mut client).await, 82);
    // From the fixtures' vectors.
    assert_eq!(client.read(114, 2).await, Ok(vec![0xA53A, 0x423B]));
    assert_eq!(client.read(34, 1).await, Err(2), "the middle of the name");
    assert_eq!(client.read(27, 8).await.unwrap()[7], 0xA1EF);
    sim.modbus.unit().with(|unit| unit.advance(std::time::Duration::from_secs(30)));
    assert_eq!(compare(&sim, &mut client).await, 82);
}

#[tokio::test]
async fn blocks_are_the_rows_one_behind_the_other() {
    let sim = start(Model::Modem).await;
    let mut client = sim.connect().await;
    let mut single = Vec::new();
    for row in map() {
        single.extend(client.read(row.address, row.count).await.unwrap());
    }
    let mut blocks = Vec::new();
    for (address, quantity) in [(0, 122), (122, 125), (247, 17)] {
        blocks.extend(client.read(address, quantity).await.unwrap());
    }
    assert_eq!(blocks, single);
}

#[tokio::test]
async fn blocks_over_rows_that_are_not_there_are_refused() {
    for (model, address, quantity, answer) in [
        (Model::Rated32, 0, 80, true),
        (Model::Rated32, 0, 88, false), // with the imei
        (Model::Rated32, 122, 64, true),
        (Model::Rated32, 122, 72, false), // with the modem's version
        (Model::ModemNoFix, 80, 34, true),
        (Model::ModemNoFix, 80, 36, false), // with the latitude
        (Model::Modem, 80, 42, true),
    ] {
        let sim = start(model).await;
        let read = sim.connect().await.read(address, quantity).await;
        assert_eq!(read.map(drop), answer.then_some(()).ok_or(2), "{model} {address}");
    }
}

#[tokio::test]
async fn unknown_answers_are_switches() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    let whole = client.read(210, 2).await.unwrap();
    for (address, quantity) in [(210, 1), (211, 1), (209, 2), (196, 1)] {
        assert_eq!(client.read(address, quantity).await, Err(2), "{address}");
    }
    sim.answers(&json!({ "cut_reads": true }));
    assert_eq!(client.read(211, 1).await, Ok(vec![whole[1]]));
    assert_eq!(client.read(210, 1).await, Ok(vec![whole[0]]));
    sim.answers(&json!({ "most_registers": 32 }));
    assert_eq!(client.read(194, 33).await, Err(3));
    assert!(client.read(11, 32).await.is_ok());
    // Without an attachment its rows are zero, or missing.
    sim.answers(&json!({}));
    sim.switch("attachment", false);
    assert_eq!(client.read(36, 7).await, Ok(vec![0; 7]));
    sim.answers(&json!({ "refuse_missing": true }));
    assert_eq!(client.read(36, 7).await, Err(2));
}

#[tokio::test]
async fn a_code_without_a_number_is_no_listed_one() {
    let sim = start(Model::Rated32).await;
    sim.patch(&json!({ "values": { "general": { "warning_code": "NEVER_HEARD_OF" } } }));
    assert_eq!(sim.connect().await.read(256, 1).await, Ok(vec![255]));
}
