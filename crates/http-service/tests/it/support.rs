//! A server on a free port, and clients that can misbehave.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use http_service::{Application, Drained, Limits, Peer, serve};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tower::ServiceExt as _;

/// Limit far beyond any expected wait; reached only by a defect.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Drained>,
}

impl Server {
    pub(crate) async fn start(app: impl Application, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move { drop(stopped.await) };
        let task = tokio::spawn(serve(listener, app, shutdown, limits));
        Self { address, stop, task }
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends `request` verbatim and reads until the server closes.
    pub(crate) async fn send(&self, request: &[u8]) -> String {
        let mut stream = self.connect().await;
        // The server may refuse and close before it has read everything.
        let _ = stream.write_all(request).await;
        read_to_end(&mut stream).await
    }

    /// Sends a good request and returns its answer.
    pub(crate) async fn get(&self, path: &str) -> String {
        self.send(get(path).as_bytes()).await
    }

    pub(crate) fn stop(self) -> JoinHandle<Drained> {
        self.stop.send(()).unwrap();
        self.task
    }
}

pub(crate) fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset after the answer, due to unread bytes, counts as an end too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the server closes");
    String::from_utf8_lossy(&answer).into_owned()
}

pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("this takes no time")
}

/// Sends a request through the layers without a socket, as from `peer`.
pub(crate) async fn ask_from(
    peer: &str,
    router: &Router,
    mut request: Request<Body>,
) -> Response<Body> {
    request.extensions_mut().insert(Peer(format!("{peer}:4711").parse().unwrap()));
    soon(router.clone().oneshot(request)).await.unwrap()
}

pub(crate) async fn ask(router: &Router, request: Request<Body>) -> Response<Body> {
    ask_from("127.0.0.1", router, request).await
}

pub(crate) async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) fn request(method: &str, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header("host", "localhost")
}
