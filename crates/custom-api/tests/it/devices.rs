//! Minimal stand-ins for an HTTP device, a broker and a Modbus device. Their answers can be changed
//! while they run.

use std::collections::{BTreeMap, HashMap};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{ConnAck, ConnectReturnCode, Packet, Publish, SubAck};
use rumqttc::{QoS, SubscribeReasonCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::{JoinHandle, JoinSet};

/// Accepts connections until dropped; that closes every connection too.
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Accepts connections at `at` and handles each in a task of its own.
pub(crate) async fn listen<F>(
    at: &str,
    mut handle: impl FnMut(TcpStream) -> F + Send + 'static,
) -> Listening
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = loop {
        match TcpListener::bind(at).await {
            Ok(listener) => break listener,
            // The one before is just being closed.
            Err(error) => assert_eq!(error.kind(), ErrorKind::AddrInUse),
        }
        tokio::task::yield_now().await;
    };
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            connections.spawn(handle(stream));
        }
    });
    Listening { address, task }
}

/// An answer of an HTTP device.
#[derive(Clone)]
pub(crate) enum Reply {
    Json(String),
    Raw(String),
    /// Accepts the connection and never answers.
    Silence,
}

/// A device with JSON answers, by request target.
pub(crate) struct HttpDevice {
    listening: Listening,
    replies: Arc<Mutex<HashMap<String, Reply>>>,
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
}

impl HttpDevice {
    pub(crate) async fn new(replies: &[(&str, Reply)]) -> Self {
        let replies = replies.iter().map(|(path, reply)| ((*path).to_owned(), reply.clone()));
        let replies = Arc::new(Mutex::new(replies.collect::<HashMap<_, _>>()));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (answers, seen) = (Arc::clone(&replies), Arc::clone(&requests));
        let listening = listen("127.0.0.1:0", move |stream| {
            answer_http(stream, Arc::clone(&answers), Arc::clone(&seen))
        });
        Self { listening: listening.await, replies, requests }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listening.address
    }

    pub(crate) fn set(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.to_owned(), reply);
    }
}

async fn answer_http(
    mut stream: TcpStream,
    replies: Arc<Mutex<HashMap<String, Reply>>>,
    requests: Arc<Mutex<Vec<String>>>,
) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => request.push(byte),
            Err(_) => return,
        }
    }
    let request = String::from_utf8(request).unwrap();
    let target = request.split(' ').nth(1).unwrap_or_default().to_owned();
    requests.lock().unwrap().push(request);
    let reply = replies.lock().unwrap().get(&target).cloned();
    let answer = match reply {
        Some(Reply::Json(body)) => {
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        }
        Some(Reply::Raw(answer)) => answer,
        Some(Reply::Silence) => std::future::pending().await,
        None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned(),
    };
    let _ = stream.write_all(answer.as_bytes()).await;
}

/// A message for all subscribers.
#[derive(Clone)]
struct Message {
    topic: String,
    payload: String,
}

/// A broker that sends every message to every subscriber.
pub(crate) struct BrokerDevice {
    listening: Listening,
    messages: broadcast::Sender<Message>,
    /// Retained messages, by topic.
    kept: Arc<Mutex<BTreeMap<String, String>>>,
    /// Topics of the messages that clients published.
    pub(crate) received: Arc<Mutex<Vec<String>>>,
}

impl BrokerDevice {
    pub(crate) async fn new() -> Self {
        Self::at("127.0.0.1:0").await
    }

    pub(crate) async fn at(address: &str) -> Self {
        let messages = broadcast::Sender::new(64);
        let kept = Arc::new(Mutex::new(BTreeMap::new()));
        let received = Arc::new(Mutex::new(Vec::new()));
        let (sender, keeping, seen) = (messages.clone(), Arc::clone(&kept), Arc::clone(&received));
        let listening = listen(address, move |stream| {
            broke(stream, sender.subscribe(), Arc::clone(&keeping), Arc::clone(&seen))
        });
        Self { listening: listening.await, messages, kept, received }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listening.address
    }

    pub(crate) fn keep(&self, topic: &str, payload: &str) {
        self.kept.lock().unwrap().insert(topic.to_owned(), payload.to_owned());
    }

    /// Publishes to the clients that are connected now.
    pub(crate) fn say(&self, topic: &str, payload: &str) {
        let (topic, payload) = (topic.to_owned(), payload.to_owned());
        let _ = self.messages.send(Message { topic, payload });
    }
}

async fn broke(
    mut stream: TcpStream,
    mut messages: broadcast::Receiver<Message>,
    kept: Arc<Mutex<BTreeMap<String, String>>>,
    received: Arc<Mutex<Vec<String>>>,
) {
    let mut bytes = BytesMut::new();
    loop {
        let mut answers = Vec::new();
        tokio::select! {
            read = stream.read_buf(&mut bytes) => {
                if read.unwrap_or(0) == 0 {
                    return;
                }
                while let Ok(packet) = Packet::read(&mut bytes, 1 << 20) {
                    match packet {
                        Packet::Connect(_) => answers.push(Packet::ConnAck(ConnAck {
                            session_present: false,
                            code: ConnectReturnCode::Success,
                        })),
                        Packet::Subscribe(subscribe) => {
                            let code = SubscribeReasonCode::Success(QoS::AtMostOnce);
                            let codes = vec![code; subscribe.filters.len()];
                            answers.push(Packet::SubAck(SubAck::new(subscribe.pkid, codes)));
                            for (topic, payload) in kept.lock().unwrap().iter() {
                                answers.push(publish(topic, payload, true));
                            }
                        }
                        Packet::Publish(message) => received.lock().unwrap().push(message.topic),
                        Packet::PingReq => answers.push(Packet::PingResp),
                        _ => {}
                    }
                }
            }
            message = messages.recv() => {
                let Ok(Message { topic, payload }) = message else { return };
                answers.push(publish(&topic, &payload, false));
            }
        }
        let mut out = BytesMut::new();
        for answer in answers {
            answer.write(&mut out, 1 << 20).unwrap();
        }
        if stream.write_all(&out).await.is_err() {
            return;
        }
    }
}

fn publish(topic: &str, payload: &str, retain: bool) -> Packet {
    let mut publish = Publish::new(topic, QoS::AtMostOnce, payload);
    publish.retain = retain;
    Packet::Publish(publish)
}

/// A device with registers, by unit and address.
pub(crate) struct ModbusDevice {
    listening: Listening,
    registers: Registers,
}

type Registers = Arc<Mutex<HashMap<(u8, u16), u16>>>;

impl ModbusDevice {
    pub(crate) async fn new(registers: &[((u8, u16), u16)]) -> Self {
        let registers = Arc::new(Mutex::new(registers.iter().copied().collect::<HashMap<_, _>>()));
        let shared = Arc::clone(&registers);
        let listening =
            listen("127.0.0.1:0", move |stream| answer_modbus(stream, Arc::clone(&shared))).await;
        Self { listening, registers }
    }

    /// Has one connection at a time, and closes another that comes meanwhile.
    pub(crate) async fn single(registers: &[((u8, u16), u16)]) -> Self {
        let registers = Arc::new(Mutex::new(registers.iter().copied().collect::<HashMap<_, _>>()));
        let shared = Arc::clone(&registers);
        let only = Arc::<tokio::sync::Mutex<()>>::default();
        let listening = listen("127.0.0.1:0", move |stream| {
            let answering = answer_modbus(stream, Arc::clone(&shared));
            let only = Arc::clone(&only).lock_owned();
            // Long enough to notice that the one before is closed.
            let only = tokio::time::timeout(Duration::from_millis(200), only);
            async move {
                if let Ok(_only) = only.await {
                    answering.await;
                }
            }
        })
        .await;
        Self { listening, registers }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.listening.address
    }

    pub(crate) fn set(&self, place: (u8, u16), word: u16) {
        self.registers.lock().unwrap().insert(place, word);
    }
}

/// A unit behind the device that never answers.
pub(crate) const SILENT_UNIT: u8 = 99;

/// A unit with wrong answers: a register that holds a number of [`ODD`] is answered that way.
pub(crate) const ODD_UNIT: u8 = 98;

/// Every wrong answer of [`ODD_UNIT`], with the message expected for it.
pub(crate) const ODD: [(u16, &str); 6] = [
    (1, "2 registers where 1 were asked for"),
    (2, "0 registers where 1 were asked for"),
    (3, "an answer to another request"),
    (4, "an answer to another request"),
    (5, "no usable Modbus answer"),
    (6, "Modbus exception 4 (server device failure)"),
];

/// Builds a wrong answer: more words, fewer, another transaction, another unit, noise, an
/// exception.
fn odd([t0, t1]: [u8; 2], function: u8, how: u16) -> Vec<u8> {
    match how {
        1 => vec![t0, t1, 0, 0, 0, 7, ODD_UNIT, function, 4, 0, 1, 0, 2],
        2 => vec![t0, t1, 0, 0, 0, 3, ODD_UNIT, function, 0],
        3 => vec![t0, t1 ^ 1, 0, 0, 0, 5, ODD_UNIT, function, 2, 0, 1],
        4 => vec![t0, t1, 0, 0, 0, 5, ODD_UNIT ^ 1, function, 2, 0, 1],
        5 => b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
        _ => vec![t0, t1, 0, 0, 0, 3, ODD_UNIT, function | 0x80, 4],
    }
}

/// Answers functions 3 and 4 alike; exception 2 for a missing register.
async fn answer_modbus(mut stream: TcpStream, registers: Registers) {
    let mut request = [0; 12];
    while stream.read_exact(&mut request).await.is_ok() {
        let [t0, t1, _, _, _, _, unit, function, a0, a1, _, quantity] = request;
        if unit == SILENT_UNIT {
            continue;
        }
        let first = u16::from_be_bytes([a0, a1]);
        let words: Option<Vec<u16>> = {
            let registers = registers.lock().unwrap();
            (0..u16::from(quantity)).map(|n| registers.get(&(unit, first + n)).copied()).collect()
        };
        if let (ODD_UNIT, Some([how @ 1..=6])) = (unit, words.as_deref()) {
            if stream.write_all(&odd([t0, t1], function, *how)).await.is_err() {
                return;
            }
            continue;
        }
        let body = match words {
            Some(words) => {
                let mut body = vec![function, quantity * 2];
                body.extend(words.into_iter().flat_map(u16::to_be_bytes));
                body
            }
            None => vec![function | 0x80, 2],
        };
        let length = u8::try_from(body.len() + 1).unwrap();
        let mut answer = vec![t0, t1, 0, 0, 0, length, unit];
        answer.extend(body);
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}
