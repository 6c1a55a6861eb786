//! A call ends for any bytes received: with a valid answer, or by closing the connection.

use std::time::Duration;

use modbus_client::{CallOutcome, Client, Echo, Request, Response, Table, Timeouts};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::fake::{Act, Fake};
use crate::proxy::timeouts;

async fn call(fake: &Fake, request: &Request) -> CallOutcome {
    let timeouts = Timeouts { connect: timeouts().connect, settle: Duration::ZERO };
    let host = fake.address.ip().to_string();
    let client = Client::connect((&host, fake.address.port()), 1, timeouts).await.unwrap();
    client.call(request, Duration::from_millis(50)).await
}

const fn read(address: u16, quantity: u16) -> Request {
    Request::Read { table: Table::Holding, address, quantity }
}

#[tokio::test]
async fn every_byte_of_a_reply_replaced_is_an_error_or_only_another_word() {
    let fake = Fake::start().await;
    let request = read(194, 2);
    // Seven bytes of the header, function, byte count, two words.
    for place in 0..13 {
        for with in [0x00, 0x01, 0x7f, 0x80, 0x83, 0xff] {
            fake.reply(move |_, mut right| {
                right[place] = with;
                right
            });
            match call(&fake, &request).await {
                CallOutcome::Answered(_, Response::Words(words)) => {
                    assert_eq!(words.len(), 2);
                    let unchanged = words == [60, 0];
                    assert!(unchanged || place >= 9, "byte {place} as {with:#x} went unnoticed");
                }
                CallOutcome::Answered(_, Response::Written(_)) => panic!("a read was echoed"),
                CallOutcome::Refused(_, exception) => panic!("{exception} from byte {place}"),
                CallOutcome::Broken(_) => {}
            }
        }
    }
}

#[tokio::test]
async fn a_reply_cut_anywhere_is_an_error() {
    let fake = Fake::start().await;
    for length in 0..13 {
        fake.fault(move |right| vec![Act::Send(right[..length].to_vec()), Act::Close]);
        let called = call(&fake, &read(194, 2)).await;
        assert!(matches!(called, CallOutcome::Broken(_)), "{length}: {called:?}");
    }
}

#[tokio::test]
async fn a_frame_that_never_ends_ends_with_the_time() {
    let fake = Fake::start().await;
    fake.fault(|right| {
        let mut acts = vec![Act::Send(right[..9].to_vec())];
        acts.extend(
            (0..200).flat_map(|_| [Act::Pause(Duration::from_millis(5)), Act::Send(vec![0])]),
        );
        acts
    });
    // 250 bytes at one in 5 ms would take more than a second.
    let called = call(&fake, &read(0, 125)).await;
    assert!(matches!(called, CallOutcome::Broken(_)), "{called:?}");
    // A flood of bytes: no more than one frame of it is read.
    fake.fault(|right| {
        let head = [&right[..4], &[0xff, 0xff][..], &right[6..9]].concat();
        vec![Act::Send(head), Act::Send(vec![0; 4 << 20])]
    });
    let called = call(&fake, &read(0, 125)).await;
    assert!(matches!(called, CallOutcome::Broken(_)), "{called:?}");
}

#[tokio::test]
async fn echoes_are_compared() {
    let fake = Fake::start().await;
    let one = Request::WriteOne { address: 195, word: 1 };
    let many = Request::WriteMany { address: 196, words: vec![1, 0] };
    for request in [&one, &many] {
        let called = call(&fake, request).await;
        assert!(matches!(called, CallOutcome::Answered(_, Response::Written(Echo::Same))));
        // Address, then value or quantity.
        for place in [8, 9, 10, 11] {
            fake.reply(move |_, mut right| {
                right[place] ^= 0x40;
                right
            });
            let called = call(&fake, request).await;
            assert!(matches!(called, CallOutcome::Broken(_)), "byte {place}: {called:?}");
        }
    }
}

/// Replies of chance, most of them with a header that could be right and some of the right bytes.
#[tokio::test]
async fn f29_any_bytes_are_an_error_or_as_many_words_as_were_asked_for() {
    let fake = Fake::start().await;
    let mut random = StdRng::seed_from_u64(29);
    let mut answered = 0;
    for _ in 0..2_000 {
        let (head, length, spoilt): (u64, u64, u64) = random.random();
        let noise = random.random::<[u8; 32]>().to_vec();
        fake.fault(move |right| {
            let mut bytes = match head % 4 {
                0 => noise,
                1 => [&right[..6], &noise].concat(),
                _ => right,
            };
            for (place, spoil) in spoilt.to_le_bytes().chunks(2).enumerate() {
                if usize::from(spoil[0]) < 40 * (place + 1) && head % 4 > 1 {
                    let at = usize::from(spoil[0]) % bytes.len();
                    bytes[at] = spoil[1];
                }
            }
            bytes.truncate(1 + usize::try_from(length % 40).unwrap());
            vec![Act::Send(bytes), Act::Close]
        });
        match call(&fake, &read(194, 2)).await {
            CallOutcome::Answered(_, Response::Words(words)) => {
                assert_eq!(words.len(), 2);
                answered += 1;
            }
            CallOutcome::Answered(_, Response::Written(_)) => panic!("a read was echoed"),
            CallOutcome::Refused(..) | CallOutcome::Broken(_) => {}
        }
    }
    assert!(answered > 10, "{answered}: the right bytes are among them");
}
