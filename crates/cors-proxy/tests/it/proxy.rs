//! The proxy on its own port, and a client that writes raw requests.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser as _;
use cors_proxy::{Args, Config, Timeouts};
use http_service::Drained;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::charger::Charger;

/// Time limit of the charger in these tests.
pub(crate) const EXCHANGE: Duration = Duration::from_secs(1);
/// Longest wait of a test.
const LIMIT: Duration = Duration::from_secs(20);

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Drained>,
}

#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

pub(crate) fn config(charger: &Charger, args: &[&str]) -> Config {
    let url = format!("http://{}", charger.address);
    let args = [&["cors-proxy", "--charger", &url, "--listen", "127.0.0.1:0"], args].concat();
    let mut config = Config::from_args(&Args::try_parse_from(args).unwrap()).unwrap();
    config.timeouts = Timeouts { connect: EXCHANGE, exchange: EXCHANGE };
    // Each request must reach the charger.
    config.server.options.timing.max_age = Duration::ZERO;
    config.server.options.timing.per_exchange = Duration::ZERO;
    config.server.options.timing.read_back_pause = Duration::from_millis(10);
    config.server.options.timing.read_back_limit = Duration::from_millis(100);
    config
}

impl Proxy {
    pub(crate) async fn new(charger: &Charger, args: &[&str]) -> Self {
        Self::of(config(charger, args)).await
    }

    pub(crate) async fn of(config: Config) -> Self {
        let listener = TcpListener::bind(config.server.listen).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move { drop(stopped.await) };
        let served =
            tokio::spawn(async { cors_proxy::serve(config, listener, shutdown).await.unwrap() });
        Self { address, stop, served }
    }

    /// Sends `head` (without the empty line at its end) and `body`, and reads the whole answer.
    pub(crate) async fn raw(&self, head: &str, body: &str) -> Got {
        timeout(LIMIT, async {
            let mut stream = self.begin(head, body).await;
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).await.unwrap();
            let text = String::from_utf8(bytes).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            Got { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
        })
        .await
        .unwrap_or_else(|_| panic!("no answer within {LIMIT:?} to {head}"))
    }

    pub(crate) async fn begin(&self, head: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("{head}\r\nConnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {}", self.address), "").await
    }

    pub(crate) async fn post(&self, id: &str, body: &str) -> Got {
        self.raw(&self.post_head(id, body), body).await
    }

    pub(crate) fn post_head(&self, id: &str, body: &str) -> String {
        let (host, length) = (self.address, body.len());
        format!(
            "POST /control HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             X-Nrgkick-Write: {id}\r\nContent-Length: {length}"
        )
    }

    pub(crate) async fn stop(self) -> Drained {
        self.stop.send(()).unwrap();
        timeout(LIMIT, self.served).await.unwrap().unwrap()
    }
}
