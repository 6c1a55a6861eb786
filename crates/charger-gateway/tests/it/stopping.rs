//! The end of the server while the charger does not answer.

use std::time::Duration;

use axum::response::IntoResponse as _;
use charger_gateway::Fleet;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use crate::fake::{Fake, OnWrite, gateway, ok, options};

const SET_16: &str = r#"{"current_set":16}"#;

#[tokio::test(start_paused = true)]
async fn readers_who_wait_are_told_at_once() {
    let fake = Fake::new();
    fake.state().is_silent = true;
    let gateway = gateway(&fake, options());
    let stop = gateway.owners.stopper();
    let start = Instant::now();
    let (first, second, ()) =
        tokio::join!(gateway.get("/values"), gateway.get("/control"), async {
            sleep(Duration::from_secs(1)).await;
            stop();
        });
    for got in [first, second] {
        assert_eq!((got.status, got.code().as_str()), (503, "stopping"));
    }
    assert_eq!(start.elapsed(), Duration::from_secs(1));
    drop(gateway.router);
    gateway.owners.finish(Duration::from_secs(60)).await;
    assert_eq!(start.elapsed(), Duration::from_secs(1), "nothing is left to wait for");
}

#[tokio::test(start_paused = true)]
async fn a_read_of_registers_that_is_under_way_is_given_up() {
    let fake = Fake::new();
    fake.state().is_silent = true;
    let chargers = [("garage".to_owned(), fake.clone())];
    let (fleet, owners) = Fleet::start(chargers, options().timing);
    let stop = owners.stopper();
    let start = Instant::now();
    let (under_way, behind, ()) =
        tokio::join!(fleet.registers(None, 194, 1), fleet.registers(None, 0, 2), async {
            sleep(Duration::from_secs(1)).await;
            stop();
        });
    for error in [under_way.unwrap_err(), behind.unwrap_err()] {
        let response = error.into_response();
        assert_eq!(response.status(), 503);
    }
    assert_eq!(fake.state().asked, ["registers"], "what waits is not begun any more");
    assert_eq!(start.elapsed(), Duration::from_secs(1));
    drop(fleet);
    owners.finish(Duration::from_secs(60)).await;
    assert_eq!(start.elapsed(), Duration::from_secs(1), "nothing is left to wait for");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_sent_has_its_outcome_in_time_and_claims_no_more_than_is_known() {
    for on_write in [OnWrite::AcceptOnly, OnWrite::LoseIt] {
        let mut fake = Fake::new();
        fake.gate = Semaphore::new(0).into();
        fake.state().on_write = on_write;
        fake.state().info = ok("{}");
        let gateway = gateway(&fake, options());
        let stop = gateway.owners.stopper();
        let (got, took) = tokio::join!(gateway.post("a", SET_16), async {
            while fake.writes().is_empty() {
                tokio::task::yield_now().await;
            }
            fake.state().is_silent = true;
            stop();
            let stopped = Instant::now();
            // The charger accepts the write late, and then answers nothing more.
            sleep(Duration::from_secs(5)).await;
            fake.gate.add_permits(1);
            stopped
        });
        assert!(took.elapsed() <= Duration::from_secs(7), "{:?}", took.elapsed());
        assert_eq!(got.json()["outcome"], json!("unknown"));
        assert_eq!(fake.writes().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_whose_unit_is_still_asked_is_not_sent_any_more() {
    let fake = Fake::new();
    fake.state().is_silent = true;
    let gateway = gateway(&fake, options());
    let stop = gateway.owners.stopper();
    let start = Instant::now();
    let (got, ()) = tokio::join!(gateway.post("a", SET_16), async {
        sleep(Duration::from_secs(1)).await;
        stop();
    });
    assert_eq!((got.status, got.code().as_str()), (503, "stopping"));
    assert_eq!((start.elapsed(), fake.writes().len()), (Duration::from_secs(1), 0));
}
