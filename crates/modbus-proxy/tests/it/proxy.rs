//! Helpers: the charger alone, and the whole proxy with its HTTP routes.

use std::net::SocketAddr;
use std::time::Duration;

use charger_gateway::{Charger as _, ChargerError, FailureKind};
use clap::Parser as _;
use modbus_proxy::{Args, Config, ModbusCharger, Timeouts, read_address};
use nrgkick_model::Reply;
use nrgkick_model::field::DocumentName;
use nrgkick_model::request::Read;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::fake::Fake;

/// Returns time limits that suit a busy machine and keep tests short.
pub(crate) fn timeouts() -> Timeouts {
    Timeouts {
        connect: Duration::from_millis(1000),
        request: Duration::from_millis(400),
        settle: Duration::ZERO,
        keep: Duration::from_secs(5),
    }
}

pub(crate) fn charger(fake: &Fake) -> ModbusCharger {
    let address = read_address(&fake.address.to_string(), false).unwrap();
    ModbusCharger::new(address, 1, timeouts())
}

/// Reads `/values`.
pub(crate) async fn values(charger: &mut ModbusCharger) -> Result<Value, FailureKind> {
    document(read(charger, DocumentName::Values).await)
}

/// Reads `document` as the page does: with `raw`, except `/control`, which has no codes.
pub(crate) async fn read(
    charger: &mut ModbusCharger,
    document: DocumentName,
) -> Result<Reply, ChargerError> {
    let read = match document {
        DocumentName::Control => Read::text(document),
        DocumentName::Info | DocumentName::Values => Read::raw(document),
    };
    charger.read(&read).await.map(|answer| answer.reply)
}

pub(crate) fn document(result: Result<Reply, ChargerError>) -> Result<Value, FailureKind> {
    match result {
        Ok(reply) => Ok(serde_json::from_slice(&reply.body).unwrap()),
        Err(error) => Err(error.failure().kind),
    }
}

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    /// Stops the server when dropped.
    _shutdown: oneshot::Sender<()>,
}

impl Proxy {
    /// Starts a proxy and waits until its first read of the charger is over.
    pub(crate) async fn over(fake: &Fake) -> Self {
        let proxy = Self::start(&fake.address.to_string(), &[], |_| {}).await;
        // That read is first in the queue, but its task may begin late.
        let looked = async {
            while fake.seen().is_empty() {
                tokio::task::yield_now().await;
            }
        };
        timeout(Duration::from_secs(10), looked).await.unwrap();
        // The second request uses up the document kept from the first.
        for target in ["/values?raw", "/control"] {
            assert_eq!(proxy.get(target).await.0, 200);
        }
        fake.take_reads();
        proxy
    }

    pub(crate) async fn start(
        charger: &str,
        flags: &[&str],
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let args = [&["modbus-proxy", "--charger", charger], flags].concat();
        let mut config = Config::from_args(&Args::try_parse_from(args).unwrap()).unwrap();
        config.timeouts = timeouts();
        let timing = &mut config.server.options.timing;
        // Each read must reach the charger.
        timing.max_age = Duration::ZERO;
        timing.per_exchange = Duration::ZERO;
        timing.read_back_pause = Duration::from_millis(10);
        timing.read_back_limit = Duration::from_millis(300);
        timing.backoff_first = Duration::from_millis(20);
        timing.backoff_most = Duration::from_millis(40);
        change(&mut config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (shutdown, ended) = oneshot::channel();
        tokio::spawn(modbus_proxy::serve(config, listener, async move {
            let _ = ended.await;
        }));
        Self { address, _shutdown: shutdown }
    }

    pub(crate) async fn get(&self, target: &str) -> (u16, Value) {
        self.send(&self.request(target)).await
    }

    fn request(&self, target: &str) -> String {
        format!("GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address)
    }

    /// Sends a write through the whole pipeline.
    pub(crate) async fn write(&self, body: &str) -> (u16, Value) {
        let request = format!(
            "POST /control HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nX-Nrgkick-Write: 1\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.send(&request).await
    }

    /// Returns the answer as it is, head and body.
    pub(crate) async fn text(&self, target: &str) -> String {
        self.exchange(self.request(target).as_bytes()).await
    }

    async fn send(&self, request: &str) -> (u16, Value) {
        let answer = self.exchange(request.as_bytes()).await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = serde_json::from_str(body)
            .unwrap_or_else(|error| panic!("{error} in the answer to {request}: {answer}"));
        (status, body)
    }

    /// Sends these bytes and returns all that comes until the end.
    pub(crate) async fn exchange(&self, request: &[u8]) -> String {
        let exchange = async {
            let mut stream = TcpStream::connect(self.address).await.unwrap();
            stream.write_all(request).await.unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.unwrap();
            String::from_utf8_lossy(&answer).into_owned()
        };
        timeout(Duration::from_secs(20), exchange).await.unwrap()
    }
}
