//! Learning a charger's limits: lengths that it refuses, closes on or does not answer, and single
//! rows that it refuses. Cases 38, 39, 41 and 44, and similar ones.

use std::time::Duration;

use modbus_proxy::{ModbusCharger, Timeouts, read_address};
use nrgkick_model::field::{DocumentName, FIELDS};
use serde_json::Value;
use tokio::time::timeout;

use crate::fake::{Beyond, Fake};
use crate::proxy::{charger, document, read, timeouts, values};

/// Registers of the longest row; with a lower limit some row cannot be read at all.
const LONGEST_ROW: u16 = 16;

/// Creates a charger with a short time limit, so that missing answers cost little time.
fn hasty(fake: &Fake) -> ModbusCharger {
    let address = read_address(&fake.address.to_string(), false).unwrap();
    let timeouts = Timeouts { request: Duration::from_millis(60), ..timeouts() };
    ModbusCharger::new(address, 1, timeouts)
}

async fn whole(charger: &mut ModbusCharger) -> Option<[Value; 3]> {
    let info = document(read(charger, DocumentName::Info).await).ok()?;
    let values = document(read(charger, DocumentName::Values).await).ok()?;
    let control = document(read(charger, DocumentName::Control).await).ok()?;
    Some([info, values, control])
}

/// Removes from all documents what a read of at most `limit` registers cannot get: longer rows are
/// unknown, and so is the presence of a modem.
fn within(limit: u16, whole: &[Value; 3]) -> [Value; 3] {
    let mut left = whole.clone();
    for field in FIELDS.iter().filter(|field| field.register.encoding.words() > limit) {
        let document = match field.document() {
            DocumentName::Info => &mut left[0],
            DocumentName::Values => &mut left[1],
            DocumentName::Control => &mut left[2],
        };
        let pointer = field.keys().fold(String::new(), |path, key| path + "/" + key);
        *document.pointer_mut(&pointer).unwrap() = Value::Null;
    }
    if limit < LONGEST_ROW {
        let info = left[0].as_object_mut().unwrap();
        info.remove("cellular");
        info.remove("gps");
        info["versions"].as_object_mut().unwrap().remove("sw_cm");
    }
    left
}

#[tokio::test]
async fn every_cap_by_exception_is_learnt_in_one_poll_and_remembered() {
    let fake = Fake::start().await;
    let wanted = whole(&mut charger(&fake)).await.unwrap();
    for limit in [1, 2, 4, 7, 16, 17, 20, 34, 35, 64, 69, 70, 79, 80, 100, 125] {
        for code in [2, 3, 4] {
            let fake = Fake::start().await;
            fake.state().limit = limit;
            fake.state().beyond = Beyond::Exception(code);
            let mut charger = charger(&fake);
            let got = whole(&mut charger).await.unwrap();
            let wanted = within(limit, &wanted);
            assert_eq!(got, wanted, "{limit} by {code}");
            fake.take_reads();
            assert_eq!(whole(&mut charger).await.unwrap(), wanted, "{limit} by {code}");
            let too_long = fake.take_reads().into_iter().filter(|(_, quantity)| *quantity > limit);
            assert!(limit < LONGEST_ROW || too_long.count() == 0, "{limit} by {code}");
            assert_eq!(fake.state().connections, 1, "{limit} by {code}");
        }
    }
}

#[tokio::test]
async fn a_row_that_is_refused_is_unknown_and_the_rest_is_served() {
    for (row, length, path) in [
        (252, 1, "/general/charge_permitted"),
        (210, 2, "/powerflow/total_active_power"),
        (199, 4, "/energy/total_charged_energy"),
        (263, 1, "/temperatures/domestic_plug_2"),
    ] {
        let fake = Fake::start().await;
        let mut wanted = values(&mut charger(&fake)).await.unwrap();
        fake.state().absent.push(row..row + length);
        let mut charger = charger(&fake);
        *wanted.pointer_mut(path).unwrap() = Value::Null;
        assert_eq!(values(&mut charger).await.unwrap(), wanted, "{path}");
        fake.take_reads();
        assert_eq!(values(&mut charger).await.unwrap(), wanted, "{path}");
        assert!(fake.take_reads().len() <= 2, "{path}: it is not asked again");
    }
}

#[tokio::test]
async fn a_cap_and_a_refused_row_together_are_both_learnt() {
    let fake = Fake::start().await;
    let mut wanted = values(&mut charger(&fake)).await.unwrap();
    wanted["general"]["charge_permitted"] = Value::Null;
    fake.state().absent.push(252..253);
    fake.state().limit = 30;
    let mut charger = charger(&fake);
    for _ in 0..3 {
        assert_eq!(values(&mut charger).await.unwrap(), wanted);
    }
    fake.take_reads();
    values(&mut charger).await.unwrap();
    assert!(fake.take_reads().iter().all(|(_, quantity)| *quantity <= 30));
}

#[tokio::test]
async fn closing_and_silence_shorten_after_two_in_a_row_one_step_a_poll() {
    for beyond in [Beyond::Close, Beyond::Silence] {
        for (limit, failing) in [(64, 2), (35, 2), (20, 3), (10, 4)] {
            let fake = Fake::start().await;
            let wanted = values(&mut hasty(&fake)).await.unwrap();
            fake.state().limit = limit;
            fake.state().beyond = beyond;
            fake.take_reads();
            let mut charger = hasty(&fake);
            for poll in 0..failing {
                assert!(values(&mut charger).await.is_err(), "{beyond:?} {limit}: poll {poll}");
                assert_eq!(fake.take_reads().len(), 1, "{beyond:?} {limit}: one step a poll");
            }
            assert_eq!(values(&mut charger).await, Ok(wanted.clone()), "{beyond:?} {limit}");
            fake.take_reads();
            for _ in 0..3 {
                assert_eq!(values(&mut charger).await, Ok(wanted.clone()), "{beyond:?} {limit}");
            }
            let reads = fake.take_reads();
            assert!(reads.iter().all(|(_, quantity)| *quantity <= limit), "{reads:?}");
        }
    }
}

#[tokio::test]
async fn an_absent_charger_is_asked_once_a_poll_and_believed_when_it_is_back() {
    let fake = Fake::start().await;
    let mut charger = hasty(&fake);
    values(&mut charger).await.unwrap();
    fake.state().limit = 0;
    fake.state().beyond = Beyond::Silence;
    fake.take_reads();
    for polls in 1..=12 {
        values(&mut charger).await.unwrap_err();
        assert_eq!(fake.take_reads().len(), 1, "poll {polls}");
    }
    fake.state().limit = 125;
    values(&mut charger).await.unwrap();
    fake.take_reads();
    values(&mut charger).await.unwrap();
    assert_eq!(fake.take_reads(), [(194, 70)], "it was not the length");
}

#[tokio::test]
async fn a_slow_charger_completes_its_info_across_polls() {
    let fake = Fake::start().await;
    let wanted = whole(&mut charger(&fake)).await.unwrap();
    fake.state().delay = Duration::from_millis(100);
    let mut charger = charger(&fake);
    // The time of a call suffices for two of the five blocks.
    let mut polls = 0;
    fake.take_reads();
    let info = loop {
        polls += 1;
        assert!(polls <= 6);
        let call = read(&mut charger, DocumentName::Info);
        if let Ok(answer) = timeout(Duration::from_millis(250), call).await {
            break document(answer).unwrap();
        }
    };
    assert_eq!(info, wanted[0]);
    assert!(polls > 1, "the time was short");
    let reads = fake.take_reads();
    let first = reads.iter().filter(|read| **read == (0, 80)).count();
    assert_eq!(first, 1, "what is there is not read again: {reads:?}");
}
