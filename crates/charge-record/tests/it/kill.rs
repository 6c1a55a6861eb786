//! The power goes at 1,000 points of a record that is being written.

use std::collections::BTreeSet;

use charge_record::charge::ChargeId;
use charge_record::store::{Batch, Query, Store};
use charge_record::{Charge, Sample};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::disk::Disk;
use crate::support::{Hand, NOON, unit};

/// A closed charge as any other, its name apart.
pub(crate) fn charge(id: u64) -> Charge {
    let mut hand = Hand::new();
    hand.charge();
    hand.unplug();
    Charge { id: ChargeId(id), start: NOON + i64::try_from(id).unwrap(), ..hand.only() }
}

fn batch(sample: &Charge, id: u64) -> Batch {
    let charge =
        Charge { id: ChargeId(id), start: NOON + i64::try_from(id).unwrap(), ..sample.clone() };
    let looks = (0..30).map(|n| Sample::new(charge.start + n * 10, None)).collect();
    Batch {
        closed: vec![(charge, Vec::new())],
        running: vec![(unit("A1"), None)],
        samples: vec![(unit("A1"), looks)],
        names: vec![("charger".to_owned(), unit("A1"))],
    }
}

/// The ids of all charges, by pages.
pub(crate) fn ids(store: &Store) -> Vec<u64> {
    let (mut ids, mut before) = (Vec::new(), None);
    loop {
        let query = Query { serial: "A1", from: i64::MIN, to: i64::MAX, before, limit: 200 };
        let page = store.charges(&query).unwrap();
        ids.extend(page.charges.iter().map(|charge| charge.id.0));
        match page.next {
            Some(next) => before = Some(next),
            None => return ids,
        }
    }
}

#[test]
fn killed_at_1000_points_the_file_opens_and_no_finished_charge_is_lost_or_doubled() {
    const SEED: u64 = 13;
    let mut dice = StdRng::seed_from_u64(SEED);
    let sample = charge(0);
    let mut disk = Disk::default();
    drop(Store::open_on(disk.clone()).unwrap());
    let (mut finished, mut next, mut torn) = (BTreeSet::new(), 1_u64, 0);
    for point in 0..1_000 {
        let store = Store::open_on(disk.clone()).unwrap();
        disk.plate().left = Some(dice.random_range(1..90_000));
        // Until the power goes; the charge of a commit that failed is written again, as a gateway does.
        while store.commit(&batch(&sample, next)).is_ok() {
            finished.insert(next);
            next += 1;
        }
        drop(store);
        // A kill keeps what was written; a power cut only what was synchronised, or some of it.
        let image = match dice.random_range(0..3) {
            0 => disk.plate().safe.clone(),
            1 => disk.plate().bytes.clone(),
            _ => {
                let plate = disk.plate();
                let (safe, bytes) = (&plate.safe, &plate.bytes);
                let mut image = bytes.clone();
                for (at, page) in image.chunks_mut(4096).enumerate() {
                    if dice.random_bool(0.5) && (at + 1) * 4096 <= safe.len() {
                        page.copy_from_slice(&safe[at * 4096..at * 4096 + page.len()]);
                        torn += 1;
                    }
                }
                image
            }
        };
        disk = Disk::of(image);
        let opened = Store::open_on(disk.clone());
        let store = opened.unwrap_or_else(|error| panic!("seed {SEED}, point {point}: {error}"));
        let found = ids(&store);
        let distinct: BTreeSet<u64> = found.iter().copied().collect();
        assert_eq!(found.len(), distinct.len(), "seed {SEED}, point {point}: doubled");
        let lost: Vec<_> = finished.difference(&distinct).collect();
        assert!(lost.is_empty(), "seed {SEED}, point {point}: lost {lost:?}");
        // One that was under way may be there as well.
        next = next.max(distinct.last().map_or(0, |last| last + 1));
        finished = distinct;
        drop(store);
        if finished.len() > 150 {
            // Small again, so that a thousand points take seconds.
            let store = Store::open_on(disk.clone()).unwrap();
            assert_eq!(store.delete("A1", None).unwrap(), finished.len() as u64);
            finished.clear();
        }
    }
    assert!(
        next > 300 && torn > 1_000,
        "{next} charges, {torn} torn pages: too little was written"
    );
}
