//! Minimum time between two relay moves, and the order of writes.

use std::time::Duration;

use gateway_api::NO_WRITE_ID;
use tokio::time::{Instant, sleep};

use crate::fake::{Fake, gateway, options};

const RESUME: &str = r#"{"charge_pause":0}"#;
const PAUSE: &str = r#"{"charge_pause":1}"#;
const ONE_PHASE: &str = r#"{"phase_count":1}"#;
const THREE_PHASES: &str = r#"{"phase_count":3}"#;

#[tokio::test(start_paused = true)]
async fn a_resume_and_a_switch_of_phases_are_5_seconds_apart_and_the_later_one_says_so() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    let start = Instant::now();
    assert_eq!(gateway.post("a", RESUME).await.status, 200);
    sleep(Duration::from_secs(2)).await;
    let (phases, current) = tokio::join!(gateway.post("b", ONE_PHASE), async {
        let got = gateway.post("c", r#"{"current_set":8}"#).await;
        (got.status, start.elapsed())
    });
    assert_eq!(current, (200, Duration::from_secs(2)), "no relay moves for a current");
    assert_eq!((phases.status, start.elapsed()), (200, Duration::from_secs(5)));
    assert_eq!(phases.json()["message"], "Sent after 3 s: the charger's relays need time to rest.");
    sleep(Duration::from_secs(5)).await;
    let got = gateway.post("d", RESUME).await;
    assert_eq!((start.elapsed(), got.json().get("message")), (Duration::from_secs(10), None));
    assert_eq!(fake.writes().len(), 4, "each once");
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_never_held_back_and_a_resume_that_waits_never_undoes_it() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    assert_eq!(gateway.post("a", ONE_PHASE).await.status, 200);
    let start = Instant::now();
    let (resume, pause) = tokio::join!(gateway.post("b", RESUME), async {
        sleep(Duration::from_secs(1)).await;
        let got = gateway.post("c", PAUSE).await;
        (got.status, start.elapsed())
    });
    assert_eq!(pause, (200, Duration::from_secs(1)));
    assert_eq!((resume.status, resume.code().as_str()), (409, "superseded"));
    sleep(Duration::from_secs(60)).await;
    // A repeat of the resume by a browser is answered, and the pause stays.
    let again = gateway.post("b", RESUME).await;
    assert_eq!((again.status, again.code().as_str()), (409, "superseded"));
    assert_eq!(fake.writes(), ["/control?phase_count=1", "/control?charge_pause=1"]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_comes_with_another_setting_is_not_held_back_either() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    assert_eq!(gateway.post("a", RESUME).await.status, 200);
    let start = Instant::now();
    assert_eq!(gateway.post("b", r#"{"charge_pause":1,"phase_count":1}"#).await.status, 200);
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(gateway.post("c", RESUME).await.status, 200);
    assert_eq!(start.elapsed(), Duration::from_secs(5), "phases were switched a moment ago");
}

#[tokio::test(start_paused = true)]
async fn of_two_switches_that_wait_the_last_one_counts() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    gateway.post(NO_WRITE_ID, RESUME).await;
    let start = Instant::now();
    let (one, three) = tokio::join!(gateway.post("a", ONE_PHASE), gateway.post("b", THREE_PHASES));
    assert_eq!((one.status, three.status), (409, 200));
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert_eq!(fake.writes(), ["/control?charge_pause=0", "/control?phase_count=3"]);
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_the_relays_when_the_server_stops_is_refused_and_never_sent() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    let stop = gateway.owners.stopper();
    gateway.post("a", RESUME).await;
    let start = Instant::now();
    let (got, ()) = tokio::join!(gateway.post("b", ONE_PHASE), async {
        sleep(Duration::from_secs(1)).await;
        stop();
    });
    assert_eq!((got.status, got.code().as_str()), (503, "stopping"));
    assert_eq!(start.elapsed(), Duration::from_secs(1));
    sleep(Duration::from_secs(60)).await;
    assert_eq!(fake.writes(), ["/control?charge_pause=0"]);
}
