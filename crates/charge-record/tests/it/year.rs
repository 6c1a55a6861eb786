//! A year, and 100,000 charges: size, memory and time, printed as ratios. Run with `--ignored`.

#![expect(clippy::disallowed_methods, reason = "the time that passes is what is measured")]

use std::fs;
use std::time::{Duration, Instant};

use charge_record::charge::ChargeId;
use charge_record::store::{Batch, Query, Store};
use charge_record::{Charge, Event, Sample};
use nrgkick_model::code::ChargingStatus;

use crate::kill::charge;
use crate::support::{Hand, NOON, unit};

/// Resident memory, kB.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(0)
}

fn page(store: &Store, before: Option<(i64, u64)>) -> (Duration, Option<(i64, u64)>) {
    let query = Query { serial: "A1", from: 0, to: i64::MAX, before, limit: 200 };
    let begun = Instant::now();
    let next = store.charges(&query).unwrap().next;
    (begun.elapsed(), next)
}

#[test]
#[ignore = "a minute; prints figures"]
fn a_year_is_flat_where_it_should_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record");
    let store = Store::open(&path).unwrap();
    let mut hand = Hand::new();
    let mut at_30 = (0, 0, Duration::ZERO);
    for day in 1..=365_u32 {
        let (mut closed, mut samples) = (Vec::new(), Vec::new());
        for hour in 0..24 {
            match hour {
                18 => hand.plug(),
                19 => hand.status(ChargingStatus::Charging),
                23 => hand.status(ChargingStatus::Standby),
                _ => {}
            }
            for _ in 0..360 {
                hand.pass(10);
                hand.look();
                samples.push(Sample::new(hand.wall, Some(&hand.now)));
            }
            for event in hand.events.drain(..) {
                if let Event::Closed(one) = event {
                    closed.push((one.0, one.1.points().to_vec()));
                }
            }
            let batch = Batch {
                closed: std::mem::take(&mut closed),
                running: vec![(unit("A1"), hand.book.running().cloned())],
                samples: vec![(unit("A1"), std::mem::take(&mut samples))],
                names: Vec::new(),
            };
            store.commit(&batch).unwrap();
        }
        if day == 30 || day == 365 {
            let size = fs::metadata(&path).unwrap().len();
            let (time, _) = page(&store, None);
            println!("day {day}: file {} kB, memory {} kB, page {time:?}", size / 1024, resident());
            if day == 30 {
                at_30 = (size, resident(), time);
            } else {
                println!(
                    "a year to a month: file {:.1}, memory {:.2}",
                    ratio(size, at_30.0),
                    ratio(resident(), at_30.1)
                );
            }
        }
    }
    let begun = Instant::now();
    let points = hand.book.ring().points(hand.wall - 86_400, hand.wall, 300);
    let bytes = serde_json::to_vec(&points).unwrap().len();
    println!("24 h in {} points: {bytes} bytes, {:?}", points.len(), begun.elapsed());
    drop(store);
    let begun = Instant::now();
    drop(Store::open(&path).unwrap());
    println!("opened, all of it checked: {:?}", begun.elapsed());
}

#[test]
#[ignore = "a minute; prints figures"]
fn a_page_of_100_000_charges_is_no_slower_than_one_of_1_000() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record");
    let store = Store::open(&path).unwrap();
    let one = charge(0);
    let of = |n: u64| Charge {
        id: ChargeId(n.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        start: NOON + i64::try_from(n).unwrap() * 3_600,
        ..one.clone()
    };
    let mut at_1000 = Duration::ZERO;
    for block in 0..100 {
        let closed = (block * 1_000..(block + 1) * 1_000).map(|n| (of(n), Vec::new())).collect();
        store.commit(&Batch { closed, ..Batch::default() }).unwrap();
        if block == 0 {
            page(&store, None);
            at_1000 = page(&store, None).0;
        }
    }
    page(&store, None);
    let (first, mut next) = page(&store, None);
    let mut pages = 1;
    let mut last = first;
    while let Some(before) = next {
        (last, next) = page(&store, Some(before));
        pages += 1;
    }
    let size = fs::metadata(&path).unwrap().len();
    println!("100,000 charges: file {} MB, memory {} kB, {pages} pages", size >> 20, resident());
    println!("a page of 200: of 1,000 {at_1000:?}, first {first:?}, last {last:?}");
    assert_eq!(pages, 500);
    drop(store);
    let begun = Instant::now();
    drop(Store::open(&path).unwrap());
    println!("opened, all of it checked: {:?}", begun.elapsed());
}

#[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
fn ratio(a: u64, b: u64) -> f64 {
    a as f64 / b.max(1) as f64
}
