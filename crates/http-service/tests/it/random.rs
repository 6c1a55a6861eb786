//! S16: a hundred thousand requests of chance leave the server answering.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use http_service::{App, Limits};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::io::AsyncWriteExt as _;
use tokio::task::JoinSet;

use crate::support::{Server, read_to_end};

const REQUESTS: usize = 100_000;
/// Clients at once, each with a sequence of its own.
const CLIENTS: usize = 8;

fn one_of<'a>(random: &mut StdRng, all: &[&'a str]) -> &'a str {
    all[random.random_range(0..all.len())]
}

/// A request that could be right.
fn request(random: &mut StdRng) -> Vec<u8> {
    let method =
        one_of(random, &["GET", "GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "BREW"]);
    let target = one_of(random, &["/", "/", "/read", "//", "/%00", "/?raw&x=%ff", "/nothing", "*"]);
    let host =
        one_of(random, &["localhost", "localhost", "[::1]", "evil.example", "127.0.0.1:99999"]);
    let more = one_of(
        random,
        &[
            "",
            "",
            "Origin: null\r\n",
            "Accept-Encoding: br;q=0.1, *;q=2\r\n",
            "If-None-Match: W/\"x\", *\r\n",
            "Cookie: a=b; nrgkick-session-000000=v1.1.00\r\n",
            "Authorization: Basic ====\r\n",
            "Expect: 100-continue\r\n",
        ],
    );
    let body = one_of(random, &["", "", "{}", "0\r\n\r\n"]);
    let length = body.len();
    format!(
        "{method} {target} HTTP/1.1\r\nHost: {host}\r\n{more}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// The same with one to four places cut, doubled, moved or replaced.
fn spoilt(random: &mut StdRng) -> Vec<u8> {
    let mut bytes = request(random);
    for _ in 0..=random.random_range(0..4) {
        let at = random.random_range(0..bytes.len());
        let byte = random.random::<u8>();
        match random.random_range(0..5) {
            0 => bytes[at] = byte,
            1 => bytes.insert(at, byte),
            2 => drop(bytes.drain(at..(at + 1 + random.random_range(0..9)).min(bytes.len()))),
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
    let mut random = StdRng::seed_from_u64(seed);
    let mut sent = 0;
    while sent < REQUESTS / CLIENTS {
        let mut bytes = Vec::new();
        let good = random.random_range(0..20);
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
