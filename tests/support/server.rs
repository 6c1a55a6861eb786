//! The real servers, in this process, on ports that the system chooses.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use clap::Parser as _;
use nrgkick_sim::custom_api::{Every, Settings};
use nrgkick_sim::modbus::Modbus;
use nrgkick_sim::{Listeners, Unit};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::http;

/// A running server; stopped when dropped.
#[derive(Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts what `serve` makes of a listener on a free port and of the moment to stop.
    pub async fn start<F: Future<Output = ()> + Send + 'static>(
        serve: impl FnOnce(TcpListener, oneshot::Receiver<()>) -> F,
    ) -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into(), serve).await
    }

    /// The same at `address`, where one may have been before.
    ///
    /// # Panics
    /// Where somebody else listens there.
    pub async fn start_at<F: Future<Output = ()> + Send + 'static>(
        address: SocketAddr,
        serve: impl FnOnce(TcpListener, oneshot::Receiver<()>) -> F,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, stopped));
        Self { address, stop: Some(stop), task }
    }

    /// The address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops the server and waits for its end.
    ///
    /// # Panics
    /// Where it does not end within 10 seconds.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        let ended = tokio::time::timeout(Duration::from_secs(10), &mut self.task).await;
        ended.expect("the server stops").unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        self.task.abort();
    }
}

/// A simulated charger.
#[derive(Debug)]
pub struct Simulator {
    /// Its JSON API.
    pub http: Server,
    /// Where its registers are.
    pub modbus: SocketAddr,
    /// Its Modbus faults and counters.
    pub registers: Modbus,
}

impl Simulator {
    /// Starts one as its command line would, with both faces.
    ///
    /// # Panics
    /// Where it refuses the flags.
    pub async fn start(flags: &str) -> Self {
        let words = ["nrgkick-sim"].into_iter().chain(flags.split_whitespace());
        let config = nrgkick_sim::cli::Args::try_parse_from(words).unwrap().config();
        let registers = Modbus::new(Unit::new(config.setup, config.speed));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let modbus = listener.local_addr().unwrap();
        let faces = registers.clone();
        let http = Server::start(|http, stopped| async move {
            let listeners = Listeners { http, modbus: Some(listener) };
            let stopped = async { drop(stopped.await) };
            nrgkick_sim::serve_all(&faces, config.cors, listeners, stopped).await;
        })
        .await;
        Self { http, modbus, registers }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.http.address
    }

    /// Its state, behind its API.
    pub async fn state(&self) -> Value {
        http::get(self.address(), "/_sim/state").await.json()
    }

    /// Changes its state.
    ///
    /// # Panics
    /// Where it refuses the change.
    pub async fn patch(&self, change: Value) {
        let answer = http::send_json(self.address(), "PATCH", "/_sim/state", &change).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Switches a fault on or off.
    ///
    /// # Panics
    /// Where it does not know the fault.
    pub async fn fault(&self, fault: Value) {
        let answer = http::send_json(self.address(), "POST", "/_sim/fault", &fault).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Ends every fault.
    pub async fn heal(&self) {
        self.fault(json!({"kind": "off"})).await;
    }

    /// The writes that reached it, refused ones included.
    ///
    /// # Panics
    /// Where the answer is not what it should be.
    pub async fn writes(&self) -> Vec<(String, u64)> {
        let answer = http::get(self.address(), "/_sim/writes").await.json();
        let writes = answer["writes"].as_array().unwrap();
        assert_eq!(answer["count"], writes.len());
        let write = |write: &Value| {
            (write["query"].as_str().unwrap().to_owned(), write["status"].as_u64().unwrap())
        };
        writes.iter().map(write).collect()
    }
}

/// Flags of a proxy that asks the charger for every request, as often as somebody asks.
pub const PASS_THROUGH: [&str; 4] = ["--max-age", "0", "--max-rate", "0"];

/// Starts `modbus-proxy` as its command line would, `--charger` given.
///
/// # Panics
/// Where it refuses the flags.
pub async fn modbus_proxy(charger: &str, flags: &[&str]) -> Server {
    let words = ["modbus-proxy", "--charger", charger].into_iter().chain(flags.iter().copied());
    let args = modbus_proxy::Args::try_parse_from(words).unwrap();
    let config = modbus_proxy::Config::from_args(&args).unwrap();
    Server::start(|listener, stopped| async move {
        let stopped = async { drop(stopped.await) };
        let drained = modbus_proxy::serve(config, listener, stopped).await.unwrap();
        assert_eq!(drained.cut, 0, "connections were cut");
    })
    .await
}

/// Starts `cors-proxy` as its command line would, `--charger` given.
///
/// # Panics
/// Where it refuses the flags.
pub async fn cors_proxy(charger: SocketAddr, flags: &[&str]) -> Server {
    cors_proxy_at(([127, 0, 0, 1], 0).into(), charger, flags).await
}

/// The same at `address`.
///
/// # Panics
/// Where it refuses the flags.
pub async fn cors_proxy_at(address: SocketAddr, charger: SocketAddr, flags: &[&str]) -> Server {
    let charger = format!("http://{charger}");
    let words = ["cors-proxy", "--charger", &charger].into_iter().chain(flags.iter().copied());
    let listen = address.to_string();
    let args = cors_proxy::Args::try_parse_from(words.chain(["--listen", &listen])).unwrap();
    let config = cors_proxy::Config::from_args(&args).unwrap();
    Server::start_at(address, |listener, stopped| async move {
        let stopped = async { drop(stopped.await) };
        let drained = cors_proxy::serve(config, listener, stopped).await.unwrap();
        assert_eq!(drained.cut, 0, "connections were cut");
    })
    .await
}

/// Starts `custom-api` at `address` with the configuration `text`, whose files are in `folder`.
///
/// # Panics
/// Where it refuses the configuration or the flags.
pub async fn custom_api(address: SocketAddr, text: &str, folder: &Path, flags: &[&str]) -> Server {
    let config = custom_api::Config::parse(text, &folder.join("house.toml"), None).unwrap();
    let words = ["custom-api", "--config", "house.toml"].into_iter().chain(flags.iter().copied());
    let args = custom_api::Args::try_parse_from(words).unwrap().server;
    let server = custom_api::Server::new(config, &args, address).unwrap();
    Server::start_at(address, |listener, stopped| async move {
        let stopped = async { drop(stopped.await) };
        let drained = custom_api::serve(server, listener, stopped).await.unwrap();
        assert_eq!(drained.cut, 0, "connections were cut");
    })
    .await
}

/// Starts a simulated charger that fetches from `custom_api` by itself, some twenty times a second.
///
/// # Panics
/// Never: the settings are right.
pub async fn fetching_charger(custom_api: SocketAddr) -> Server {
    let every = Every::new(Duration::from_millis(40), Duration::from_millis(60)).unwrap();
    let url = Some(format!("http://{custom_api}").parse().unwrap());
    let custom_api = Settings { url, every, ..Settings::default() };
    let config = nrgkick_sim::Config { custom_api, ..nrgkick_sim::Config::default() };
    Server::start(|listener, stopped| async move {
        nrgkick_sim::serve(config, listener, async { drop(stopped.await) }).await;
    })
    .await
}
