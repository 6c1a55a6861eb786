//! F25: time that jumps, as where a machine was suspended.
//!
//! Ages and pauses are of a clock that nobody sets; what a set wall clock does to a record has its
//! tests in `charge-record`.

use std::time::Duration;

use charger_gateway::Options;
use http_service::Caller;
use tokio::time::{Instant, advance};

use crate::fake::{Fake, gateway, options};
use crate::listener::Listener;

fn limited() -> Options {
    let mut options = options();
    options.timing.max_age = Duration::from_millis(500);
    options.timing.per_exchange = Duration::from_millis(500);
    options
}

fn age_ms(got: &crate::fake::Got) -> u128 {
    got.head.headers["x-nrgkick-age-ms"].to_str().unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn f25_after_ten_minutes_of_sleep_one_poll_is_made_and_nothing_old_is_fresh() {
    let fake = Fake::new();
    let gateway = gateway(&fake, limited());
    let mut listener = Listener::open(&gateway, Caller::Loopback).await;
    let first = listener.event("snapshot").await;
    assert_eq!(first["link"], "live");
    for _ in 0..3 {
        listener.event("change").await;
    }
    let before = fake.state().asked.iter().filter(|asked| *asked == "/values?raw").count();
    advance(Duration::from_secs(600)).await;
    let begun = Instant::now();
    let woken = listener.event("change").await;
    assert!(begun.elapsed() < Duration::from_secs(2), "at once: {:?}", begun.elapsed());
    assert!(woken["values_age_ms"].as_u64().unwrap() < 2_000, "{woken}");
    let asked = || fake.state().asked.iter().filter(|asked| *asked == "/values?raw").count();
    assert_eq!(asked() - before, 1, "one poll for all that were missed");
    // And the pause after it is the usual one.
    listener.event("change").await;
    assert_eq!(asked() - before, 2);
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn f25_ages_only_grow_until_the_charger_is_asked_again() {
    let fake = Fake::new();
    let mut options = limited();
    options.timing.max_age = Duration::from_secs(5);
    let gateway = gateway(&fake, options);
    let asked = Instant::now();
    let mut last = age_ms(&gateway.get("/values").await);
    for step in [1, 300, 1_000, 1, 2_500, 600_000, 3_600_000, 100] {
        advance(Duration::from_millis(step)).await;
        let count = fake.state().asked.len();
        let got = gateway.get("/values").await;
        let age = age_ms(&got);
        if fake.state().asked.len() == count {
            assert!(age > last && age == asked.elapsed().as_millis(), "{age} after {last}");
            last = age;
        } else {
            assert!(step > 5_000, "only what is too old is asked for again");
            assert_eq!(fake.state().asked.len() - count, 1, "one request after {step} ms");
            assert_eq!(age, 0);
            return;
        }
    }
    unreachable!("it was asked again");
}
