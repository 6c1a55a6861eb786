//! Limits on connections, the drain, and malformed requests.

use std::net::{IpAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::routing::{any, get, post};
use http::Request;
use http_service::{App, Draining, Limits, Peer, accept_loop, body, serve};
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
    // One request is answered, then the connection stays idle.
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
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nX: y\r\ncontent-length: 5\r\n",
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
        assert!(answer.contains("nosniff") && answer.contains(r#"{"error":"#), "{headers:?}");
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
    // Answers only once the server is stopping, so the answer proves the drain.
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

fn few(connections: usize) -> Limits {
    Limits { connections, per_loopback: connections, header_read: LONG, ..Limits::default() }
}

/// Starts a server with a route `/slow`; the first `Notify` reports its call, the second releases
/// its answer.
async fn slow_server(limits: Limits) -> (Server, Arc<Notify>, Arc<Notify>) {
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (arrived, go) = (asked.clone(), answer.clone());
    let slow = get(async move || {
        arrived.notify_one();
        go.notified().await;
        "slow"
    });
    let routes = Router::new().route("/", get(async || "hello")).route("/slow", slow);
    (Server::start(App::new(routes).into_router(), limits).await, asked, answer)
}

#[tokio::test]
async fn idle_connections_give_way_and_a_request_under_way_does_not() {
    let (server, asked, answer) = slow_server(few(8)).await;
    let mut busy = server.connect().await;
    busy.write_all(support::get("/slow").as_bytes()).await.unwrap();
    soon(asked.notified()).await;
    let mut crowd = Vec::new();
    for n in 0..100 {
        let mut idle = server.connect().await;
        // Silent connections, half a head, and one that had its answer.
        let request = match n % 3 {
            0 => "",
            1 => "GET / HTTP/1.1\r\nHo",
            _ => "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        };
        idle.write_all(request.as_bytes()).await.unwrap();
        crowd.push(idle);
    }
    for _ in 0..5 {
        assert!(server.get("/").await.ends_with("hello"), "others are answered");
    }
    answer.notify_one();
    assert!(read_to_end(&mut busy).await.ends_with("slow"), "and it gets its answer");
    // The oldest are closed although no time limit has passed.
    assert_eq!(read_to_end(&mut crowd[0]).await, "");
}

#[tokio::test]
async fn where_every_connection_has_a_request_a_newcomer_is_closed_at_once() {
    let (server, asked, answer) = slow_server(few(2)).await;
    let mut busy = Vec::new();
    for _ in 0..2 {
        let mut stream = server.connect().await;
        stream.write_all(support::get("/slow").as_bytes()).await.unwrap();
        soon(asked.notified()).await;
        busy.push(stream);
    }
    assert_eq!(server.get("/").await, "");
    for mut stream in busy {
        answer.notify_one();
        assert!(read_to_end(&mut stream).await.ends_with("slow"));
    }
    assert!(server.get("/").await.ends_with("hello"));
}

#[tokio::test]
async fn a_request_that_dribbles_ends_in_time() {
    let routes = Router::new().route(
        "/",
        post(async |request: Request<Body>| {
            body::bytes(request.into_body(), 99).await.map(|bytes| bytes.len().to_string())
        }),
    );
    let limits = Limits { request: SHORT, header_read: LONG, ..Limits::default() };
    let server = Server::start(App::new(routes).into_router(), limits).await;
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30\r\n\r\n";
    let whole =
        format!("{}{}", head.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"), "x".repeat(30));
    assert!(server.send(whole.as_bytes()).await.ends_with("30"));
    let mut stream = server.connect().await;
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let dribble = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(SHORT / 10);
        while write.write_all(b"x").await.is_ok() {
            ticks.tick().await;
        }
    });
    let mut answer = String::new();
    let _ = soon(read.read_to_string(&mut answer)).await;
    dribble.abort();
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("too_slow"), "{answer}");
    // A head that is never completed.
    let answer = server.send(b"POST / HTTP/1.1\r\nHost: localhost\r\n").await;
    assert_eq!(answer, "");
}

#[tokio::test]
async fn what_hyper_refuses_by_itself_has_the_body_and_headers_of_every_error() {
    let server = Server::start(hello(), Limits::default()).await;
    let many: String = (0..101).map(|n| format!("X-{n}: 1\r\n")).collect();
    let good = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (request, status, code) in [
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), 400, "bad_request"),
        ("\0\0\0\0\r\n\r\n".to_owned(), 400, "bad_request"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n".to_owned(), 400, "bad_request"),
        (format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n"), 431, "headers_too_large"),
        (format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(20_000)), 431, "headers_too_large"),
        (format!("{good}{good}\0\r\n\r\n"), 400, "bad_request"),
    ] {
        let answers = server.send(request.as_bytes()).await;
        let answer = &answers[answers.rfind("HTTP/1.1 ").unwrap()..];
        assert_eq!(answers.matches("hello").count(), request.matches(good).count(), "{answers}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{request:.40}: {answer}");
        for header in [
            "content-security-policy: default-src 'none'",
            "x-content-type-options: nosniff",
            "cache-control: no-store",
            "content-type: application/json",
            "connection: close",
            &format!("content-length: {}", body.len()),
        ] {
            assert!(head.contains(header), "{header}: {head}");
        }
        assert!(body.contains(&format!(r#""code":"{code}""#)), "{body}");
    }
}

#[tokio::test]
async fn a_peer_that_does_not_read_loses_its_place() {
    let body = vec![b'x'; 32 * 1024 * 1024];
    let routes = Router::new().route("/", get(async || "hello")).route("/big", get(async || body));
    assert!(Limits::default().write_stall <= Duration::from_secs(30));
    let limits = Limits { write_stall: SHORT, ..few(1) };
    let server = Server::start(routes, limits).await;
    let mut first = server.connect().await;
    first.write_all(support::get("/big").as_bytes()).await.unwrap();
    assert_eq!(soon(first.read_u8()).await.unwrap(), b'H');
    // The only place becomes free although `first` is still open.
    soon(async { while !server.get("/").await.ends_with("hello") {} }).await;
    drop(first);
}

/// Returns an address of this machine that is not loopback; connecting a UDP socket sends nothing.
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
    second.write_all(support::get("/").as_bytes()).await.unwrap();
    assert!(read_to_end(&mut second).await.starts_with("HTTP/1.1 404 "));
    // The first one, answered and idle, was evicted.
    read_to_end(&mut first).await;
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
