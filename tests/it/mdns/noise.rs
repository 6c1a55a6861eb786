//! Announcements that nobody should send, ten a second, written byte by byte (RFC 1035, RFC 6763).

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::interval;

const GROUP: (Ipv4Addr, u16) = (Ipv4Addr::new(224, 0, 0, 251), 5353);
const SERVICE: [&[u8]; 3] = [b"_nrgkick", b"_tcp", b"local"];
/// Names of services: markup, control characters, dots and backslashes, no UTF-8, as long as a
/// label can be.
const NAMES: [&[u8]; 5] =
    [b"<script>alert(1)</script>", b"\x1b[31m\r\n\x07", b"a.b\\.c\\", &[0xff; 63], &[b'x'; 63]];

/// Sends until it is ended; `from` decides on which cable.
pub(super) async fn make(from: &str) {
    let from: Ipv4Addr = from.parse().unwrap();
    let socket = UdpSocket::bind(SocketAddr::from((from, 0))).await.unwrap();
    let mut ticks = interval(Duration::from_millis(100));
    for number in (0..=u8::MAX).cycle() {
        ticks.tick().await;
        let name = NAMES[usize::from(number) % NAMES.len()];
        // Each time with another address and another port, so that every one of them is news.
        let address = [[127, 0, 0, 1], [10, 77, 0, 66], [8, 8, 8, 8]][usize::from(number) % 3];
        // No port of a charger.
        let packet = packet(name, number | 0x80, address);
        socket.send_to(&packet, GROUP).await.unwrap();
        // A part of one, and one that claims to have more records than it has.
        socket.send_to(&packet[..packet.len() / 2], GROUP).await.unwrap();
        let mut short = packet;
        short[7] = 0xff;
        socket.send_to(&short, GROUP).await.unwrap();
    }
}

fn packet(name: &[u8], port: u8, address: [u8; 4]) -> Vec<u8> {
    let labels = |labels: &[&[u8]]| -> Vec<u8> {
        let labels = labels
            .iter()
            .flat_map(|label| [&[u8::try_from(label.len()).unwrap()], *label].concat());
        labels.chain([0]).collect()
    };
    let service = labels(&SERVICE);
    let instance = labels(&[name, SERVICE[0], SERVICE[1], SERVICE[2]]);
    let host = labels(&[b"noise", b"local"]);
    let record = |name: &[u8], kind: u8, data: &[u8]| {
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        [name, &[0, kind, 0, 1, 0, 0, 0, 120], &length, data].concat()
    };
    let device = [&b"device_name="[..], &[0xff; 243]].concat();
    let texts: [&[u8]; 5] = [
        // The others have no name but that of the service.
        if name == NAMES[4] { &device } else { b"device_name=\x07" },
        b"serial_number=../../<b>",
        b"json_api_enabled=maybe",
        b"=",
        b"\xff\xfe",
    ];
    let texts: Vec<u8> = texts
        .iter()
        .flat_map(|text| [&[u8::try_from(text.len()).unwrap()], *text].concat())
        // A string that ends behind the record.
        .chain([200, b'x'])
        .collect();
    [
        // A response with four answers.
        vec![0, 0, 0x84, 0, 0, 0, 0, 4, 0, 0, 0, 0],
        record(&service, 12, &instance),
        record(&instance, 33, &[&[0, 0, 0, 0, 0, port][..], &host].concat()),
        record(&instance, 16, &texts),
        record(&host, 1, &address),
    ]
    .concat()
}
