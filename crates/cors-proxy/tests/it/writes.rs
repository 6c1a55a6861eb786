//! Writes over real sockets: sent once, whatever happens to the connection.

use crate::charger::{Action, Charger, answer, json, settable};
use crate::proxy::Proxy;

const SET_16: &str = r#"{"current_set":16}"#;

#[tokio::test]
async fn a_get_write_is_405_and_nothing_reaches_the_charger() {
    let charger = Charger::new(settable()).await;
    let proxy = Proxy::new(&charger, &[]).await;
    for method in ["GET", "HEAD"] {
        let head = format!("{method} /control?current_set=16 HTTP/1.1\r\nHost: {}", proxy.address);
        let got = proxy.raw(&head, "").await;
        assert_eq!(got.status, 405);
        assert!(got.head.contains("\r\nallow: post"), "{}", got.head);
    }
    assert!(charger.asked().is_empty());
}

#[tokio::test]
async fn a_write_is_sent_once_on_a_connection_of_its_own_and_verified() {
    let charger = Charger::new(settable()).await;
    let proxy = Proxy::new(&charger, &[]).await;
    assert_eq!(proxy.get("/values").await.status, 200);
    for _ in 0..2 {
        let got = proxy.post("a", SET_16).await;
        assert_eq!(got.status, 200, "{}", got.body);
        assert!(got.body.contains(r#""outcome":"verified""#), "{}", got.body);
    }
    let writes = charger.writes();
    assert_eq!(writes.len(), 1, "the second was a repeat");
    assert_eq!(writes[0].target, "/control?current_set=16.0");
    assert_eq!(charger.asked()[0].connection, 1);
    assert_eq!(writes[0].connection, 2, "not the connection of the reads");
}

#[tokio::test]
async fn a_lost_reply_is_verified_by_reading_back_and_never_sent_again() {
    let charger = Charger::new(settable()).await;
    let mut inner = settable();
    charger.now_does(move |target| {
        let action = inner(target);
        if target.contains('=') { Action::SendAndClose(Vec::new()) } else { action }
    });
    let proxy = Proxy::new(&charger, &[]).await;
    let got = proxy.post("a", SET_16).await;
    assert_eq!(got.status, 200, "{}", got.body);
    assert!(got.body.contains("verified"), "{}", got.body);
    assert_eq!(charger.writes().len(), 1);
}

#[tokio::test]
async fn silence_and_half_answers_are_unknown_and_never_sent_again() {
    let half = || Action::SendAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec());
    for (action, status) in [(half as fn() -> Action, 502), (|| Action::Silence, 504)] {
        let charger = Charger::new(move |target: &str| match target {
            "/info?raw" => json("{}"),
            "/control" => json(r#"{"current_set":6.0}"#),
            _ => action(),
        })
        .await;
        let proxy = Proxy::new(&charger, &[]).await;
        let got = proxy.post("a", SET_16).await;
        assert_eq!(got.status, status, "{}", got.body);
        assert!(got.body.contains(r#""outcome":"unknown""#), "{}", got.body);
        assert_eq!(charger.writes().len(), 1);
    }
}

#[tokio::test]
async fn a_refusal_keeps_the_chargers_words() {
    let text = "Charging pause is blocked by solar-charging";
    let charger = Charger::new(move |target: &str| match target {
        "/info?raw" => json("{}"),
        _ => Action::Send(answer("405 Nope", "", &format!(r#"{{"Response":"{text}"}}"#))),
    })
    .await;
    let proxy = Proxy::new(&charger, &[]).await;
    let got = proxy.post("a", r#"{"charge_pause":1}"#).await;
    assert_eq!(got.status, 409);
    assert!(got.body.contains(text) && got.body.contains(r#""outcome":"refused""#), "{}", got.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_hangs_up_does_not_stop_its_write() {
    let (asked, mut was_asked) = tokio::sync::mpsc::unbounded_channel();
    let (release, released) = std::sync::mpsc::channel::<()>();
    let mut inner = settable();
    let charger = Charger::new(move |target: &str| {
        if target.contains('=') {
            asked.send(()).unwrap();
            // The fake's task blocks here; the runtime has others.
            released.recv().unwrap();
        }
        inner(target)
    })
    .await;
    let proxy = Proxy::new(&charger, &[]).await;
    let leaving = proxy.begin(&proxy.post_head("a", SET_16), SET_16).await;
    was_asked.recv().await.unwrap();
    drop(leaving);
    release.send(()).unwrap();
    let again = proxy.post("a", SET_16).await;
    assert_eq!(again.status, 200, "{}", again.body);
    assert_eq!(charger.writes().len(), 1);
    assert_eq!(proxy.stop().await.cut, 0);
}
