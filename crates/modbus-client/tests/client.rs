//! The client against a device with scripted answers, byte for byte (Modbus Application Protocol
//! 1.1b3, Modbus Messaging on TCP/IP 1.0b).

#![allow(clippy::unwrap_used, reason = "a failed test may panic, in its helpers too")]

use std::time::Duration;

use modbus_client::{
    CallOutcome, Client, ConnectionError, Echo, Exception, Request, Response, Table, Timeouts,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const LIMIT: Duration = Duration::from_secs(5);
const UNIT: u8 = 1;

/// Starts a device that reads one frame and sends `answer(frame)`. The task returns the frame.
async fn device(
    answer: impl FnOnce(&[u8]) -> Vec<u8> + Send + 'static,
) -> (Client, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut header = [0; 6];
        stream.read_exact(&mut header).await.unwrap();
        let mut rest = vec![0; usize::from(u16::from_be_bytes([header[4], header[5]]))];
        stream.read_exact(&mut rest).await.unwrap();
        let frame = [&header[..], &rest].concat();
        let answer = answer(&frame);
        stream.write_all(&answer).await.unwrap();
        // Wait for the client to close; the result of that read does not matter.
        let _ = stream.read(&mut [0]).await;
        frame
    });
    let timeouts = Timeouts { connect: LIMIT, settle: Duration::ZERO };
    (Client::connect(("127.0.0.1", port), UNIT, timeouts).await.unwrap(), served)
}

/// Builds the answer to `frame` with this PDU.
fn reply(frame: &[u8], pdu: &[u8]) -> Vec<u8> {
    let length = u16::try_from(pdu.len() + 1).unwrap().to_be_bytes();
    [&frame[..4], &length, &frame[6..7], pdu].concat()
}

fn read(quantity: u16) -> Request {
    Request::Read { table: Table::Holding, address: 194, quantity }
}

async fn ask(
    request: Request,
    answer: impl FnOnce(&[u8]) -> Vec<u8> + Send + 'static,
) -> (CallOutcome, Vec<u8>) {
    let (client, served) = device(answer).await;
    let outcome = client.call(&request, LIMIT).await;
    match outcome {
        CallOutcome::Answered(client, response) => {
            drop(client);
            (
                CallOutcome::Broken(ConnectionError::Closed(format!("{response:?}"))),
                served.await.unwrap(),
            )
        }
        other => (other, served.await.unwrap()),
    }
}

#[tokio::test]
async fn requests_are_framed_as_the_standard_says() {
    let words = Request::WriteMany { address: 194, words: vec![160, 0] };
    for (request, pdu, answer) in [
        (read(2), vec![3, 0, 194, 0, 2], vec![3, 4, 0, 160, 0, 0]),
        (
            Request::Read { table: Table::Input, address: 0x0102, quantity: 1 },
            vec![4, 1, 2, 0, 1],
            vec![4, 2, 0, 7],
        ),
        (Request::WriteOne { address: 195, word: 1 }, vec![6, 0, 195, 0, 1], vec![6, 0, 195, 0, 1]),
        (words, vec![16, 0, 194, 0, 2, 4, 0, 160, 0, 0], vec![16, 0, 194, 0, 2]),
    ] {
        let (client, served) = device(move |frame| reply(frame, &answer)).await;
        let CallOutcome::Answered(client, response) = client.call(&request, LIMIT).await else {
            panic!("{request:?}");
        };
        assert!(client.is_quiet());
        let expected = match &request {
            Request::Read { quantity: 2, .. } => Response::Words(vec![160, 0]),
            Request::Read { .. } => Response::Words(vec![7]),
            _ => Response::Written(Echo::Same),
        };
        assert_eq!(response, expected);
        drop(client);
        let frame = served.await.unwrap();
        let length = u16::try_from(pdu.len() + 1).unwrap().to_be_bytes();
        assert_eq!(frame[2..], [&[0, 0][..], &length, &[UNIT], &pdu].concat());
    }
}

#[tokio::test]
async fn an_exception_leaves_the_connection_as_it_was() {
    for code in [1, 2, 3, 4, 6, 11] {
        let (client, _served) = device(move |frame| reply(frame, &[0x83, code])).await;
        match client.call(&read(1), LIMIT).await {
            CallOutcome::Refused(client, exception) => {
                assert_eq!(exception, Exception(code));
                assert!(client.is_quiet());
            }
            other => panic!("{code}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_not_the_answer_to_the_request_ends_the_connection() {
    type Answer = fn(&[u8]) -> Vec<u8>;
    let good: Answer = |frame| reply(frame, &[3, 2, 0, 160]);
    let cases: [(&str, Answer); 9] = [
        ("another transaction", |frame| {
            let mut answer = reply(frame, &[3, 2, 0, 160]);
            answer[1] ^= 1;
            answer
        }),
        ("another unit", |frame| {
            let mut answer = reply(frame, &[3, 2, 0, 160]);
            answer[6] = 9;
            answer
        }),
        ("another protocol", |frame| {
            let mut answer = reply(frame, &[3, 2, 0, 160]);
            answer[3] = 1;
            answer
        }),
        ("another function", |frame| reply(frame, &[4, 2, 0, 160])),
        ("too many registers", |frame| reply(frame, &[3, 4, 0, 160, 0, 0])),
        ("no registers", |frame| reply(frame, &[3, 0])),
        ("a count that is not what follows", |frame| reply(frame, &[3, 4, 0, 160])),
        ("the exception of another function", |frame| reply(frame, &[0x86, 2])),
        ("no Modbus at all", |_| b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()),
    ];
    let (right, _) = ask(read(1), good).await;
    assert!(
        matches!(right, CallOutcome::Broken(ConnectionError::Closed(words))
        if words.contains("160")),
        "the case itself is right"
    );
    for (name, answer) in cases {
        let (outcome, _) = ask(read(1), answer).await;
        match outcome {
            CallOutcome::Broken(ConnectionError::Protocol(_) | ConnectionError::Late(_)) => {}
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn the_echo_of_a_write_is_held_against_it() {
    let one = || Request::WriteOne { address: 194, word: 160 };
    let many = || Request::WriteMany { address: 194, words: vec![160, 0] };
    let (outcome, _) = ask(one(), |frame| reply(frame, &[6, 0, 194, 0, 100])).await;
    assert!(matches!(
        outcome,
        CallOutcome::Broken(ConnectionError::OtherValue {
            address: 194,
            written: 160,
            echoed: 100
        })
    ));
    for (request, pdu) in
        [(one(), [6, 0, 195, 0, 160]), (many(), [16, 0, 194, 0, 1]), (many(), [16, 0, 193, 0, 2])]
    {
        let (outcome, _) = ask(request.clone(), move |frame| reply(frame, &pdu)).await;
        assert!(
            matches!(outcome, CallOutcome::Broken(ConnectionError::Protocol(_))),
            "{request:?}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn silence_has_a_limit_and_a_closed_connection_is_told_at_once() {
    let (client, served) = device(|_| Vec::new()).await;
    let short = Duration::from_millis(50);
    let outcome = client.call(&read(1), short).await;
    assert!(matches!(outcome, CallOutcome::Broken(ConnectionError::Late(limit)) if limit == short));
    served.await.unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let timeouts = Timeouts { connect: LIMIT, settle: Duration::ZERO };
    let client = Client::connect(("127.0.0.1", port), UNIT, timeouts).await.unwrap();
    drop(listener.accept().await.unwrap());
    let outcome = client.call(&read(1), LIMIT).await;
    assert!(matches!(outcome, CallOutcome::Broken(ConnectionError::Closed(_))), "{outcome:?}");
}

#[tokio::test]
async fn what_comes_unasked_is_noticed_before_the_next_request() {
    let (client, _served) = device(|frame| {
        let answer = reply(frame, &[3, 2, 0, 160]);
        [answer.clone(), answer].concat()
    })
    .await;
    match client.call(&read(1), LIMIT).await {
        CallOutcome::Answered(client, _) => assert!(!client.is_quiet()),
        CallOutcome::Broken(ConnectionError::Protocol(_)) => {}
        other => panic!("{other:?}"),
    }
}
