//! The file itself: foreign, newer, damaged, in use, read-only; pages, labels, removals.

use std::fs;
use std::path::Path;

use charge_record::charge::ChargeId;
use charge_record::store::{Batch, Store, StoreError};
use charge_record::{Charge, OpenError};

use crate::kill::{charge, ids};
use crate::support::{Hand, unit};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn write(store: &Store, charges: impl IntoIterator<Item = Charge>) {
    let closed = charges.into_iter().map(|charge| (charge, Vec::new())).collect();
    store.commit(&Batch { closed, ..Batch::default() }).unwrap();
}

#[test]
fn a_foreign_or_newer_file_is_refused_by_name_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record");
    let sqlite = [&b"SQLite format 3\0"[..], &[7; 9_000]].concat();
    let newer = [&b"NRGkick Web, record of charges, version 2\n"[..], &[7; 9_000]].concat();
    for (bytes, word) in
        [(&sqlite, "no record"), (&newer, "newer"), (&b"short".to_vec(), "no record")]
    {
        fs::write(&path, bytes).unwrap();
        let error = Store::open(&path).unwrap_err().to_string();
        assert!(error.contains(word) && error.contains(path.to_str().unwrap()), "{error}");
        assert_eq!(&fs::read(&path).unwrap(), bytes);
        assert_eq!(names(folder.path()), ["record"]);
    }
}

#[test]
fn a_damaged_file_is_set_aside_and_a_new_one_begun() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record");
    for damage in [4_100_usize, 9_000, 20_000] {
        write(&Store::open(&path).unwrap(), (0..50).map(charge));
        let mut bytes = fs::read(&path).unwrap();
        let end = (damage + 40_000).min(bytes.len());
        bytes[damage..end].fill(0xA5);
        fs::write(&path, &bytes).unwrap();
        let store = Store::open(&path).unwrap();
        let aside = store.set_aside().expect("it is named").to_owned();
        assert_eq!(fs::read(&aside).unwrap(), bytes, "as it was");
        write(&store, [charge(1)]);
        assert_eq!(ids(&store), [1]);
        drop(store);
        assert!(Store::open(&path).unwrap().set_aside().is_none());
        fs::remove_file(&path).unwrap();
    }
    assert_eq!(names(folder.path()).len(), 3);
    // Cut short.
    write(&Store::open(&path).unwrap(), (0..50).map(charge));
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(Store::open(&path).unwrap().set_aside().is_some());
}

#[test]
fn a_second_gateway_on_the_same_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record");
    let first = Store::open(&path).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::InUse(_)), "{error}");
    assert!(error.to_string().contains("another gateway"), "{error}");
    write(&first, [charge(1)]);
    drop(first);
    assert_eq!(ids(&Store::open(&path).unwrap()), [1]);
    assert_eq!(names(folder.path()), ["record"]);
}

#[test]
fn what_cannot_be_opened_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("no/such/folder/record");
    let error = Store::open(&missing).unwrap_err();
    assert!(error.to_string().contains("no/such/folder"), "{error}");
    assert!(matches!(Store::open(folder.path()), Err(OpenError::Io { .. })), "a folder");
}

#[test]
fn charges_come_in_pages_and_each_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("record")).unwrap();
    assert!(ids(&store).is_empty());
    write(&store, (0..1_001).map(charge));
    write(&store, [Charge { serial: "B2".to_owned(), ..charge(5_000) }]);
    let expected: Vec<u64> = (0..1_001).rev().collect();
    assert_eq!(ids(&store), expected, "the latest first, and none of another charger");
    let renamed = store.label("A1", ChargeId(7), Some("Anna")).unwrap();
    assert_eq!(renamed.label.as_deref(), Some("Anna"));
    assert_eq!(store.charge("A1", ChargeId(7)).unwrap().0, renamed);
    assert_eq!(store.label("B2", ChargeId(7), None), Err(StoreError::Unknown));
    assert_eq!(store.charge("B2", ChargeId(7)), Err(StoreError::Unknown));
    assert_eq!(store.delete("A1", Some(ChargeId(7))), Ok(1));
    assert_eq!(store.delete("A1", Some(ChargeId(7))), Ok(0));
    assert_eq!(store.delete("A1", None), Ok(1_000));
    assert!(ids(&store).is_empty());
    assert!(store.charge("B2", ChargeId(5_000)).is_ok());
}

#[test]
fn what_runs_is_kept_as_it_is_and_old_curves_go() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record");
    let mut hand = Hand::new();
    hand.charge();
    let running = hand.book.running().cloned();
    let batch = Batch {
        running: vec![(unit("A1"), running.clone())],
        names: vec![("garage".to_owned(), unit("A1"))],
        ..Batch::default()
    };
    Store::open(&path).unwrap().commit(&batch).unwrap();
    let store = Store::open(&path).unwrap();
    let kept = store.kept("garage").unwrap().unwrap();
    let (kept, running) = (kept.running.unwrap(), running.unwrap());
    assert_eq!(kept.charge, running.charge);
    assert_eq!(kept.curve.points(), running.curve.points());
    assert_eq!(store.kept("elsewhere").unwrap(), None);
    let points = running.curve.points().to_vec();
    let closed = vec![(running.charge.clone(), points)];
    store.commit(&Batch { closed, ..Batch::default() }).unwrap();
    let id = running.charge.id;
    assert_eq!(store.prune(running.charge.start), Ok(0));
    assert_eq!(store.prune(running.charge.start + 1), Ok(1));
    let (charge, curve) = store.charge("A1", id).unwrap();
    assert_eq!((charge.id, curve.len()), (id, 0), "the charge stays for good");
}
