//! A server on port 0 and a minimal client.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use clap::Parser as _;
use custom_api::{Args, Config, Server, Timeouts, serve};
use gateway_api::custom_api::{Status, ValueStatus};
use http_service::Limits;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Far longer than any wait here; reached only by a defect.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct House {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for House {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl House {
    pub(crate) async fn new(text: &str) -> Self {
        Self::with_file(text, Path::new("house.toml")).await
    }

    /// Names of other files are relative to `file`.
    pub(crate) async fn with_file(text: &str, file: &Path) -> Self {
        Self::with_limits(text, file, |_| {}).await
    }

    pub(crate) async fn with_limits(
        text: &str,
        file: &Path,
        change: impl FnOnce(&mut Limits),
    ) -> Self {
        let config = Config::parse(text, file, None).unwrap_or_else(|error| panic!("{error}"));
        Self::start(config, &[], |server| change(&mut server.limits)).await
    }

    /// Lets `file` be edited; it may be absent.
    pub(crate) async fn editable(file: &Path, flags: &[&str]) -> Self {
        let config = Config::load(file, None).unwrap_or_else(|_| Config::empty(file, None));
        Self::start(config, flags, |server| server.edit = true).await
    }

    async fn start(config: Config, flags: &[&str], change: impl FnOnce(&mut Server)) -> Self {
        let words = ["custom-api", "--config", "x"].into_iter().chain(flags.iter().copied());
        let args = Args::try_parse_from(words).unwrap().server;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = Server::new(config, &args, address).unwrap();
        server.timeouts = Timeouts {
            connect: Duration::from_secs(1),
            exchange: Duration::from_millis(400),
            first_retry: Duration::from_millis(10),
            last_retry: Duration::from_millis(50),
        };
        change(&mut server);
        let task = tokio::spawn(async move {
            let _drained = serve(server, listener, std::future::pending()).await.unwrap();
        });
        Self { address, task }
    }

    /// Sends raw bytes and reads until the server closes.
    pub(crate) async fn send(&self, request: &[u8]) -> String {
        send(self.address, request).await
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        get(self.address, path).await
    }

    pub(crate) async fn status(&self) -> Status {
        serde_json::from_value(self.get("/status").await.1).unwrap()
    }

    pub(crate) async fn source(&self, name: &str) -> ValueStatus {
        let status = self.status().await;
        status.sources.into_iter().find(|source| source.name == name).unwrap()
    }

    /// Polls until the values are as `wanted`.
    pub(crate) async fn until_values(&self, wanted: impl Fn(u16, &Value) -> bool) -> Value {
        let mut last = (0, Value::Null);
        let asking = async {
            loop {
                last = self.get("/api/v1/values.json").await;
                if wanted(last.0, &last.1) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        let reached = timeout(PATIENCE, asking).await;
        assert!(reached.is_ok(), "the values stay {last:?}; {:#?}", self.status().await.sources);
        last.1
    }

    /// Polls until one value is as `wanted`.
    pub(crate) async fn until(&self, name: &str, wanted: impl Fn(&ValueStatus) -> bool) {
        let mut last = None;
        let asking = async {
            loop {
                let source = self.source(name).await;
                if wanted(&source) {
                    return;
                }
                last = Some(source);
                tokio::task::yield_now().await;
            }
        };
        assert!(timeout(PATIENCE, asking).await.is_ok(), "{name} stays {last:#?}");
    }
}

async fn send(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // Where the server refuses a long body, it does not read all of it.
    let _ = stream.write_all(request).await;
    read_to_end(&mut stream).await
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> (u16, Value) {
    let host = "Host: localhost\r\nConnection: close";
    let answer = send(address, format!("GET {path} HTTP/1.1\r\n{host}\r\n\r\n").as_bytes()).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}")))
}

pub(crate) async fn read_to_end(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("the server closes").unwrap();
    String::from_utf8(answer).unwrap()
}

/// `true` if the value's error contains `words`.
pub(crate) fn says(source: &ValueStatus, words: &str) -> bool {
    source.error.as_ref().is_some_and(|error| error.message.contains(words))
}
