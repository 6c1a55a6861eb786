//! F28, the short one: both programs for thousands of requests while the charger behind them fails at
//! random. They answer throughout, and hold no more at the end than in the middle.
//!
//! `cargo xtask bench soak` is the long one, of the page.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use nrgkick_tests::http::{get, send};
use nrgkick_tests::program::{Running, program};
use nrgkick_tests::server::{PASS_THROUGH, Simulator};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

const TEST: &str = "f28_programs_whose_charger_fails_at_random_neither_grow_nor_end";
/// Of each program.
const REQUESTS: usize = 1_000;
/// One request in so many is a write, which takes half a second until it is read back.
const WRITES: usize = 100;
/// How much more memory the last third may hold than the middle one, kB: what the allocator of a
/// program without load differs by.
const GROWTH: u64 = 512;
/// Faults of HTTP that cost no time.
const OVER_HTTP: [&str; 7] = ["reset", "truncated", "status", "garbage", "html", "close", "slow"];
/// Faults of Modbus that cost no time.
const OVER_MODBUS: [&str; 12] = [
    "wrong-transaction",
    "wrong-unit",
    "wrong-function",
    "wrong-protocol",
    "fewer-registers",
    "more-registers",
    "byte-by-byte",
    "two-in-one",
    "garbage",
    "reset-inside",
    "close-before",
    "echo-other",
];

/// What a process holds.
#[derive(Clone, Copy, Debug)]
struct Held {
    resident_kb: u64,
    descriptors: usize,
}

fn held(running: &Running) -> Held {
    let of = Path::new("/proc").join(running.child.id().to_string());
    let status = fs::read_to_string(of.join("status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    Held {
        resident_kb: line.trim().trim_end_matches(" kB").parse().unwrap(),
        descriptors: fs::read_dir(of.join("fd")).unwrap().count(),
    }
}

async fn fail(simulator: &Simulator, random: &mut StdRng) {
    let fault = if random.random_range(0..2) == 0 {
        let kind = OVER_HTTP[random.random_range(0..OVER_HTTP.len())];
        let mut fault = json!({"kind": kind, "count": 1});
        if kind == "slow" {
            fault["ms"] = json!(5);
        }
        fault
    } else {
        // One that nothing has met yet waits for ever.
        simulator.fault(json!({"kind": "modbus", "fault": "none"})).await;
        json!({"kind": "modbus", "fault": OVER_MODBUS[random.random_range(0..OVER_MODBUS.len())], "count": 1})
    };
    simulator.fault(fault).await;
}

/// Waits until the charger is found again, as after some failures it is left alone for a moment.
async fn recovered(running: &Running) {
    let found = async {
        while get(running.address, "/control").await.status != 200 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(Duration::from_secs(10), found).await.expect("the charger is found again");
}

/// Reads a document, or writes one of the settings; returns the status.
async fn ask(running: &Running, random: &mut StdRng, number: usize) -> u16 {
    if number.is_multiple_of(WRITES) {
        let amperes = random.random_range(6..16_u32);
        let id = format!("soak-{number}");
        let headers = [("content-type", "application/json"), ("x-nrgkick-write", id.as_str())];
        let body = json!({"current_set": amperes}).to_string();
        let answer = send(running.address, "POST", "/control", &headers, body).await;
        let outcome = answer.json()["outcome"].clone();
        if outcome == "verified" {
            assert_eq!(answer.json()["control"]["current_set"], json!(f64::from(amperes)));
        }
        return answer.status.as_u16();
    }
    let path =
        ["/values?raw", "/control", "/info?raw", "/healthz", "/metrics"][random.random_range(0..5)];
    let answer = get(running.address, path).await;
    if answer.status == 200 && path == "/values?raw" {
        let power = &answer.json()["powerflow"]["total_active_power"];
        assert!(power.is_number(), "{path}: {}", answer.text());
    }
    answer.status.as_u16()
}

#[tokio::test]
async fn f28_programs_whose_charger_fails_at_random_neither_grow_nor_end() {
    let flags = "--scenario charging --control-lag 0ms";
    let simulator = Simulator::start(flags).await;
    let http = format!("http://{}", simulator.address());
    let mut servers = Vec::new();
    for (name, charger) in [("cors-proxy", http), ("modbus-proxy", simulator.modbus.to_string())] {
        let Some(path) = program(name, TEST) else { return };
        let mut command = Command::new(path);
        command.args(["--charger", &charger, "--listen", "127.0.0.1:0", "--log", "off"]);
        servers.push(Running::start(command.args(PASS_THROUGH).stderr(Stdio::null())));
    }
    let mut random = StdRng::seed_from_u64(16);
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let mut samples = [const { Vec::new() }; 2];
    let mut writes = 0;
    for number in 0..REQUESTS {
        if random.random_range(0..4) == 0 {
            fail(&simulator, &mut random).await;
        }
        for (running, samples) in servers.iter().zip(&mut samples) {
            writes += usize::from(number % WRITES == 0);
            let status = ask(running, &mut random, number).await;
            assert!([200, 409, 500, 502, 503, 504].contains(&status), "{status}");
            *statuses.entry(status).or_default() += 1;
            if status >= 500 {
                recovered(running).await;
            }
            if number % 10 == 0 {
                samples.push(held(running));
            }
        }
    }
    assert!(statuses[&200] > REQUESTS / 2 && statuses.len() > 1, "{statuses:?}");
    let sent = simulator.writes().await.len();
    assert!(sent <= writes, "{sent} of {writes} writes reached the charger");
    for (running, samples) in servers.iter_mut().zip(samples) {
        assert!(running.child.try_wait().unwrap().is_none(), "it still runs");
        let third = samples.len() / 3;
        let most = |of: &[Held]| of.iter().map(|held| held.resident_kb).max().unwrap();
        let (middle, last) = (&samples[third..2 * third], &samples[2 * third..]);
        assert!(most(last) <= most(middle) + GROWTH, "{} kB, {} kB", most(middle), most(last));
        let open = |of: &[Held]| of.iter().map(|held| held.descriptors).max().unwrap();
        // A connection of before may not have ended yet.
        assert!(open(last) <= open(middle) + 1, "{} and {} open", open(middle), open(last));
        let _: Value = get(running.address, "/healthz").await.json();
    }
}
