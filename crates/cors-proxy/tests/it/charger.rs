//! A charger on a raw socket, with a scripted action for each request.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// The charger's action after a request.
pub(crate) enum Action {
    /// Sends these bytes and keeps the connection.
    Send(Vec<u8>),
    /// Sends these bytes and closes the connection.
    SendAndClose(Vec<u8>),
    /// Resets the connection without an answer.
    Reset,
    /// Never answers.
    Silence,
    /// Sends these bytes, each in a segment of its own, and keeps the connection.
    Piecewise(Vec<u8>),
    /// Sends these bytes, one every 20 ms, in an endless loop.
    Drip(Vec<u8>),
    /// Sends these bytes once it is told to.
    SendWhen(Arc<Notify>, Vec<u8>),
    /// Sends these bytes and then the second ones again and again.
    Flood(Vec<u8>, Vec<u8>),
}

/// A received request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// Number of the connection, counted from 1.
    pub(crate) connection: usize,
    pub(crate) target: String,
    pub(crate) head: String,
}

type Script = Box<dyn FnMut(&str) -> Action + Send>;

pub(crate) struct Charger {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    script: Arc<Mutex<Script>>,
}

impl Charger {
    pub(crate) async fn new(script: impl FnMut(&str) -> Action + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let script = Arc::new(Mutex::new(Box::new(script) as Script));
        let shared = (Arc::clone(&asked), Arc::clone(&script));
        tokio::spawn(async move {
            for connection in 1.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let (asked, script) = shared.clone();
                tokio::spawn(serve(stream, connection, asked, script));
            }
        });
        Self { address, asked, script }
    }

    /// Creates an address on which nobody listens any more.
    pub(crate) async fn gone() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { address: listener.local_addr().unwrap(), ..Self::new(|_| Action::Silence).await }
    }

    pub(crate) fn now_does(&self, script: impl FnMut(&str) -> Action + Send + 'static) {
        *self.script.lock().unwrap() = Box::new(script);
    }

    /// Returns all requests.
    pub(crate) fn heard(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Returns all requests, except the proxy's own read at its start.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.heard().into_iter().filter(|asked| asked.target != "/info?raw").collect()
    }

    pub(crate) fn writes(&self) -> Vec<Asked> {
        self.asked().into_iter().filter(|asked| asked.target.contains('=')).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    asked: Arc<Mutex<Vec<Asked>>>,
    script: Arc<Mutex<Script>>,
) {
    // Small pieces are not put together again.
    stream.set_nodelay(true).unwrap();
    while let Some(head) = read_head(&mut stream).await {
        let target = head.split(' ').nth(1).unwrap_or_default().to_owned();
        asked.lock().unwrap().push(Asked { connection, target: target.clone(), head });
        let action = (script.lock().unwrap())(&target);
        match action {
            Action::Send(bytes) => stream.write_all(&bytes).await.unwrap(),
            Action::SendAndClose(bytes) => return stream.write_all(&bytes).await.unwrap(),
            Action::Reset => return stream.set_zero_linger().unwrap(),
            Action::Silence => std::future::pending().await,
            Action::SendWhen(told, bytes) => {
                told.notified().await;
                stream.write_all(&bytes).await.unwrap();
            }
            Action::Piecewise(bytes) => {
                for byte in &bytes {
                    stream.write_all(&[*byte]).await.unwrap();
                    tokio::task::yield_now().await;
                }
            }
            Action::Flood(first, again) => {
                let mut next = stream.write_all(&first).await;
                while next.is_ok() {
                    next = stream.write_all(&again).await;
                }
                return;
            }
            Action::Drip(bytes) => loop {
                for byte in &bytes {
                    if stream.write_all(&[*byte]).await.is_err() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            },
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

/// Builds a complete answer.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// Sends a 200 with JSON.
pub(crate) fn json(body: &str) -> Action {
    Action::Send(answer("200 OK", "Content-Type: application/json\r\n", body))
}

pub(crate) const INFO: &str = r#"{"general":{"serial_number":"A1","rated_current":16}}"#;

/// Script of a charger whose current changes at once.
pub(crate) fn settable() -> impl FnMut(&str) -> Action + Send + 'static {
    let mut current = "6.0".to_owned();
    move |target| match target.split_once("current_set=") {
        Some((_, value)) => {
            current = value.to_owned();
            json(&format!(r#"{{"current_set":{current}}}"#))
        }
        None if target.starts_with("/info") => json(INFO),
        None => json(&format!(r#"{{"current_set":{current},"phase_count":3}}"#)),
    }
}
