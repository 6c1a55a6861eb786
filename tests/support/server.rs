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
    /// The listening address.
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts `serve` with a listener on a free port and a receiver for the stop.
    pub async fn start<F: Future<Output = ()> + Send + 'static>(
        serve: impl FnOnce(TcpListener, oneshot::Receiver<()>) -> F,
    ) -> Self {
        Self::start_at(([127, 0, 0, 1], 0).into(), serve).await
    }

    /// Starts `serve` at `address`, which may have been used before.
    ///
    /// # Panics
    /// If the address is in use.
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

    /// Returns the address as a URL.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops the server and waits for its end.
    ///
    /// # Panics
    /// If it does not end within 10 seconds.
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
    /// The address of its Modbus API.
    pub modbus: SocketAddr,
    /// Its Modbus faults and counters.
    pub registers: Modbus,
}

impl Simulator {
    /// Starts a simulator with command-line flags, with its JSON and its Modbus API.
    ///
    /// # Panics
    /// If a flag is invalid.
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

    /// Returns the address of its JSON API.
    pub fn address(&self) -> SocketAddr {
        self.http.address
    }

    /// Returns its state from `/_sim/state`.
    pub async fn state(&self) -> Value {
        http::get(self.address(), "/_sim/state").await.json()
    }

    /// Changes its state.
    ///
    /// # Panics
    /// If it refuses the change.
    pub async fn patch(&self, change: Value) {
        let answer = http::send_json(self.address(), "PATCH", "/_sim/state", &change).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Sets a fault, or ends it.
    ///
    /// # Panics
    /// If it does not know the fault.
    pub async fn fault(&self, fault: Value) {
        let answer = http::send_json(self.address(), "POST", "/_sim/fault", &fault).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Ends every HTTP fault.
    pub async fn heal(&self) {
        self.fault(json!({"kind": "off"})).await;
    }

    /// Returns the recorded writes, refused ones included, as query and status.
    ///
    /// # Panics
    /// If the answer is malformed or incomplete.
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

/// Flags of a proxy that forwards every request to the charger, without a cache or rate limit.
pub const PASS_THROUGH: [&str; 4] = ["--max-age", "0", "--max-rate", "0"];

/// Starts `modbus-proxy` with `--charger` and command-line flags.
///
/// # Panics
/// If a flag is invalid.
pub async fn modbus_proxy(charger: &str, flags: &[&str]) -> Server {
    let flags = ["--charger", charger].into_iter().chain(flags.iter().copied());
    modbus_proxy_by(flags).await
}

/// Starts `modbus-proxy` by its command line.
///
/// # Panics
/// If a flag is invalid.
pub async fn modbus_proxy_by<'a>(flags: impl Iterator<Item = &'a str>) -> Server {
    let args = modbus_proxy::Args::try_parse_from(["modbus-proxy"].into_iter().chain(flags));
    let config = modbus_proxy::Config::from_args(&args.unwrap()).unwrap();
    Server::start(|listener, stopped| async move {
        let stopped = async { drop(stopped.await) };
        let drained = modbus_proxy::serve(config, listener, stopped).await.unwrap();
        assert_eq!(drained.cut, 0, "connections were cut");
    })
    .await
}

/// Starts `cors-proxy` with `--charger` and command-line flags.
///
/// # Panics
/// If a flag is invalid.
pub async fn cors_proxy(charger: SocketAddr, flags: &[&str]) -> Server {
    cors_proxy_at(([127, 0, 0, 1], 0).into(), charger, flags).await
}

/// As [`cors_proxy()`], at `address`.
///
/// # Panics
/// If a flag is invalid.
pub async fn cors_proxy_at(address: SocketAddr, charger: SocketAddr, flags: &[&str]) -> Server {
    let (charger, listen) = (format!("http://{charger}"), address.to_string());
    let own = ["--charger", &charger, "--listen", &listen];
    cors_proxy_by(address, own.into_iter().chain(flags.iter().copied())).await
}

/// Starts `cors-proxy` at `address` by its command line.
///
/// # Panics
/// If a flag is invalid.
pub async fn cors_proxy_by<'a>(
    address: SocketAddr,
    flags: impl Iterator<Item = &'a str>,
) -> Server {
    let args = cors_proxy::Args::try_parse_from(["cors-proxy"].into_iter().chain(flags));
    let config = cors_proxy::Config::from_args(&args.unwrap()).unwrap();
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
/// If the configuration or a flag is invalid.
pub async fn custom_api(address: SocketAddr, text: &str, folder: &Path, flags: &[&str]) -> Server {
    custom_api_paced(address, text, folder, flags, custom_api::Pace::default()).await
}

/// As [`custom_api()`], with curves of this pace.
///
/// # Panics
/// If the configuration or a flag is invalid.
pub async fn custom_api_paced(
    address: SocketAddr,
    text: &str,
    folder: &Path,
    flags: &[&str],
    pace: custom_api::Pace,
) -> Server {
    let config = custom_api::Config::parse(text, &folder.join("house.toml"), None).unwrap();
    let words = ["custom-api", "--config", "house.toml"].into_iter().chain(flags.iter().copied());
    let args = custom_api::Args::try_parse_from(words).unwrap();
    let mut server = custom_api::Server::new(config, &args.server, address).unwrap();
    server.edit = args.edit;
    server.pace = pace;
    Server::start_at(address, |listener, stopped| async move {
        let stopped = async { drop(stopped.await) };
        let drained = custom_api::serve(server, listener, stopped).await.unwrap();
        assert_eq!(drained.cut, 0, "connections were cut");
    })
    .await
}

/// Starts a `custom-api` whose file, which need not be there, may be edited over HTTP.
///
/// # Panics
/// If the file or a flag is invalid.
pub async fn custom_api_editing(file: &Path, flags: &[&str]) -> Server {
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = if file.exists() {
        custom_api::Config::load(file, None).unwrap()
    } else {
        custom_api::Config::empty(file, None)
    };
    let words = ["custom-api", "--config", "x", "--edit"].into_iter().chain(flags.iter().copied());
    let args = custom_api::Args::try_parse_from(words).unwrap();
    let server = custom_api::Server::new(config, &args.server, address).unwrap();
    let server = server.editable().unwrap();
    Server::start_at(address, |listener, stopped| async move {
        let stopped = async { drop(stopped.await) };
        let drained = custom_api::serve(server, listener, stopped).await.unwrap();
        assert_eq!(drained.cut, 0, "connections were cut");
    })
    .await
}

/// Starts a simulated charger that polls `custom_api` about twenty times a second.
///
/// # Panics
/// Never: the settings are valid.
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
