//! A broker with manners.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::BytesMut;
use rumqttc::mqttbytes::QoS;
use rumqttc::mqttbytes::v4::{ConnAck, ConnectReturnCode, Packet, PubAck, Publish};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Far longer than any wait here; reached only by a defect.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// Interval of looking at another task.
pub(super) const LOOK: Duration = Duration::from_millis(10);

/// The manner of a broker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Manner {
    Takes,
    Refuses(ConnectReturnCode),
    Hangs,
    ConfirmsNothing,
}

#[derive(Default)]
struct Seen {
    /// By topic, the last payload and how many there were.
    kept: BTreeMap<String, (String, usize)>,
    not_retained: usize,
    subscriptions: usize,
    goodbyes: usize,
}

/// The broker.
pub(super) struct Broker {
    address: SocketAddr,
    manner: Arc<Mutex<Manner>>,
    seen: Arc<Mutex<Seen>>,
    /// What to say to all who are connected.
    said: broadcast::Sender<(String, String)>,
    /// Connections before this number are dropped.
    dropped: watch::Sender<u64>,
    task: JoinHandle<()>,
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Broker {
    pub(super) async fn new(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let manner = Arc::new(Mutex::new(manner));
        let seen = Arc::<Mutex<Seen>>::default();
        let said = broadcast::Sender::new(16);
        let dropped = watch::Sender::new(0);
        let parts = (Arc::clone(&manner), Arc::clone(&seen), said.clone(), dropped.clone());
        let task = tokio::spawn(async move {
            let (manner, seen, said, dropped) = parts;
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let connection =
                    Connection { stream, manner: *manner.lock().unwrap(), seen: Arc::clone(&seen) };
                let (mut said, mut dropped) = (said.subscribe(), dropped.subscribe());
                tokio::spawn(async move {
                    tokio::select! {
                        () = connection.serve(&mut said) => {}
                        _ = dropped.changed() => {}
                    }
                });
            }
        });
        Self { address, manner, seen, said, dropped, task }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// From the next connection on.
    pub(super) fn becomes(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub(super) fn drop_all(&self) {
        self.dropped.send_modify(|count| *count += 1);
    }

    pub(super) fn forget(&self) {
        self.seen.lock().unwrap().kept.clear();
    }

    /// Publishes to all who are connected, though nobody has asked for it.
    pub(super) fn say(&self, topic: &str, payload: &str) {
        self.said.send((topic.to_owned(), payload.to_owned())).unwrap();
    }

    pub(super) fn kept(&self, topic: &str) -> Option<String> {
        Some(self.seen.lock().unwrap().kept.get(topic)?.0.clone())
    }

    /// Messages on `topic` so far.
    pub(super) fn count(&self, topic: &str) -> usize {
        self.seen.lock().unwrap().kept.get(topic).map_or(0, |(_, count)| *count)
    }

    pub(super) fn json(&self, topic: &str) -> Value {
        let kept = self.kept(topic).unwrap_or_else(|| panic!("nothing on {topic}"));
        serde_json::from_str(&kept).unwrap_or_else(|error| panic!("{topic}: {error}: {kept}"))
    }

    pub(super) fn subscriptions(&self) -> usize {
        self.seen.lock().unwrap().subscriptions
    }

    /// Waits until a client leaves in order, so that no last will is published.
    pub(super) async fn until_goodbye(&self) {
        let looking = async {
            while self.seen.lock().unwrap().goodbyes == 0 {
                sleep(LOOK).await;
            }
        };
        assert!(timeout(PATIENCE, looking).await.is_ok(), "nobody has left in order");
    }

    pub(super) fn all_were_retained(&self) -> bool {
        self.seen.lock().unwrap().not_retained == 0
    }

    /// Waits until the last message on `topic` is as `wanted`.
    pub(super) async fn until(&self, topic: &str, wanted: impl Fn(&str) -> bool) {
        let looking = async {
            while !self.kept(topic).is_some_and(|payload| wanted(&payload)) {
                sleep(LOOK).await;
            }
        };
        let reached = timeout(PATIENCE, looking).await;
        assert!(reached.is_ok(), "{topic} stays {:?}", self.kept(topic));
    }

    /// Waits for one more message on `topic`.
    pub(super) async fn until_next(&self, topic: &str) {
        let before = self.count(topic);
        let looking = async {
            while self.count(topic) == before {
                sleep(LOOK).await;
            }
        };
        assert!(timeout(PATIENCE, looking).await.is_ok(), "nothing more on {topic}");
    }
}

struct Connection {
    stream: TcpStream,
    manner: Manner,
    seen: Arc<Mutex<Seen>>,
}

impl Connection {
    async fn serve(mut self, said: &mut broadcast::Receiver<(String, String)>) {
        let mut bytes = BytesMut::new();
        loop {
            let mut answers = Vec::new();
            tokio::select! {
                read = self.stream.read_buf(&mut bytes) => {
                    if read.unwrap_or(0) == 0 {
                        return;
                    }
                    if self.manner == Manner::Hangs {
                        continue;
                    }
                    while let Ok(packet) = Packet::read(&mut bytes, 1 << 20) {
                        answers.extend(self.answer(packet));
                    }
                }
                Ok((topic, payload)) = said.recv() => {
                    answers.push(Packet::Publish(Publish::new(topic, QoS::AtMostOnce, payload)));
                }
            }
            let mut out = BytesMut::new();
            for answer in answers {
                answer.write(&mut out, 1 << 20).unwrap();
            }
            if self.stream.write_all(&out).await.is_err() {
                return;
            }
        }
    }

    fn answer(&self, packet: Packet) -> Option<Packet> {
        let mut seen = self.seen.lock().unwrap();
        match packet {
            Packet::Connect(_) => {
                let code = match self.manner {
                    Manner::Refuses(code) => code,
                    _ => ConnectReturnCode::Success,
                };
                Some(Packet::ConnAck(ConnAck { session_present: false, code }))
            }
            Packet::PingReq => Some(Packet::PingResp),
            Packet::Subscribe(_) => {
                seen.subscriptions += 1;
                None
            }
            Packet::Disconnect => {
                seen.goodbyes += 1;
                None
            }
            Packet::Publish(message) if self.manner != Manner::ConfirmsNothing => {
                seen.not_retained += usize::from(!message.retain);
                let payload = String::from_utf8(message.payload.to_vec()).unwrap();
                let kept = seen.kept.entry(message.topic).or_default();
                *kept = (payload, kept.1 + 1);
                Some(Packet::PubAck(PubAck::new(message.pkid)))
            }
            _ => None,
        }
    }
}
