//! Number of Modbus requests per request to the proxy.

use std::time::Duration;

use modbus_proxy::{ModbusCharger, Timeouts, read_address};
use nrgkick_model::document::Document as _;
use nrgkick_model::field::DocumentName;
use nrgkick_model::reading::Form;
use nrgkick_model::{Info, Values};
use serde_json::{Value, json};

use crate::fake::{Act, Fake, sample};
use crate::proxy::{charger, document, read, timeouts, values};

const POLL: (u16, u16) = (194, 70);
const REQUIRED: [(u16, u16); 2] = [(0, 80), (122, 64)];
const OPTIONAL: [(u16, u16); 3] = [(80, 34), (114, 8), (186, 8)];

async fn info(charger: &mut ModbusCharger) -> Value {
    document(read(charger, DocumentName::Info).await).unwrap()
}

async fn control(charger: &mut ModbusCharger) -> Value {
    document(read(charger, DocumentName::Control).await).unwrap()
}

/// Removes the modem: changes the model name and makes its registers absent.
fn without_modem(fake: &Fake) {
    // "NRGkick Gen2 SIM" with the last four characters cut off.
    fake.set(11 + 6, 0);
    fake.set(11 + 7, 0);
    fake.state().absent = vec![80..122, 186..194];
}

#[tokio::test]
async fn a_poll_is_one_request_and_says_what_json_would() {
    let fake = Fake::start().await;
    let mut charger = charger(&fake);
    for _ in 0..3 {
        let values = values(&mut charger).await.unwrap();
        let sample: Value =
            serde_json::from_str(&sample().to_json(Values::NAME, &[], Form::Raw)).unwrap();
        assert_eq!(values, sample);
        let control = control(&mut charger).await;
        let initial = json!({"current_set":6.0,"charge_pause":0,"energy_limit":0,"phase_count":3});
        assert_eq!(control, initial);
        assert_eq!(fake.take_reads(), [POLL]);
    }
}

#[tokio::test]
async fn the_same_document_is_never_answered_twice_from_one_read() {
    let fake = Fake::start().await;
    let mut charger = charger(&fake);
    for expected in [70, 80, 90] {
        fake.set(194, expected);
        let control = control(&mut charger).await;
        assert_eq!(control["current_set"], f64::from(expected) / 10.0);
    }
    assert_eq!(fake.take_reads(), [POLL; 3]);
}

#[tokio::test]
async fn what_was_kept_is_not_used_when_it_is_old() {
    let fake = Fake::start().await;
    let address = read_address(&fake.address.to_string(), false).unwrap();
    let timeouts = Timeouts { keep: Duration::ZERO, ..timeouts() };
    let mut charger = ModbusCharger::new(address, 1, timeouts);
    values(&mut charger).await.unwrap();
    fake.set(195, 1);
    assert_eq!(control(&mut charger).await["charge_pause"], 1);
    assert_eq!(fake.take_reads(), [POLL; 2]);
}

#[tokio::test]
async fn the_full_map_is_three_requests_and_the_modem_is_never_asked_for_without_one() {
    let fake = Fake::start().await;
    without_modem(&fake);
    let mut charger = charger(&fake);
    for _ in 0..3 {
        let info = info(&mut charger).await;
        assert_eq!(info["general"]["model_type"], "NRGkick Gen2");
        assert!(info.get("cellular").is_none() && info.get("gps").is_none(), "{info}");
        values(&mut charger).await.unwrap();
        assert_eq!(fake.take_reads(), [REQUIRED[0], REQUIRED[1], POLL]);
    }
}

#[tokio::test]
async fn a_modem_brings_its_blocks() {
    let fake = Fake::start().await;
    let mut charger = charger(&fake);
    let info = info(&mut charger).await;
    assert_eq!(fake.take_reads(), [&REQUIRED[..], &OPTIONAL].concat());
    let mut wanted = Info::from_readings(&sample());
    let mut decoded = Info::decode(&info).unwrap();
    // The device's name has 18 bytes of UTF-8 and 16 bytes of room.
    let name = decoded.general.as_mut().unwrap().device_name.take().unwrap();
    assert!(name.starts_with("NRGkick 🔌⚡"), "{name}");
    wanted.general.as_mut().unwrap().device_name = None;
    // 350.343333 has more digits than a 32-bit float.
    let altitude = decoded.gps.as_mut().unwrap().altitude.take().unwrap();
    assert!((altitude - 350.343333).abs() < 1e-4, "{altitude}");
    wanted.gps.as_mut().unwrap().altitude = None;
    assert_eq!(decoded, wanted);
}

#[tokio::test]
async fn absent_blocks_are_tried_once_on_a_connection() {
    let fake = Fake::start().await;
    // A modem without a position.
    fake.state().absent.push(114..122);
    let mut charger = charger(&fake);
    assert!(info(&mut charger).await.get("gps").is_none());
    assert_eq!(fake.take_reads(), [&REQUIRED[..], &OPTIONAL].concat());
    let again = info(&mut charger).await;
    assert!(again.get("gps").is_none() && again["cellular"]["imei"] == "123456789012345");
    assert_eq!(fake.take_reads(), [&REQUIRED[..], &[OPTIONAL[0], OPTIONAL[2]]].concat());
    assert_eq!(fake.state().connections, 1, "an exception keeps the connection");
}

#[tokio::test]
async fn a_charger_that_allows_less_is_asked_for_less() {
    let fake = Fake::start().await;
    fake.state().limit = 35;
    let mut charger = charger(&fake);
    values(&mut charger).await.unwrap();
    // No row is split: one begins at 228.
    assert_eq!(fake.take_reads(), [(194, 70), (194, 34), (228, 36), (228, 17), (245, 19)]);
    info(&mut charger).await;
    assert!(fake.take_reads().iter().all(|(_, quantity)| *quantity <= 35), "it is remembered");
    // A charger that accepts no length at all is not split further.
    fake.state().limit = 0;
    let reply = read(&mut charger, DocumentName::Values).await.unwrap();
    assert_eq!(reply.status, 422);
    assert_eq!(fake.take_reads().len(), 1, "what was answered before may be again");
    read(&mut charger, DocumentName::Values).await.unwrap();
    assert!(fake.take_reads().len() <= 12);
    read(&mut charger, DocumentName::Values).await.unwrap();
    assert_eq!(fake.take_reads().len(), 1, "and not asked row by row with every poll");
}

#[tokio::test]
async fn blocks_of_the_modem_are_shortened_as_well() {
    let fake = Fake::start().await;
    fake.state().limit = 20;
    let mut charger = charger(&fake);
    let whole = info(&mut charger).await;
    assert_eq!(whole["cellular"]["imei"], "123456789012345");
    // On a new connection the limit is not known any more, but the general blocks were computed
    // with the old one.
    fake.fault(|_| vec![Act::Close]);
    values(&mut charger).await.unwrap_err();
    assert_eq!(info(&mut charger).await, whole, "nothing is left out");
}
