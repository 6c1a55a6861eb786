//! Invalid replies, F2 to F9: never decoded, and the connection ends.

use std::time::Duration;

use charger_gateway::FailureKind;
use modbus_proxy::{ModbusCharger, Timeouts};
use nrgkick_model::field::DocumentName;
use serde_json::Value;
use tokio::time::Instant;

use crate::fake::{Act, Fake};
use crate::proxy::{charger, read, timeouts, values};

/// The most by which a busy machine ends a wait late.
const LATE: Duration = Duration::from_millis(600);
/// The word in forged replies, to detect one that is decoded.
const FORGED: u16 = 0x7777;

fn charge_count(values: &Value) -> &Value {
    &values["general"]["charge_count"]
}

/// Expects a failed read, then a good one; returns the failure and the number of new connections.
async fn read_through(fake: &Fake, charger: &mut ModbusCharger) -> (FailureKind, usize) {
    let before = fake.state().connections;
    let began = Instant::now();
    let failure = values(charger).await.expect_err("a wrong reply was decoded");
    let took = began.elapsed();
    assert!(took < timeouts().request + LATE, "{took:?}");
    let after = values(charger).await.expect("the next read is unharmed");
    assert_eq!(charge_count(&after), 6120);
    (failure, fake.state().connections - before)
}

async fn connected() -> (Fake, ModbusCharger) {
    let fake = Fake::start().await;
    let mut charger = charger(&fake);
    assert_eq!(charge_count(&values(&mut charger).await.unwrap()), 6120);
    (fake, charger)
}

/// Asserts that a reply of `bytes` fails with `kind`, and that the next read uses a new connection.
async fn broken_by(kind: FailureKind, bytes: impl FnOnce(Vec<u8>) -> Vec<u8> + Send + 'static) {
    let (fake, mut charger) = connected().await;
    fake.reply(|_, right| bytes(right));
    assert_eq!(read_through(&fake, &mut charger).await, (kind, 1));
}

/// Builds a frame of `pdu` with a correct header.
fn framed(right: &[u8], pdu: &[u8]) -> Vec<u8> {
    let length = u16::try_from(pdu.len() + 1).unwrap().to_be_bytes();
    [&right[..4], &length, &right[6..7], pdu].concat()
}

/// Builds a reply of `words` words with a byte count of `count`.
fn counted(right: &[u8], words: usize, count: u8) -> Vec<u8> {
    framed(right, &[&[3, count][..], &FORGED.to_be_bytes().repeat(words)].concat())
}

#[tokio::test]
async fn f02_silence_ends_in_time_and_the_next_request_has_a_new_connection() {
    let (fake, mut charger) = connected().await;
    fake.fault(|_| vec![Act::Hang]);
    let began = Instant::now();
    let failure = values(&mut charger).await.unwrap_err();
    assert_eq!(failure, FailureKind::Timeout);
    let took = began.elapsed();
    assert!(took >= timeouts().request && took < timeouts().request + LATE, "{took:?}");
    assert_eq!(Timeouts::default().request, Duration::from_secs(3));
    assert!(values(&mut charger).await.is_ok());
    assert_eq!(fake.state().connections, 2);
}

#[tokio::test]
async fn f03_a_late_reply_is_read_by_nobody() {
    let (fake, mut charger) = connected().await;
    fake.fault(|mut right| {
        for word in right[9..].chunks_mut(2) {
            word.copy_from_slice(&FORGED.to_be_bytes());
        }
        vec![Act::Pause(timeouts().request + Duration::from_millis(50)), Act::Send(right)]
    });
    assert_eq!(read_through(&fake, &mut charger).await, (FailureKind::Timeout, 1));
}

#[tokio::test]
async fn f04_wrong_transaction_unit_function_and_protocol() {
    for (place, with) in [(0, 0x55), (1, 0x55), (2, 1), (3, 1), (6, 2), (7, 4), (7, 0x2b)] {
        broken_by(FailureKind::Protocol, move |mut right| {
            right[place] = with;
            right
        })
        .await;
    }
}

#[tokio::test]
async fn f05_lengths_that_no_frame_has() {
    for length in [0, 1, 2, 255, 260, 65535] {
        broken_by(FailureKind::Protocol, move |mut right| {
            right[4..6].copy_from_slice(&u16::to_be_bytes(length));
            right
        })
        .await;
    }
    // Only a header: with a length of 1 it is a whole frame.
    broken_by(FailureKind::Protocol, |right| framed(&right, &[])).await;
    // A possible length, but longer than the bytes sent.
    broken_by(FailureKind::Timeout, |mut right| {
        right[4..6].copy_from_slice(&254_u16.to_be_bytes());
        right
    })
    .await;
}

#[tokio::test]
async fn f06_byte_counts_and_register_counts_that_are_not_the_asked_ones() {
    for (words, count) in [(69, 138), (71, 142), (0, 0), (1, 2), (125, 250)] {
        broken_by(FailureKind::Protocol, move |right| counted(&right, words, count)).await;
    }
    for (words, count) in [(70, 138), (70, 142), (70, 139), (70, 141), (70, 0), (70, 255)] {
        broken_by(FailureKind::Protocol, move |right| counted(&right, words, count)).await;
    }
    broken_by(FailureKind::Protocol, |right| framed(&right, &[3])).await;
    broken_by(FailureKind::Protocol, |right| framed(&right, &[3, 140])).await;
}

#[tokio::test]
async fn f07_exceptions_have_their_status_and_keep_the_connection() {
    let (fake, mut charger) = connected().await;
    for (code, status) in [
        (0x01, 501),
        (0x02, 404),
        (0x04, 502),
        (0x05, 202),
        (0x06, 503),
        (0x07, 502),
        (0x08, 502),
        (0x09, 502),
        (0x0a, 502),
        (0x0b, 504),
        (0x55, 502),
    ] {
        fake.fault(move |right| vec![Act::Send(framed(&right, &[0x83, code]))]);
        let reply = read(&mut charger, DocumentName::Values).await.unwrap();
        assert_eq!(reply.status, status, "exception {code}");
        let text = reply.json().unwrap_err().to_string();
        assert!(text.contains(&format!("Modbus exception {code} (")), "{text}");
        assert!(values(&mut charger).await.is_ok());
    }
    // A block answered before may be refused temporarily. A second refusal may mean the length: it
    // is split, and here that works.
    for _ in 0..2 {
        fake.fault(|right| vec![Act::Send(framed(&right, &[0x83, 3]))]);
    }
    assert_eq!(read(&mut charger, DocumentName::Values).await.unwrap().status, 422);
    fake.take_reads();
    assert!(values(&mut charger).await.is_ok());
    assert_eq!(fake.take_reads()[..2], [(194, 70), (194, 34)]);
    assert_eq!(fake.state().connections, 1);
}

#[tokio::test]
async fn f07_exceptions_that_are_no_frame_or_of_another_function() {
    broken_by(FailureKind::Protocol, |right| framed(&right, &[0x83])).await;
    broken_by(FailureKind::Protocol, |right| framed(&right, &[0x83, 2, 0])).await;
    broken_by(FailureKind::Protocol, |right| framed(&right, &[0x84, 2])).await;
    broken_by(FailureKind::Protocol, |right| framed(&right, &[0x80, 2])).await;
}

#[tokio::test]
async fn f08_byte_by_byte_and_in_pieces() {
    let (fake, mut charger) = connected().await;
    for size in [1, 2, 5, 7, 8, 9, 100] {
        fake.fault(move |right| {
            let pieces = right.chunks(size).map(<[u8]>::to_vec);
            pieces.flat_map(|bytes| [Act::Send(bytes), Act::Pause(Duration::ZERO)]).collect()
        });
        assert_eq!(charge_count(&values(&mut charger).await.unwrap()), 6120);
    }
    assert_eq!(fake.state().connections, 1);
}

#[tokio::test]
async fn f08_a_second_reply_in_one_segment_is_never_an_answer() {
    let (fake, mut charger) = connected().await;
    // A forged answer to the following request.
    fake.fault(|right| {
        let mut next = counted(&right, 70, 140);
        next[1] += 1;
        vec![Act::Send([right, next].concat())]
    });
    assert_eq!(charge_count(&values(&mut charger).await.unwrap()), 6120);
    assert_eq!(charge_count(&values(&mut charger).await.unwrap()), 6120);
    assert_eq!(fake.state().connections, 2);
}

#[tokio::test]
async fn f09_other_protocols() {
    let random: Vec<u8> =
        (0_u32..4096).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0] | 1).collect();
    for bytes in [
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"220 ready\r\n".to_vec(),
        random,
    ] {
        broken_by(FailureKind::Protocol, |_| bytes).await;
    }
}

#[tokio::test]
async fn a_value_that_cannot_be_is_null_and_the_rest_is_served() {
    let (fake, mut charger) = connected().await;
    fake.set(251, 300);
    let values = values(&mut charger).await.unwrap();
    assert_eq!(values["general"]["status"], Value::Null);
    assert_eq!(values["general"]["charge_count"], 6120);
    fake.set(251, 200);
    let values = crate::proxy::values(&mut charger).await.unwrap();
    assert_eq!(values["general"]["status"], 200, "an unknown code is kept");
    assert_eq!(fake.state().connections, 1);
}
