//! A simulator on a free port, and a client that shows the raw bytes.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use nrgkick_sim::Config;
use nrgkick_sim_core::{Scenario, Setup};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longest wait in these tests.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

/// A charging unit whose clock stands still until a test advances it.
pub(crate) fn still() -> Config {
    let setup = Setup { scenario: Scenario::Charging, ..Setup::default() };
    Config { setup, speed: 0.0, ..Config::default() }
}

pub(crate) async fn start(config: Config) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(nrgkick_sim::serve(config, listener, async {
        let _ = stopped.await;
    }));
    Running { address, stop, ended }
}

/// A received answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?.to_ascii_lowercase();
        let status = head.strip_prefix("http/1.1 ")?.get(..3)?.parse().ok()?;
        Some(Self { status, head, body: bytes[end + 4..].to_vec() })
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Running {
    pub(crate) async fn connect(&self) -> io::Result<TcpStream> {
        timeout(PATIENCE, TcpStream::connect(self.address)).await.expect("a connection in time")
    }

    /// Sends one request on its own connection; returns all bytes received.
    pub(crate) async fn bytes(&self, head: &str, body: &str) -> io::Result<Vec<u8>> {
        let mut stream = self.connect().await?;
        let length = body.len();
        let request = format!(
            "{head}\r\nhost: sim\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("an end in time")?;
        Ok(bytes)
    }

    /// Sends a request with further `headers`, separated by line breaks.
    pub(crate) async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &str,
        body: &str,
    ) -> Answer {
        let headers = headers.trim_end();
        let separator = if headers.is_empty() { "" } else { "\r\n" };
        let head = format!("{method} {target} HTTP/1.1{separator}{headers}");
        let bytes = self.bytes(&head, body).await.unwrap();
        Answer::parse(&bytes).unwrap_or_else(|| panic!("no HTTP: {bytes:?}"))
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.send("GET", target, "", "").await
    }

    /// Calls `/_sim/` and expects success.
    pub(crate) async fn sim(&self, method: &str, name: &str, body: &Value) -> Value {
        let answer = self.send(method, &format!("/_sim/{name}"), "", &body.to_string()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub(crate) async fn fault(&self, fault: &Value) {
        self.sim("POST", "fault", fault).await;
    }

    pub(crate) async fn stop(self) {
        let _ = self.stop.send(());
        timeout(PATIENCE, self.ended).await.expect("an end in time").unwrap();
    }
}

/// Reads one complete answer from a connection that stays open.
pub(crate) async fn read_one(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    loop {
        if let Some(answer) = Answer::parse(&bytes) {
            let length = answer.header("content-length").unwrap().parse().unwrap();
            if answer.body.len() >= length {
                return answer;
            }
        }
        let read = timeout(PATIENCE, stream.read_buf(&mut bytes)).await.expect("in time");
        assert_ne!(read.unwrap(), 0, "the connection ended: {bytes:?}");
    }
}
