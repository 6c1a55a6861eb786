//! `POST /control`, from the checks to the outcome.

use std::time::Duration;

use charger_gateway::{FailureKind, Options, Timing};
use nrgkick_model::Refusal;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tower::ServiceExt as _;

use crate::fake::{Fake, OnWrite, gateway, ok, options, post};

const SET_16: &str = r#"{"current_set":16}"#;

#[tokio::test(start_paused = true)]
async fn a_write_is_sent_once_and_verified_when_it_shows() {
    let fake = Fake::new();
    fake.state().lag = Duration::from_secs(2);
    let gateway = gateway(&fake, options());
    let start = Instant::now();
    let got = gateway.post("a", SET_16).await;
    assert_eq!(got.status, 200);
    assert_eq!(
        got.json(),
        json!({
            "outcome": "verified",
            "keys": {"current_set": "verified"},
            "control": {"current_set":16.0,"charge_pause":0,"energy_limit":0,"phase_count":3}
        })
    );
    assert_eq!(fake.writes(), ["/control?current_set=16.0"]);
    assert_eq!(start.elapsed().as_secs(), 2, "as soon as it shows");
}

#[tokio::test(start_paused = true)]
async fn the_same_id_again_is_answered_without_a_second_write() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    let first = gateway.post("a", SET_16).await;
    let again = gateway.post("a", r#"{ "current_set": 16.0 }"#).await;
    assert_eq!((again.status, &again.body), (200, &first.body));
    let got = gateway.post("a", r#"{"current_set":8}"#).await;
    assert_eq!((got.status, got.code().as_str()), (422, "write_id_reused"));
    assert_eq!(fake.writes().len(), 1);
    for _ in 0..2 {
        assert_eq!(gateway.post("1", SET_16).await.status, 200);
    }
    assert_eq!(fake.writes().len(), 3, "1 is no id");
}

#[tokio::test(start_paused = true)]
async fn the_same_id_meanwhile_waits_for_the_first_and_other_writes_for_their_turn() {
    let mut fake = Fake::new();
    fake.gate = Semaphore::new(0).into();
    let gateway = gateway(&fake, options());
    let (first, again, other, ()) = tokio::join!(
        gateway.post("a", SET_16),
        gateway.post("a", SET_16),
        gateway.post("b", r#"{"charge_pause":1}"#),
        async { fake.gate.add_permits(2) },
    );
    assert_eq!((first.status, &first.body), (200, &again.body));
    assert_eq!(other.json()["keys"], json!({"charge_pause": "verified"}));
    assert_eq!(fake.writes(), ["/control?current_set=16.0", "/control?charge_pause=1"]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_does_not_stop_its_write() {
    let mut fake = Fake::new();
    fake.gate = Semaphore::new(0).into();
    fake.state().lag = Duration::from_secs(1);
    let gateway = gateway(&fake, options());
    let leaving = gateway.router.clone().oneshot(post("a", SET_16));
    let left = tokio::time::timeout(Duration::from_millis(1), leaving).await;
    assert!(left.is_err(), "it was still waiting");
    fake.gate.add_permits(1);
    let again = gateway.post("a", SET_16).await;
    assert_eq!(again.json()["outcome"], "verified");
    assert_eq!(fake.writes().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_under_way_is_finished_when_the_server_ends() {
    let fake = Fake::new();
    fake.state().lag = Duration::from_secs(1);
    let gateway = gateway(&fake, options());
    let leaving = gateway.router.clone().oneshot(post("a", SET_16));
    assert!(tokio::time::timeout(Duration::from_millis(1), leaving).await.is_err());
    drop(gateway.router);
    gateway.owners.finish(Duration::from_secs(5)).await;
    assert_eq!(fake.state().control["current_set"], 16.0, "read back to the end");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_waits_when_the_server_stops_is_refused_and_never_sent() {
    let mut fake = Fake::new();
    fake.gate = Semaphore::new(0).into();
    let gateway = gateway(&fake, options());
    let stop = gateway.owners.stopper();
    let (first, second, ()) = tokio::join!(
        gateway.post("a", SET_16),
        gateway.post("b", r#"{"charge_pause":1}"#),
        async {
            while fake.writes().is_empty() {
                tokio::task::yield_now().await;
            }
            stop();
            fake.gate.add_permits(2);
        },
    );
    assert_eq!((first.status, &first.json()["outcome"]), (200, &json!("verified")));
    assert_eq!((second.status, second.code().as_str()), (503, "stopping"));
    assert_eq!(gateway.get("/values").await.code(), "stopping", "nothing is begun any more");
    assert_eq!(fake.writes(), ["/control?current_set=16.0"]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_reply_is_decided_by_reading_back() {
    let fake = Fake::new();
    fake.state().on_write = OnWrite::ApplyAndLoseTheReply;
    let gateway = gateway(&fake, options());
    let got = gateway.post("a", SET_16).await;
    assert_eq!((got.status, &got.json()["outcome"]), (200, &json!("verified")));
    fake.state().on_write = OnWrite::LoseIt;
    let got = gateway.post("b", r#"{"current_set":8}"#).await;
    assert_eq!((got.status, &got.json()["outcome"]), (504, &json!("unknown")));
    assert!(got.json()["message"].as_str().unwrap().contains("192.168.1.20 did not answer"));
    assert_eq!(fake.writes().len(), 2, "neither was sent again");
}

#[tokio::test(start_paused = true)]
async fn refused_mismatch_and_unknown_have_their_status_and_words() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    fake.state().on_write = OnWrite::Refuse(Refusal::new(200, Refusal::PAUSE_BLOCKED));
    let got = gateway.post("a", r#"{"charge_pause":1}"#).await;
    assert_eq!((got.status, &got.json()["outcome"]), (409, &json!("refused")));
    assert_eq!(got.json()["message"], Refusal::PAUSE_BLOCKED);

    fake.state().on_write = OnWrite::AcceptOnly;
    let start = Instant::now();
    let got = gateway.post("b", SET_16).await;
    assert_eq!((got.status, &got.json()["outcome"]), (409, &json!("mismatch")));
    assert_eq!(got.json()["message"], "The charger accepted the change but shows Set current 6 A.");
    assert_eq!(start.elapsed().as_secs(), 6);

    fake.state().reads_fail = Some(FailureKind::Closed);
    let got = gateway.post("c", SET_16).await;
    assert_eq!((got.status, &got.json()["outcome"]), (502, &json!("unknown")));
}

#[tokio::test(start_paused = true)]
async fn what_never_reached_the_charger_is_an_error_and_may_be_tried_again_with_its_id() {
    let fake = Fake::new();
    fake.state().on_write = OnWrite::Unreachable;
    let gateway = gateway(&fake, options());
    let got = gateway.post("a", SET_16).await;
    assert_eq!((got.status, got.code().as_str()), (503, "not_sent"));
    assert!(got.body.contains("Nothing was changed") && got.body.contains("\"retryable\":true"));
    fake.state().on_write = OnWrite::Apply;
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(gateway.post("a", SET_16).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn bad_writes_are_refused_before_anything_is_sent() {
    let fake = Fake::new();
    let gateway = gateway(&fake, options());
    let mut cases = vec![];
    let mut plain = post("a", SET_16);
    plain.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    cases.push((415, "unsupported_media_type", plain));
    let mut form = post("a", "current_set=6");
    form.headers_mut().remove("content-type");
    cases.push((415, "unsupported_media_type", form));
    let mut without_id = post("a", SET_16);
    without_id.headers_mut().remove("x-nrgkick-write");
    cases.push((403, "write_header", without_id));
    let mut with_two = post("a", SET_16);
    with_two.headers_mut().append("x-nrgkick-write", "b".parse().unwrap());
    cases.push((403, "write_header", with_two));
    cases.push((403, "write_header", post("a b", SET_16)));
    cases.push((403, "write_header", post(&"x".repeat(65), SET_16)));
    cases.push((413, "too_large", post("a", &format!("{SET_16}{}", " ".repeat(4096)))));
    cases.push((400, "bad_request", post("a", r#"{"current_set":16"#)));
    cases.push((400, "bad_request", post("a", "")));
    for body in [
        r#"{"current_set":5.9}"#,
        r#"{"current_set":32.1}"#,
        r#"{"current_set":"abc"}"#,
        r#"{"current_set":16.55}"#,
        r#"{"current_set":16,"phases":1}"#,
        r#"{"current_set":16,"charge_pause":2}"#,
        "{}",
        "[16]",
    ] {
        cases.push((422, "invalid_value", post("a", body)));
    }
    for (status, code, request) in cases {
        let got = gateway.send(request).await;
        assert_eq!((got.status, got.code().as_str()), (status, code), "{}", got.body);
    }
    assert_eq!(fake.state().asked, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_16_ampere_unit_is_not_asked_for_20() {
    let fake = Fake::new();
    fake.state().info = ok(r#"{"general":{"rated_current":16}}"#);
    let gateway = gateway(&fake, options());
    let got = gateway.post("a", r#"{"current_set":20}"#).await;
    assert_eq!((got.status, got.code().as_str()), (422, "invalid_value"));
    assert!(
        got.body.contains("20.0 is outside the allowed range of 6.0 to 16.0 A"),
        "{}",
        got.body
    );
    assert_eq!(fake.state().asked, ["/info?raw"], "asked once, and nothing was sent");
    assert_eq!(gateway.post("b", SET_16).await.status, 200);
    assert_eq!(fake.state().asked[1], "/control?current_set=16.0");
}

#[tokio::test(start_paused = true)]
async fn where_the_rated_current_is_not_known_the_charger_decides() {
    let fake = Fake::new();
    fake.state().info = ok("<html>");
    let got = gateway(&fake, options()).post("a", r#"{"current_set":20}"#).await;
    assert_eq!(got.status, 200);
}

#[tokio::test(start_paused = true)]
async fn read_only_refuses_every_write() {
    let fake = Fake::new();
    let gateway = gateway(&fake, Options { read_only: true, ..options() });
    let got = gateway.post("a", SET_16).await;
    assert_eq!((got.status, got.code().as_str()), (403, "read_only"));
    assert_eq!(gateway.get("/api").await.json()["gateway"]["read_only"], true);
    assert_eq!(fake.writes(), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn reads_go_on_between_the_read_backs_of_a_write() {
    let fake = Fake::new();
    fake.state().on_write = OnWrite::AcceptOnly;
    let gateway = gateway(&fake, options());
    let start = Instant::now();
    let read = async {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let got = gateway.get("/values").await;
        (got.status, start.elapsed())
    };
    let (write, (status, answered)) = tokio::join!(gateway.post("a", SET_16), read);
    assert_eq!((write.status, status), (409, 200));
    assert_eq!(answered.as_millis(), 700, "at once, in the middle of the read-back");
}

#[tokio::test(start_paused = true)]
async fn a_write_that_gets_no_turn_is_not_sent() {
    let mut fake = Fake::new();
    fake.gate = Semaphore::new(0).into();
    let timing = Timing { turn: Duration::from_secs(1), ..Timing::default() };
    let gateway = gateway(&fake, Options { timing, ..options() });
    let (first, second) =
        tokio::join!(gateway.post("a", SET_16), gateway.post("b", r#"{"charge_pause":1}"#));
    assert_eq!(first.status, 504, "the charger was silent for the exchange's limit");
    assert_eq!((second.status, second.code().as_str()), (503, "busy"));
    assert_eq!(fake.writes(), ["/control?current_set=16.0"]);
}
