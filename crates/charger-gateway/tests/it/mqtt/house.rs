//! A gateway over a charger in memory, as a server with a broker.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use charger_gateway::{
    Chargers, EmbeddedPage, GatewayArgs, Makers, MqttPace, Program, ServerConfig, serve,
};
use clap::Parser as _;
use http_service::cli::ListenArgs;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::broker::{Broker, LOOK, PATIENCE};
use crate::fake::Fake;

/// The flags of a program.
#[derive(clap::Parser)]
struct Args {
    #[command(flatten)]
    gateway: GatewayArgs,
    #[command(flatten)]
    server: ListenArgs,
}

/// The server.
pub(super) struct House {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Limits short enough for a test.
const PACE: MqttPace = MqttPace {
    connect: Duration::from_secs(1),
    confirm: Duration::from_millis(500),
    retry: [Duration::from_millis(20), Duration::from_millis(200)],
    farewell: Duration::from_secs(1),
};

impl House {
    pub(super) async fn new(fake: &Fake, broker: &Broker, flags: &[&str]) -> Self {
        let url = format!("mqtt://{}", broker.address());
        let words = ["test", "--charger", "garage=http://192.168.1.20", "--mqtt", &url];
        let words = words.into_iter().chain(["--max-age", "0", "--max-rate", "0"]);
        let args = Args::try_parse_from(words.chain(flags.iter().copied())).unwrap();
        let program = Program { name: "test", version: "1", listen: ([127, 0, 0, 1], 0).into() };
        let page = EmbeddedPage { files: &[], is_placeholder: true };
        let mut config =
            ServerConfig::from_args(program, &args.gateway, &args.server, false, page).unwrap();
        config.mqtt.as_mut().unwrap().pace = PACE;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stranger, found) = (fake.clone(), fake.clone());
        let chargers = Chargers {
            named: vec![("garage".to_owned(), fake.clone())],
            makers: Makers {
                stranger: Arc::new(move |_| stranger.clone()),
                found: Box::new(move |_| found.clone()),
                port: None,
            },
        };
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            let drained = serve(config, chargers, listener, stopped).await.unwrap();
            assert_eq!(drained.cut, 0, "connections were cut");
        });
        Self { address, stop, task }
    }

    /// Stops and waits for the end.
    pub(super) async fn stop(self) {
        drop(self.stop);
        timeout(PATIENCE, self.task).await.expect("the server stops").unwrap();
    }

    async fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let head = "HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(format!("GET {path} {head}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer").unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    pub(super) async fn health(&self) -> Value {
        serde_json::from_str(&self.get("/healthz").await.1).unwrap()
    }

    pub(super) async fn metrics(&self) -> String {
        self.get("/metrics").await.1
    }

    pub(super) async fn values_status(&self) -> u16 {
        self.get("/values?raw").await.0
    }

    /// Waits until the charger was asked so many times more.
    pub(super) async fn until_polled(fake: &Fake, times: usize) {
        let before = fake.state().asked.len();
        let looking = async {
            while fake.state().asked.len() < before + 2 * times {
                sleep(LOOK).await;
            }
        };
        assert!(timeout(PATIENCE, looking).await.is_ok(), "nobody asks the charger");
    }

    /// Waits until `/healthz` says `state` of the broker.
    pub(super) async fn until_mqtt(&self, state: &str) -> Value {
        let mut last = Value::Null;
        let asking = async {
            loop {
                last = self.health().await["mqtt"].clone();
                if last["state"] == state {
                    return;
                }
                sleep(LOOK).await;
            }
        };
        assert!(timeout(PATIENCE, asking).await.is_ok(), "the broker stays {last}");
        last
    }
}
