//! Functions and exceptions as bytes.

use nrgkick_sim_core::Model;
use serde_json::json;

use crate::support::{read, start};

#[tokio::test]
async fn a_read_is_these_bytes() {
    let sim = start(Model::Rated32).await;
    sim.patch(&json!({ "values": { "powerflow": { "total_active_power": 2868.123 } } }));
    let mut client = sim.connect().await;
    client
        .send(&[
            0x12, 0x34, // transaction
            0x00, 0x00, // protocol
            0x00, 0x06, // length
            0x01, // unit
            0x03, // function: read holding registers
            0x00, 0xD2, // address 210
            0x00, 0x02, // quantity 2
        ])
        .await;
    let reply = client.bytes(13).await;
    assert_eq!(
        reply,
        [
            0x12, 0x34, // transaction
            0x00, 0x00, // protocol
            0x00, 0x07, // length
            0x01, // unit
            0x03, // function
            0x04, // bytes
            0xC3, 0x9B, // 2,868,123 mW: the low word
            0x00, 0x2B, // the high word
        ]
    );
}

#[tokio::test]
async fn both_writes_are_these_bytes() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    // Function 6: address 194, 165 tenths of an ampere; the reply is the same.
    let one = [0x00, 0x01, 0x00, 0x00, 0x00, 0x06, 0x01, 0x06, 0x00, 0xC2, 0x00, 0xA5];
    client.send(&one).await;
    assert_eq!(client.bytes(12).await, one);
    assert_eq!(sim.last_write(), ("current_set=16.5".to_owned(), 200));
    client
        .send(&[
            0x00, 0x02, 0x00, 0x00, // transaction, protocol
            0x00, 0x0B, // length
            0x01, // unit
            0x10, // function: write multiple registers
            0x00, 0xC4, // address 196
            0x00, 0x02, // quantity 2
            0x04, // bytes
            0x86, 0xA0, // 100,000 Wh: the low word
            0x00, 0x01, // the high word
        ])
        .await;
    // Function, address 196, quantity 2.
    let echo = [0x00, 0x02, 0x00, 0x00, 0x00, 0x06, 0x01, 0x10, 0x00, 0xC4, 0x00, 0x02];
    assert_eq!(client.bytes(12).await, echo);
    assert_eq!(sim.last_write(), ("energy_limit=100000".to_owned(), 200));
}

#[tokio::test]
async fn every_exception_is_two_bytes_and_leaves_the_connection() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    let cases: [(&[u8], [u8; 2], &str); 17] = [
        (&[0x16, 0, 194, 0, 1, 0, 0], [0x96, 1], "mask write, the typo of the older page"),
        (&[0x04, 0, 194, 0, 1], [0x84, 1], "read input registers"),
        (&[0x05, 0, 195, 0xFF, 0], [0x85, 1], "write a coil"),
        (&[0x83, 0, 194, 0, 1], [0x83, 1], "a function with the high bit"),
        (&[0x03, 0, 194, 0, 0], [0x83, 3], "quantity 0"),
        (&[0x03, 0, 194, 0, 126], [0x83, 3], "quantity 126"),
        (&[0x03, 0, 194, 0xFF, 0xFF], [0x83, 3], "quantity 65535"),
        (&[0x03, 0, 194], [0x83, 3], "no quantity"),
        (&[0x03, 1, 8, 0, 1], [0x83, 2], "address 264"),
        (&[0x03, 1, 7, 0, 2], [0x83, 2], "263 and 264"),
        (&[0x03, 0xFF, 0xFF, 0, 2], [0x83, 2], "beyond 65535"),
        (&[0x03, 0, 80, 0, 8], [0x83, 2], "the modem's registers without a modem"),
        (&[0x03, 0, 210, 0, 1], [0x83, 2], "half of a value"),
        (&[0x06, 0, 35, 0, 16], [0x86, 2], "the rated current, which is only read"),
        (&[0x06, 0, 194, 0, 59], [0x86, 3], "5.9 A"),
        (&[0x10, 0, 194, 0, 0, 0], [0x90, 3], "nothing to write"),
        (&[0x06, 0, 196, 0, 1], [0x86, 2], "half of the energy limit"),
    ];
    for (pdu, exception, what) in cases {
        assert_eq!(client.ask(pdu).await, exception, "{what}");
    }
    assert!(client.read(194, 70).await.is_ok());
}

#[tokio::test]
async fn requests_in_pieces_and_several_at_once_are_answered_in_order() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    let rated = client.frame(&read(35, 1));
    for byte in rated {
        client.send(&[byte]).await;
    }
    assert_eq!(client.reply().await, [0x03, 0x02, 0, 32]);
    let three: Vec<u8> = (0..3).flat_map(|_| client.frame(&read(35, 1))).collect();
    client.send(&three).await;
    let replies = client.bytes(3 * 11).await;
    let numbers: Vec<u8> = replies.chunks(11).map(|reply| reply[1]).collect();
    assert_eq!(numbers, [2, 3, 4]);
}

#[tokio::test]
async fn what_is_no_modbus_ends_the_connection() {
    let sim = start(Model::Rated32).await;
    let cases: [&[u8]; 4] = [
        b"GET / HTTP/1.1\r\n\r\n",
        &[0, 1, 0, 1, 0, 6, 1, 3, 0, 194, 0, 1], // protocol 1
        &[0, 1, 0, 0, 0, 1, 1],                  // length 1
        &[0, 1, 0, 0, 0xFF, 0xFF, 1],            // length 65535
    ];
    for bytes in cases {
        let mut client = sim.connect().await;
        client.send(bytes).await;
        // Bytes that nobody reads may turn the end into a reset; that depends on the kernel.
        assert!(client.rest().await.0.is_empty(), "{bytes:?}");
    }
    assert!(sim.connect().await.read(194, 70).await.is_ok());
}

#[tokio::test]
async fn another_unit_gets_nothing_or_an_exception() {
    let sim = start(Model::Rated32).await;
    let mut client = sim.connect().await;
    let mut foreign = client.frame(&read(194, 1));
    for unit in [0, 2, 255] {
        foreign[6] = unit;
        client.send(&foreign).await;
    }
    // The first reply that arrives belongs to a later request.
    assert!(client.read(35, 1).await.is_ok());
    sim.answers(&json!({ "other_unit": 11 }));
    client.send(&foreign).await;
    assert_eq!(client.bytes(9).await, [0, 1, 0, 0, 0, 3, 255, 0x83, 0x0B]);
}

#[tokio::test]
async fn with_the_api_off_connections_are_reset() {
    let sim = start(Model::Rated32).await;
    let mut open = sim.connect().await;
    assert!(open.read(35, 1).await.is_ok());
    sim.switch("modbus", false);
    let mut late = sim.connect().await;
    assert!(late.rest().await.1.is_err(), "a new connection");
    let request = open.frame(&read(35, 1));
    open.send(&request).await;
    assert!(open.rest().await.1.is_err(), "an open connection");
    sim.switch("modbus", true);
    assert!(sim.connect().await.read(35, 1).await.is_ok());
}

#[tokio::test]
async fn several_connections_are_counted_and_served() {
    let sim = start(Model::Modem).await;
    let mut clients = Vec::new();
    for _ in 0..8 {
        clients.push(sim.connect().await);
    }
    for client in &mut clients {
        assert!(client.read(194, 70).await.is_ok());
    }
    assert!(clients[0].read(114, 8).await.is_ok());
    assert_eq!(clients[1].write_one(195, 1).await, Ok(()));
    let counters = sim.modbus.counters();
    assert_eq!((counters.connections, counters.transactions), (8, 10));
    assert_eq!((counters.writes, counters.optional_reads), (1, 1));
    assert_eq!((counters.reads[0].address, counters.reads[0].quantity), (194, 70));
    sim.modbus.reset();
    assert_eq!(sim.modbus.counters().transactions, 0);
}
