//! Many readers of one charger: shared answers, their age, and the rate limit.

use std::time::Duration;

use charger_gateway::{FailureKind, Fleet, Options};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::fake::{Fake, Gateway, OnWrite, gateway, ok, options};

const MOMENT: Duration = Duration::from_millis(500);

fn sharing() -> Options {
    let mut options = options();
    options.timing.max_age = MOMENT;
    options
}

fn age(got: &crate::fake::Got) -> (u64, u64) {
    let header = |name| got.head.headers[name].to_str().unwrap().parse().unwrap();
    (header("age"), header("x-nrgkick-age-ms"))
}

async fn together(gateway: &Gateway, readers: usize, path: &'static str) -> Vec<crate::fake::Got> {
    let mut all = JoinSet::new();
    for _ in 0..readers {
        let router = gateway.router.clone();
        let request = http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        all.spawn(async move { crate::fake::send(router, request).await });
    }
    all.join_all().await
}

#[tokio::test(start_paused = true)]
async fn a_thousand_readers_of_the_same_are_one_request_and_get_equal_bytes() {
    for max_age in [Duration::ZERO, MOMENT] {
        let fake = Fake::new();
        fake.state().delay = Duration::from_millis(200);
        let mut options = sharing();
        options.timing.max_age = max_age;
        let gateway = gateway(&fake, options);
        let start = Instant::now();
        let all = together(&gateway, 1_000, "/values?raw").await;
        assert_eq!(start.elapsed(), Duration::from_millis(200));
        assert!(all.iter().all(|got| got.status == 200 && got.body == all[0].body));
        assert_eq!(fake.state().asked, ["/values?raw"]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_serves_others_for_a_moment_and_says_how_old_it_is() {
    let fake = Fake::new();
    fake.state().delay = Duration::from_millis(300);
    let mut options = sharing();
    options.timing.max_age = Duration::from_secs(2);
    let gateway = gateway(&fake, options);
    // Counted from the start of the exchange: no value can be older.
    assert_eq!(age(&gateway.get("/values").await), (0, 300));
    sleep(Duration::from_millis(1_999)).await;
    assert_eq!(age(&gateway.get("/values").await), (2, 2_299));
    assert_eq!(fake.state().asked.len(), 1);
    // Another form or other sections are separate reads.
    gateway.get("/values?raw").await;
    gateway.get("/values?energy").await;
    assert_eq!(fake.state().asked.len(), 3);
    assert_eq!(age(&gateway.get("/values").await), (0, 300), "too old by now");
    assert_eq!(fake.state().asked.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn who_leaves_cancels_nothing() {
    let fake = Fake::new();
    fake.state().delay = Duration::from_secs(1);
    let gateway = gateway(&fake, sharing());
    let half = Duration::from_millis(500);
    let (first, second) = tokio::join!(tokio::time::timeout(half, gateway.get("/values")), async {
        sleep(Duration::from_millis(100)).await;
        gateway.get("/values").await
    });
    assert!(first.is_err());
    assert_eq!((second.status, fake.state().asked.len()), (200, 1));
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_shared_like_an_answer() {
    let fake = Fake::new();
    fake.state().delay = Duration::from_millis(200);
    fake.state().reads_fail = Some(FailureKind::Protocol);
    let gateway = gateway(&fake, sharing());
    let all = together(&gateway, 100, "/values").await;
    assert!(all.iter().all(|got| (got.status, got.code().as_str()) == (502, "protocol")));
    assert_eq!(gateway.get("/values").await.status, 502);
    assert_eq!(fake.state().asked.len(), 1);
    fake.state().reads_fail = None;
    sleep(MOMENT).await;
    assert_eq!(gateway.get("/values").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn nobody_reads_a_value_that_is_older_than_a_verified_write() {
    let fake = Fake::new();
    fake.state().lag = Duration::from_millis(1_200);
    let mut options = sharing();
    options.timing.max_age = Duration::from_secs(5);
    let gateway = gateway(&fake, options);
    assert_eq!(gateway.get("/control").await.json()["current_set"], json!(6.0));
    let reads = async {
        for _ in 0..30 {
            sleep(Duration::from_millis(50)).await;
            gateway.get("/control").await;
        }
    };
    let (written, ()) = tokio::join!(
        async {
            let written = gateway.post("a", r#"{"current_set":16}"#).await;
            let read = gateway.get("/control").await;
            assert_eq!(read.json()["current_set"], json!(16.0), "right after the outcome");
            written
        },
        reads
    );
    assert_eq!(written.json()["outcome"], json!("verified"));
    // A write with an unknown outcome also clears earlier reads.
    fake.state().on_write = OnWrite::ApplyAndLoseTheReply;
    gateway.get("/control").await;
    let before = fake.state().asked.len();
    gateway.post("b", r#"{"charge_pause":1}"#).await;
    let read = gateway.get("/control").await;
    assert_eq!(read.json()["charge_pause"], json!(1));
    assert!(fake.state().asked[before..].last().unwrap().starts_with("/control"));
}

#[tokio::test(start_paused = true)]
async fn all_readers_together_ask_twice_a_second_after_a_burst_and_writes_do_not_wait() {
    let fake = Fake::new();
    let mut options = sharing();
    options.timing.max_age = Duration::ZERO;
    options.timing.per_exchange = MOMENT;
    let gateway = gateway(&fake, options);
    let start = Instant::now();
    for _ in 0..24 {
        assert_eq!(gateway.get("/values").await.status, 200);
    }
    assert_eq!(start.elapsed(), MOMENT * 20);
    let (read, written) = tokio::join!(gateway.get("/values"), async {
        let start = Instant::now();
        let written = gateway.post("a", r#"{"current_set":16}"#).await;
        assert!(start.elapsed() < MOMENT, "{:?}", start.elapsed());
        written
    });
    assert_eq!((read.status, written.json()["outcome"].clone()), (200, json!("verified")));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_pages_are_answered_however_slow_the_charger_is() {
    for delay in [0, 100, 300] {
        let fake = Fake::new();
        fake.state().delay = Duration::from_millis(delay);
        let mut options = sharing();
        options.timing.per_exchange = MOMENT;
        let gateway = gateway(&fake, options);
        let mut pages = JoinSet::new();
        for page in 0..1_000 {
            let router = gateway.router.clone();
            pages.spawn(async move {
                sleep(Duration::from_millis(page * 2)).await;
                for _ in 0..10 {
                    for path in ["/values?raw", "/control"] {
                        let request = http::Request::get(path);
                        let request = request.body(axum::body::Body::empty()).unwrap();
                        let got = crate::fake::send(router.clone(), request).await;
                        assert_eq!(got.status, 200);
                        assert!(age(&got).1 <= 500 + delay, "{:?}", age(&got));
                    }
                    sleep(Duration::from_secs(2)).await;
                }
            });
        }
        let start = Instant::now();
        while let Some(page) = pages.join_next().await {
            page.unwrap();
        }
        let took = start.elapsed();
        let allowed = 4.0 + took.as_secs_f64() * 2.0;
        let asked = fake.state().asked.len();
        assert!(took < Duration::from_secs(45), "{delay} ms: {took:?}");
        assert!(asked as f64 <= allowed, "{delay} ms: {asked} requests in {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_busy_charger_is_left_alone_for_as_long_as_it_says() {
    for (status, retry_after, sent) in [
        (503, Some(7), Some("7")),
        (503, None, Some("1")),
        (429, Some(9), Some("9")),
        (429, None, None),
    ] {
        let fake = Fake::new();
        fake.state().values = nrgkick_model::Reply { status, ..ok(r#"{"Response":"busy"}"#) };
        fake.state().retry_after = retry_after;
        let got = gateway(&fake, options()).get("/values").await;
        assert_eq!(got.status, status);
        let header = got.head.headers.get("retry-after").map(|value| value.to_str().unwrap());
        assert_eq!(header, sent, "{status} {retry_after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn registers_are_shared_too() {
    let fake = Fake::new();
    let (fleet, _owners) = Fleet::start([("garage".to_owned(), fake.clone())], sharing().timing);
    let (one, two) = tokio::join!(fleet.registers(None, 194, 1), fleet.registers(None, 194, 1));
    assert_eq!(one.unwrap(), two.unwrap());
    fleet.registers(None, 194, 2).await.unwrap();
    assert_eq!(fake.state().asked.len(), 2);
}
