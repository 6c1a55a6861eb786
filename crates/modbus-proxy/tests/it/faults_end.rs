//! Connections that end, F10 and F11.

use std::time::Duration;

use charger_gateway::FailureKind;
use tokio::net::TcpListener;
use tokio::time::{Instant, timeout};

use crate::fake::{Act, Fake};
use crate::proxy::{Proxy, charger, timeouts, values};

const ENDINGS: usize = 5;

fn ending(right: &[u8], number: usize) -> Vec<Act> {
    endings(right).into_iter().nth(number).unwrap()
}

/// Returns all ways in which a connection ends, most of them after a part of the reply.
fn endings(right: &[u8]) -> [Vec<Act>; ENDINGS] {
    let half = || Act::Send(right[..right.len() / 2].to_vec());
    [
        vec![Act::Reset],
        vec![Act::Close],
        vec![half(), Act::Reset],
        vec![half(), Act::Close],
        vec![Act::Send(right[..3].to_vec()), Act::Close],
    ]
}

#[tokio::test]
async fn f10_a_read_whose_connection_ends_is_one_clean_error() {
    for number in 0..ENDINGS {
        let fake = Fake::start().await;
        let mut charger = charger(&fake);
        values(&mut charger).await.unwrap();
        fake.fault(move |right| ending(&right, number));
        assert_eq!(values(&mut charger).await, Err(FailureKind::Closed), "ending {number}");
        assert!(values(&mut charger).await.is_ok());
        assert_eq!(fake.seen().len(), 3, "no request is repeated");
        assert_eq!(fake.state().connections, 2);
    }
}

#[tokio::test]
async fn f10_a_connection_that_ended_in_between_is_noticed_before_a_request_is_sent() {
    let fake = Fake::start().await;
    let mut charger = charger(&fake);
    // The end comes with the reply, so that it is there before the next request.
    fake.fault(|right| vec![Act::Send(right), Act::Close]);
    values(&mut charger).await.unwrap();
    let closed = async {
        while fake.state().closed == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(10), closed).await.unwrap();
    assert!(values(&mut charger).await.is_ok());
    assert_eq!((fake.seen().len(), fake.state().connections), (2, 2));
}

#[tokio::test]
async fn f10_a_write_whose_connection_ends_is_decided_by_reading_back() {
    for number in 0..ENDINGS {
        let fake = Fake::start().await;
        let proxy = Proxy::over(&fake).await;
        fake.fault(move |right| ending(&right, number));
        let (status, answer) = proxy.write(r#"{"charge_pause":1}"#).await;
        assert_eq!((status, &answer["outcome"]), (200, &"verified".into()), "{answer}");
        assert_eq!(fake.writes(), [(6, 195, 1)], "sent once");
    }
}

#[tokio::test]
async fn f11_a_connection_that_died_in_silence_is_noticed_by_the_next_request() {
    let fake = Fake::start().await;
    let mut charger = charger(&fake);
    values(&mut charger).await.unwrap();
    // The peer is gone without a FIN or reset: the kernel still accepts what is sent.
    fake.fault(|_| vec![Act::Hang]);
    let began = Instant::now();
    assert_eq!(values(&mut charger).await, Err(FailureKind::Timeout));
    assert!(began.elapsed() < timeouts().request + Duration::from_millis(600));
    assert!(values(&mut charger).await.is_ok());
}

#[tokio::test]
async fn a_charger_that_is_away_is_left_alone_and_found_again_within_a_step() {
    // A free port on which nobody listens until later.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let proxy = Proxy::start(&address.to_string(), &[], |config| {
        config.server.options.timing.backoff_first = Duration::from_secs(100);
        config.server.options.timing.backoff_most = Duration::from_secs(100);
    })
    .await;
    // This read, or the gateway's own first one, fails to connect.
    proxy.get("/values?raw").await;
    for target in ["/values?raw", "/registers?address=194&quantity=5"] {
        let began = Instant::now();
        let (status, answer) = proxy.get(target).await;
        assert!(began.elapsed() < Duration::from_millis(500), "{target} fails at once");
        assert_eq!((status, &answer["error"]["code"]), (503, &"charger_down".into()), "{answer}");
    }

    let proxy = Proxy::start(&address.to_string(), &[], |_| {}).await;
    proxy.get("/values?raw").await;
    let _back = TcpListener::bind(address).await.unwrap();
    // The listener accepts and never answers: soon the failure is a time-out, not a connect error.
    let found = async { while proxy.get("/values?raw").await.0 != 504 {} };
    timeout(Duration::from_secs(10), found).await.unwrap();
}

#[tokio::test]
async fn one_that_takes_connections_and_closes_them_is_left_alone_and_one_that_had_worked_is_not() {
    let fake = Fake::start().await;
    let proxy = Proxy::start(&fake.address.to_string(), &[], |config| {
        config.server.options.timing.backoff_first = Duration::from_secs(100);
        config.server.options.timing.backoff_most = Duration::from_secs(100);
    })
    .await;
    assert_eq!(proxy.get("/info?raw").await.0, 200);
    let read = "/registers?address=194&quantity=5";
    fake.fault(|_| vec![Act::Close]);
    assert_eq!(proxy.get(read).await.0, 502, "it had worked");
    fake.fault(|_| vec![Act::Close]);
    let (status, answer) = proxy.get(read).await;
    assert_eq!(status, 502, "rebuilt at once, and asked: {answer}");
    let (status, answer) = proxy.get(read).await;
    assert_eq!((status, &answer["error"]["code"]), (503, &"charger_down".into()), "{answer}");
}
