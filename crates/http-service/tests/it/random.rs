//! S16: a hundred thousand requests of chance leave the server answering.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use http_service::{App, Limits};
use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinSet;

use crate::support::{Server, read_to_end};

const REQUESTS: usize = 100_000;
/// Clients at once, each with a sequence of its own.
const CLIENTS: usize = 8;

/// The SplitMix64 generator: a reproducible sequence.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap()
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// A request that could be right.
fn request(random: &mut Random) -> Vec<u8> {
    let method = random.one_of(&["GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "BREW"]);
    let target = random.one_of(&["/", "/", "/read", "//", "/%00", "/?raw&x=%ff", "/nothing", "*"]);
    let host =
        random.one_of(&["localhost", "localhost", "[::1]", "evil.example", "127.0.0.1:99999"]);
    let more = random.one_of(&[
        "",
        "",
        "Origin: null\r\n",
        "Accept-Encoding: br;q=0.1, *;q=2\r\n",
        "If-None-Match: W/\"x\", *\r\n",
        "Cookie: a=b; nrgkick-session-000000=v1.1.00\r\n",
        "Authorization: Basic ====\r\n",
        "Expect: 100-continue\r\n",
    ]);
    let body = random.one_of(&["", "", "{}", "0\r\n\r\n"]);
    let length = body.len();
    format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\n{more}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The same with one to four places cut, doubled, moved or replaced.
fn spoilt(random: &mut Random) -> Vec<u8> {
    let mut bytes = request(random);
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        let byte = u8::try_from(random.below(256)).unwrap();
        match random.below(5) {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            2 => drop(bytes.drain(at..(at + 1 + random.below(9)).min(bytes.len()))),
            3 => bytes.truncate(at.max(1)),
            _ => bytes.extend_from_within(at..),
        }
        if bytes.is_empty() {
            bytes.push(byte);
        }
    }
    bytes
}

/// Sends requests over connections of up to twenty, of which the last one is spoilt.
async fn client(server: Arc<Server>, seed: u64) {
    let mut random = Random(seed);
    let mut sent = 0;
    while sent < REQUESTS / CLIENTS {
        let mut bytes = Vec::new();
        let good = random.below(20);
        for _ in 0..good {
            bytes.extend(request(&mut random));
        }
        bytes.extend(spoilt(&mut random));
        sent += good + 1;
        let mut stream = server.connect().await;
        // The server may refuse and close before it has read everything.
        let _ = stream.write_all(&bytes).await;
        let _ = stream.shutdown().await;
        let answer = read_to_end(&mut stream).await;
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        assert!(!answer.contains("HTTP/1.1 500"), "{}\n{answer}", text());
        assert!(!answer.contains("panicked"), "{}\n{answer}", text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s16_a_hundred_thousand_requests_of_chance_end_nothing_but_themselves() {
    let routes = Router::new()
        .route("/", get(async || "hello"))
        .route("/read", post(async |body: Bytes| body.len().to_string()));
    let server = Arc::new(Server::start(App::new(routes).into_router(), Limits::default()).await);
    let mut clients = JoinSet::new();
    for seed in 0..CLIENTS {
        clients.spawn(client(Arc::clone(&server), seed as u64));
    }
    while let Some(client) = clients.join_next().await {
        client.unwrap();
    }
    assert!(server.get("/").await.ends_with("hello"));
    assert_eq!(Arc::into_inner(server).unwrap().stop().await.unwrap().cut, 0);
}
