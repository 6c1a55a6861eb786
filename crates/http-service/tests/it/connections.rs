//! Limits on connections, the drain, and requests that are none.

use std::net::{IpAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::routing::{any, get};
use http_service::{App, Draining, Limits, Peer, accept_loop, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use crate::support::{self, Server, read_to_end, soon};

const SHORT: Duration = Duration::from_millis(100);
const LONG: Duration = Duration::from_secs(60);

fn hello() -> Router {
    App::new(Router::new().route("/", get(async || "hello"))).into_router()
}

fn short_header() -> Limits {
    Limits { header_read: SHORT, ..Limits::default() }
}

#[tokio::test]
async fn silent_slow_and_idle_connections_are_closed() {
    let server = Server::start(hello(), short_header()).await;
    assert_eq!(server.send(b"").await, "");
    assert!(!server.send(b"GET / HTTP/1.1\r\nHo").await.contains("hello"));
    // One request answered, then nothing more.
    let idle = server.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(idle.ends_with("hello"), "{idle}");
}

#[tokio::test]
async fn a_header_section_has_its_size() {
    let server = Server::start(hello(), Limits::default()).await;
    let line =
        |n: usize| format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(n));
    assert!(server.send(line(20 * 1024).as_bytes()).await.starts_with("HTTP/1.1 431 "));
    let many: String = (0..101).map(|n| format!("X-{n}: 1\r\n")).collect();
    let many = format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n");
    assert!(server.send(many.as_bytes()).await.starts_with("HTTP/1.1 431 "));
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(9 * 1024));
    let server = Server::start(hello(), short_header()).await;
    assert!(server.send(long.as_bytes()).await.starts_with("HTTP/1.1 414 "));
}

#[tokio::test]
async fn requests_that_two_servers_read_differently_reach_no_route() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let route = any(async move || counted.fetch_add(1, Ordering::SeqCst).to_string());
    let server =
        Server::start(App::new(Router::new().route("/", route)).into_router(), short_header())
            .await;
    let smuggled = "0\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for headers in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: +5\r\n",
        "Transfer-Encoding: chunked\t\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "X: a\r\n folded\r\nContent-Length: 5\r\n",
    ] {
        let request = format!("POST / HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n{smuggled}");
        let answer = server.send(request.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{headers:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1").count(), 1, "{headers:?} is followed by a close");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn malformed_requests_never_end_the_server() {
    let server = Server::start(hello(), short_header()).await;
    for request in [
        &b"GET // HTTP/1.1\r\nHost: localhost\r\n\r\n"[..],
        b"GET /// HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n",
        b"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /%00%ff%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\0\0\0\0\r\n\r\n",
    ] {
        let answer = server.send(request).await;
        assert!(!answer.starts_with("HTTP/1.1 5"), "{answer}");
        let good = server.get("/").await;
        assert!(good.ends_with("hello"), "after {}", String::from_utf8_lossy(request));
    }
}

#[tokio::test]
async fn the_drain_finishes_what_is_in_flight() {
    let started = Arc::new(Notify::new());
    let arrived = started.clone();
    // Answers only once the server is stopping: so the answer proves the drain.
    let route = get(async move |Extension(mut draining): Extension<Draining>| {
        arrived.notify_one();
        draining.started().await;
        "finished"
    });
    let limits = Limits { drain: LONG, header_read: LONG, ..Limits::default() };
    let server = Server::start(Router::new().route("/", route), limits).await;
    let address = server.address;
    let mut idle = server.connect().await;
    let mut client = server.connect().await;
    client.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    soon(started.notified()).await;
    let stopping = server.stop();
    assert!(read_to_end(&mut client).await.ends_with("finished"));
    assert_eq!(read_to_end(&mut idle).await, "");
    assert_eq!(soon(stopping).await.unwrap().cut, 0);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn the_drain_has_an_end() {
    let started = Arc::new(Notify::new());
    let arrived = started.clone();
    let route = get(async move || {
        arrived.notify_one();
        std::future::pending::<()>().await;
    });
    let limits = Limits { drain: SHORT, ..Limits::default() };
    let server = Server::start(Router::new().route("/", route), limits).await;
    let mut client = server.connect().await;
    client.write_all(support::get("/").as_bytes()).await.unwrap();
    soon(started.notified()).await;
    assert_eq!(soon(server.stop()).await.unwrap().cut, 1);
    assert_eq!(read_to_end(&mut client).await, "");
}

#[tokio::test]
async fn beyond_the_limit_a_connection_waits_for_a_place() {
    let limits = Limits { connections: 1, header_read: LONG, ..Limits::default() };
    let server = Server::start(hello(), limits).await;
    let mut first = server.connect().await;
    first.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    // The first is known to be accepted once it has an answer.
    assert_eq!(soon(first.read_u8()).await.unwrap(), b'H');
    let mut second = server.connect().await;
    second.write_all(support::get("/").as_bytes()).await.unwrap();
    let mut byte = [0];
    assert!(tokio::time::timeout(SHORT, second.read(&mut byte)).await.is_err());
    drop(first);
    assert!(read_to_end(&mut second).await.ends_with("hello"));
}

#[tokio::test]
async fn a_peer_that_does_not_read_loses_its_place() {
    let body = vec![b'x'; 32 * 1024 * 1024];
    let routes = Router::new().route("/", get(async || "hello")).route("/big", get(async || body));
    let limits = Limits { connections: 1, write_stall: SHORT, ..Limits::default() };
    let server = Server::start(routes, limits).await;
    let mut first = server.connect().await;
    first.write_all(support::get("/big").as_bytes()).await.unwrap();
    assert_eq!(soon(first.read_u8()).await.unwrap(), b'H');
    // The only place is free again although `first` is still open.
    assert!(server.get("/").await.ends_with("hello"));
    drop(first);
}

/// An address of this machine that is not loopback; choosing a route sends nothing.
fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip()).filter(|address| !address.is_loopback())
}

#[tokio::test]
async fn one_address_gets_so_many_connections() {
    let Some(own) = own_address() else {
        println!("skipped: this machine has no address but loopback");
        return;
    };
    let listener = TcpListener::bind((own, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = Limits { per_address: 1, header_read: LONG, ..Limits::default() };
    let server = tokio::spawn(serve(listener, Router::new(), std::future::pending(), limits));
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
    assert_eq!(soon(first.read_u8()).await.unwrap(), b'H');
    let mut second = TcpStream::connect(address).await.unwrap();
    assert_eq!(read_to_end(&mut second).await, "");
    server.abort();
}

#[tokio::test]
async fn handlers_see_the_peer() {
    let route = get(async |Extension(Peer(peer)): Extension<Peer>| peer.ip().to_string());
    let server = Server::start(Router::new().route("/", route), Limits::default()).await;
    assert!(server.get("/").await.ends_with("127.0.0.1"));
}

#[tokio::test]
async fn a_handler_may_have_the_bare_socket() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = Arc::new(Notify::new());
    let stopped = stop.clone();
    let server = tokio::spawn(async move {
        let limits = Limits::default();
        accept_loop(listener, stopped.notified(), &limits, |mut stream, _, _| async move {
            let _ = stream.write_all(b"garbage").await;
            panic!("one connection's panic is its own");
        })
        .await
    });
    for _ in 0..2 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert_eq!(read_to_end(&mut stream).await, "garbage");
    }
    stop.notify_one();
    assert_eq!(soon(server).await.unwrap().cut, 0);
}
