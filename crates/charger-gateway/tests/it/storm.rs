//! Ten readers and a writer for minutes, while one exchange of twenty fails.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::Request;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::fake::{Fake, gateway, options, post, send};

/// The `number`th current that is written, in A: each one is above all before it.
fn amperes(number: u32) -> f64 {
    f64::from(60 + number) / 10.0
}

fn number_of(amperes: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "tens")]
    let tenths = (amperes * 10.0).round() as i64;
    tenths - 60
}

/// What the readers and the writer know of each other.
#[derive(Default)]
struct Seen {
    /// The last write whose answer was `verified`.
    verified: AtomicU32,
    is_over: AtomicBool,
    reads: AtomicU32,
}

async fn read(router: Router, seen: Arc<Seen>) {
    while !seen.is_over.load(Ordering::SeqCst) {
        let least = seen.verified.load(Ordering::SeqCst);
        let request = Request::get("/control").body(Body::empty()).unwrap();
        let got = timeout(Duration::from_secs(40), send(router.clone(), request)).await.unwrap();
        if got.status == 200 {
            let shown = number_of(got.json()["current_set"].as_f64().unwrap());
            assert!(shown >= i64::from(least), "{shown} after {least} was verified");
            seen.reads.fetch_add(1, Ordering::SeqCst);
        } else {
            assert!([502, 503, 504].contains(&got.status), "{}: {}", got.status, got.body);
        }
        sleep(Duration::from_millis(200)).await;
    }
}

async fn storm(seed: u64) {
    let fake = Fake::new();
    {
        let mut state = fake.state();
        state.delay = Duration::from_millis(50);
        state.lag = Duration::from_secs(2);
        state.dice = Some(StdRng::seed_from_u64(seed));
    }
    let mut options = options();
    options.timing.max_age = Duration::from_millis(500);
    options.timing.per_exchange = Duration::from_millis(100);
    let gateway = gateway(&fake, options);
    let seen = Arc::new(Seen::default());
    let mut readers = JoinSet::new();
    for _ in 0..10 {
        readers.spawn(read(gateway.router.clone(), Arc::clone(&seen)));
    }
    let mut outcomes: HashMap<String, u32> = HashMap::new();
    let mut verified = Vec::new();
    for number in 1..=60 {
        let body = format!(r#"{{"current_set":{}}}"#, amperes(number));
        let request = post(&format!("{seed}-{number}"), &body);
        let got = timeout(Duration::from_secs(60), send(gateway.router.clone(), request)).await;
        let got = got.expect("a write ends within its budget");
        let outcome = match got.json() {
            Value::Object(answer) if answer.contains_key("outcome") => {
                answer["outcome"].as_str().unwrap().to_owned()
            }
            _ => got.code(),
        };
        if outcome == "verified" {
            seen.verified.store(number, Ordering::SeqCst);
            verified.push(number);
        }
        *outcomes.entry(outcome).or_default() += 1;
        sleep(Duration::from_millis(700)).await;
    }
    seen.is_over.store(true, Ordering::SeqCst);
    while let Some(reader) = readers.join_next().await {
        reader.unwrap();
    }
    let writes = fake.writes();
    for number in 1..=60 {
        let query = format!("current_set={:.1}", amperes(number));
        let sent = writes.iter().filter(|sent| sent.ends_with(&query)).count();
        let least = usize::from(verified.contains(&number));
        assert!((least..=1).contains(&sent), "{query} was sent {sent} times");
    }
    assert!(verified.len() > 40 && outcomes.len() > 1, "{outcomes:?}");
    assert!(seen.reads.load(Ordering::SeqCst) > 500, "{:?}", seen.reads);
}

#[tokio::test(start_paused = true)]
async fn no_read_is_older_than_a_verified_write_and_each_write_is_sent_once() {
    for seed in 1..=8 {
        storm(seed).await;
    }
}
