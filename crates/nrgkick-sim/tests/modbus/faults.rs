//! Each fault has its documented effect, and the next exchange is clean again.

use std::num::NonZeroU32;
use std::time::Duration;

use nrgkick_sim::modbus::{Fault, On, Plan};
use nrgkick_sim_core::Model;
use tokio::time::{Instant, timeout};

use crate::support::{Client, Sim, read, start};

/// The rated current: one register, 32.
const CLEAN: [u8; 11] = [0, 1, 0, 0, 0, 5, 1, 3, 2, 0, 32];

async fn struck(fault: Fault) -> (Sim, Client) {
    let sim = start(Model::Rated32).await;
    assert!(sim.modbus.add_fault(Plan::once(fault)));
    let mut client = sim.connect().await;
    let request = client.frame(&read(35, 1));
    client.send(&request).await;
    (sim, client)
}

/// Asserts that the next request on the same connection gets a clean reply.
async fn assert_well(client: &mut Client) {
    assert_eq!(client.ask(&read(35, 1)).await, [3, 2, 0, 32]);
}

#[tokio::test]
async fn replies_with_one_thing_wrong() {
    let cases: [(Fault, &[u8]); 15] = [
        (Fault::WrongTransaction, &[0x80, 1, 0, 0, 0, 5, 1, 3, 2, 0, 32]),
        (Fault::WrongProtocol, &[0, 1, 0, 1, 0, 5, 1, 3, 2, 0, 32]),
        (Fault::WrongUnit, &[0, 1, 0, 0, 0, 5, 2, 3, 2, 0, 32]),
        (Fault::WrongFunction, &[0, 1, 0, 0, 0, 5, 1, 4, 2, 0, 32]),
        (Fault::Length(0), &[0, 1, 0, 0, 0, 0]),
        (Fault::Length(1), &[0, 1, 0, 0, 0, 1, 1]),
        (Fault::Length(2), &[0, 1, 0, 0, 0, 2, 1, 3]),
        (Fault::Length(254), &[0, 1, 0, 0, 0, 254, 1, 3, 2, 0, 32]),
        (Fault::Length(65535), &[0, 1, 0, 0, 255, 255, 1, 3, 2, 0, 32]),
        (Fault::ByteCount(1), &[0, 1, 0, 0, 0, 5, 1, 3, 3, 0, 32]),
        (Fault::ByteCount(-2), &[0, 1, 0, 0, 0, 5, 1, 3, 0, 0, 32]),
        (Fault::FewerRegisters, &[0, 1, 0, 0, 0, 3, 1, 3, 0]),
        (Fault::MoreRegisters, &[0, 1, 0, 0, 0, 7, 1, 3, 4, 0, 32, 0, 1]),
        (Fault::Exception(0x55), &[0, 1, 0, 0, 0, 3, 1, 0x83, 0x55]),
        (Fault::ExceptionWithoutCode, &[0, 1, 0, 0, 0, 2, 1, 0x83]),
    ];
    for (fault, bytes) in cases {
        let (_sim, mut client) = struck(fault).await;
        assert_eq!(client.bytes(bytes.len()).await, bytes, "{fault:?}");
        assert_well(&mut client).await;
    }
}

#[tokio::test]
async fn clean_replies_in_an_unusual_shape() {
    let (_sim, mut client) = struck(Fault::ByteByByte).await;
    assert_eq!(client.bytes(11).await, CLEAN);
    assert_well(&mut client).await;

    let (_sim, mut client) = struck(Fault::TwoInOne).await;
    let mut ahead = CLEAN;
    ahead[1] = 2;
    assert_eq!(client.bytes(22).await, [CLEAN, ahead].concat());
    assert_well(&mut client).await;
}

#[tokio::test]
async fn no_reply_at_all() {
    let (_sim, mut client) = struck(Fault::Silence).await;
    // The first bytes that arrive belong to the next request.
    assert_well(&mut client).await;
}

#[tokio::test]
async fn a_late_reply_and_a_slow_network() {
    let late = Duration::from_millis(60);
    let before = Instant::now();
    let (sim, mut client) = struck(Fault::Late(late)).await;
    assert_eq!(client.bytes(11).await, CLEAN);
    assert!(before.elapsed() >= late);
    sim.modbus.set_delay(late);
    for _ in 0..2 {
        let before = Instant::now();
        assert_well(&mut client).await;
        assert!(before.elapsed() >= late);
    }
}

#[tokio::test]
async fn clients_that_gave_up_waiting_take_no_places() {
    let sim = start(Model::Rated32).await;
    let hour = Duration::from_secs(3600);
    assert!(sim.modbus.add_fault(Plan::always(Fault::Late(hour))));
    // Twice as many as the limit of connections.
    for waiting in 1..=64 {
        let mut client = sim.connect().await;
        let request = client.frame(&read(35, 1));
        client.send(&request).await;
        let arrived = async {
            while sim.modbus.counters().transactions < waiting {
                tokio::task::yield_now().await;
            }
        };
        let arrived = timeout(Duration::from_secs(10), arrived).await;
        assert!(arrived.is_ok(), "number {waiting} is not served");
    }
    sim.modbus.clear_faults();
    assert_well(&mut sim.connect().await).await;
}

#[tokio::test]
async fn what_is_not_modbus() {
    let (_sim, mut client) = struck(Fault::Garbage).await;
    let noise = client.bytes(11).await;
    assert_ne!(noise, CLEAN);
    assert_ne!(noise[2..4], [0, 0], "not even the protocol number is right");
    assert_well(&mut client).await;

    let (_sim, mut client) = struck(Fault::HttpText).await;
    let (text, end) = client.rest().await;
    assert!(text.starts_with(b"HTTP/1.1 400 "), "{text:?}");
    assert!(end.is_ok(), "a web server closes in good order");

    let (_sim, mut client) = struck(Fault::Endless(Duration::from_millis(1))).await;
    assert_eq!(client.bytes(8).await, [0, 1, 0, 0, 255, 255, 1, 3]);
    assert_eq!(client.bytes(20).await, [0; 20]);
}

#[tokio::test]
async fn connections_that_end() {
    for (fault, bytes, reset) in [
        (Fault::ResetBefore, &CLEAN[..0], true),
        (Fault::ResetInside, &CLEAN[..5], true),
        (Fault::ResetAfter, &CLEAN[..], true),
        (Fault::CloseBefore, &CLEAN[..0], false),
        (Fault::CloseInside, &CLEAN[..5], false),
    ] {
        let (sim, mut client) = struck(fault).await;
        let (got, end) = client.rest().await;
        assert_eq!((got.as_slice(), end.is_err()), (bytes, reset), "{fault:?}");
        assert_well(&mut sim.connect().await).await;
    }
}

#[tokio::test]
async fn writes_are_applied_or_not_as_the_fault_says() {
    for (fault, applied) in [
        (Fault::Silence, false),
        (Fault::ResetBefore, false),
        (Fault::CloseBefore, false),
        (Fault::Exception(6), false),
        (Fault::ExceptionWithoutCode, false),
        (Fault::ApplyAndLose, true),
        (Fault::ResetInside, true),
        (Fault::ResetAfter, true),
        (Fault::WrongTransaction, true),
        (Fault::Garbage, true),
    ] {
        let sim = start(Model::Rated32).await;
        assert!(sim.modbus.add_fault(Plan::once(fault)));
        let mut client = sim.connect().await;
        let write = client.frame(&[0x06, 0, 194, 0, 80]);
        client.send(&write).await;
        if matches!(fault, Fault::Silence | Fault::ApplyAndLose) {
            assert_well(&mut client).await;
        } else {
            // After the first byte or the end, the write has been decided.
            let mut byte = [0];
            let _ = tokio::io::AsyncReadExt::read(&mut client.stream, &mut byte).await;
        }
        assert_eq!(sim.write_count(), usize::from(applied), "{fault:?}");
        assert_eq!(sim.modbus.counters().writes, 1, "{fault:?} arrived all the same");
    }
}

#[tokio::test]
async fn an_echo_of_something_else() {
    let sim = start(Model::Rated32).await;
    let two = NonZeroU32::new(2);
    assert!(sim.modbus.add_fault(Plan { count: two, ..Plan::always(Fault::EchoOther) }));
    let mut client = sim.connect().await;
    assert_well(&mut client).await;
    assert_eq!(client.ask(&[0x06, 0, 194, 0, 80]).await, [0x06, 0, 194, 0, 81]);
    let limit = [0x10, 0, 196, 0, 2, 4, 0x27, 0x10, 0, 0];
    assert_eq!(client.ask(&limit).await, [0x10, 0, 196, 0, 3]);
    assert_eq!(client.write_one(194, 90).await, Ok(()));
    assert_eq!(sim.write_count(), 3);
}

#[tokio::test]
async fn plans_are_for_some_requests_and_some_replies() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    assert!(sim.modbus.add_fault(Plan { on: On::Writes, ..Plan::once(Fault::Exception(6)) }));
    assert_well(&mut client).await;
    assert_eq!(client.write_one(195, 0).await, Err(6));
    assert_eq!(client.write_one(195, 0).await, Ok(()));

    let tenth = NonZeroU32::new(10).unwrap();
    assert!(sim.modbus.add_fault(Plan::one_in(tenth, Fault::Exception(6), 42)));
    let mut refused = 0;
    for _ in 0..500 {
        refused += u32::from(client.read(35, 1).await == Err(6));
    }
    assert!((25..=75).contains(&refused), "{refused} of 500");
    sim.modbus.clear_faults();
    for _ in 0..50 {
        assert_eq!(client.read(35, 1).await, Ok(vec![32]));
    }
}
