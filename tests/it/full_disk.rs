//! The record and the configuration of `custom-api` on a disk without room: a real one, in memory and
//! in a namespace of the test's own.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use charge_record::store::{Batch, Query, StoreError};
use charge_record::{Charge, ChargeId, Store};
use gateway_api::record::{EndedBy, EnergyFrom};
use nrgkick_model::custom_api::VALUES_PATH;
use nrgkick_tests::{http, server, tool};
use serde_json::json;

/// As the test harness knows them.
const RECORD: &str =
    "full_disk::what_is_on_a_full_disk_is_told_and_the_record_goes_on_when_there_is_room";
const CONFIGURATION: &str = "full_disk::a_configuration_stays_whole_on_a_full_disk";
/// Names the folder of the small disk to the test inside.
const DISK: &str = "NRGKICK_TEST_DISK";
const SERIAL: &str = "A1";
const START: i64 = 1_795_953_600;

#[test]
fn what_is_on_a_full_disk_is_told_and_the_record_goes_on_when_there_is_room() {
    on_a_small_disk(RECORD, story);
}

#[test]
fn a_configuration_stays_whole_on_a_full_disk() {
    on_a_small_disk(CONFIGURATION, |disk| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(save_without_room(disk));
    });
}

/// Runs `story` with a disk of 12 MiB, in a process of its own that runs only `test`.
fn on_a_small_disk(test: &str, story: impl FnOnce(&Path)) {
    if let Some(disk) = std::env::var_os(DISK) {
        return story(Path::new(&disk));
    }
    let folder = tempfile::tempdir().unwrap();
    let mounted = "mount -t tmpfs -o size=12m none \"$1\" || exit 77; shift; exec \"$@\"";
    let output = Command::new("unshare")
        .args(["--mount", "sh", "-c", mounted, "sh"])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(DISK, folder.path())
        .output();
    match output {
        Ok(output) if output.status.code() != Some(77) && !is_denied(&output.stderr) => {
            let said = String::from_utf8_lossy(&output.stdout);
            let wrong = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && said.contains("1 passed"), "{said}{wrong}");
        }
        _ => tool::lacks("to mount a small disk (root on Linux)", test),
    }
}

fn is_denied(stderr: &[u8]) -> bool {
    String::from_utf8_lossy(stderr).starts_with("unshare: ")
}

fn charge(id: u64) -> Charge {
    let start = START + i64::try_from(id).unwrap() * 3_600;
    Charge {
        id: ChargeId(id),
        serial: SERIAL.to_owned(),
        simulated: true,
        start,
        end: Some(start + 1_800),
        duration_s: 1_800,
        energy_wh: Some(5_500),
        energy_from: Some(EnergyFrom::Counter),
        before_wh: None,
        counter_start_wh: Some(id * 5_500),
        counter_end_wh: Some(id * 5_500 + 5_500),
        peak_w: Some(11_000),
        phases: Some(3),
        ended_by: Some(EndedBy::Unplugged),
        begun_unseen: false,
        end_unseen: false,
        gaps: Vec::new(),
        more_gaps: 0,
        clock_set_s: None,
        label: Some("l".repeat(200)),
    }
}

/// The ids of all charges, the latest first.
fn ids(store: &Store) -> Vec<u64> {
    let (mut ids, mut before) = (Vec::new(), None);
    loop {
        let all = (i64::MIN, i64::MAX);
        let query = Query { serial: SERIAL, from: all.0, to: all.1, before, limit: 200 };
        let page = store.charges(&query).unwrap();
        ids.extend(page.charges.iter().map(|charge| charge.id.0));
        before = page.next;
        if before.is_none() {
            return ids;
        }
    }
}

fn commit(store: &Store, from: u64) -> Result<(), StoreError> {
    let closed = (from..from + 100).map(|id| (charge(id), Vec::new())).collect();
    store.commit(&Batch { closed, ..Batch::default() })
}

/// Saves a configuration where there is no room for it, and again where there is.
async fn save_without_room(disk: &Path) {
    let (file, ballast) = (disk.join("house.toml"), disk.join("ballast"));
    let before = "load_power_w = 1\n";
    fs::write(&file, before).unwrap();
    let mut filled = fs::File::create(&ballast).unwrap();
    while filled.write_all(&[1; 4096]).is_ok() {}
    drop(filled);
    let server = server::custom_api(([127, 0, 0, 1], 0).into(), before, disk, &["--edit"]).await;
    let revision = http::get(server.address, "/config").await.json()["revision"].clone();
    let text = format!("load_power_w = 2\n# {}\n", "x".repeat(100_000));
    let save = async || {
        let headers = [("x-nrgkick-write", "1"), ("content-type", "application/json")];
        let body = json!({ "revision": revision, "text": text }).to_string();
        http::send(server.address, "PUT", "/config", &headers, body).await
    };
    let load = async || {
        http::get(server.address, VALUES_PATH).await.json()["device_values"]["load_power_w"].clone()
    };
    let refused = save().await;
    assert_eq!(refused.status, 507);
    let said = refused.text();
    assert!(said.contains("house.toml.new") && said.contains("space"), "{said}");
    assert_eq!((fs::read_to_string(&file).unwrap().as_str(), load().await), (before, json!(1)));
    assert_eq!(fs::read_dir(disk).unwrap().count(), 2, "no litter");

    fs::remove_file(&ballast).unwrap();
    assert_eq!(save().await.status, 200);
    assert_eq!((fs::read_to_string(&file).unwrap(), load().await), (text.clone(), json!(2)));
    assert_eq!(fs::read_to_string(disk.join("house.toml.bak")).unwrap(), before);
}

/// What happens to the record on the small disk.
fn story(disk: &Path) {
    let path = disk.join("record");
    let ballast = disk.join("ballast");
    let store = Store::open(&path).unwrap();
    commit(&store, 0).unwrap();
    // All but 64 kB of what is left is somebody else's.
    let free = 12 * 1024 * 1024 - fs::metadata(&path).unwrap().len() - 64 * 1024;
    fs::write(&ballast, vec![1; usize::try_from(free).unwrap()]).unwrap();

    let mut kept = 100;
    let error = loop {
        match commit(&store, kept) {
            Ok(()) => kept += 100,
            Err(error) => break error,
        }
        assert!(kept < 100_000, "the disk is never full");
    };
    assert_eq!(error, StoreError::Full);
    let expected: Vec<u64> = (0..kept).rev().collect();
    assert_eq!(ids(&store), expected, "told while there is no room");
    assert_eq!(commit(&store, kept).unwrap_err(), StoreError::Full);
    assert_eq!(ids(&store), expected);
    drop(store);
    let store = Store::open(&path).unwrap();
    assert!(store.set_aside().is_none(), "a full disk is no damage");
    assert_eq!(ids(&store), expected, "a gateway that starts there tells it, too");

    fs::remove_file(&ballast).unwrap();
    commit(&store, kept).unwrap();
    assert_eq!(ids(&store), (0..kept + 100).rev().collect::<Vec<_>>());
}
