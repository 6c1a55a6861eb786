//! A simulator with HTTP and Modbus on free ports, and a client that works on bytes.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use nrgkick_sim::modbus::Modbus;
use nrgkick_sim::{Listeners, Unit};
use nrgkick_sim_core::{Model, Setup};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// Longest wait in these tests.
const PATIENCE: Duration = Duration::from_secs(10);

/// A charger whose clock stands still until a test advances it.
pub(crate) struct Sim {
    pub(crate) http: SocketAddr,
    pub(crate) address: SocketAddr,
    pub(crate) modbus: Modbus,
}

/// Starts a charging unit of `model`.
pub(crate) async fn start(model: Model) -> Sim {
    let modbus = Modbus::new(Unit::new(Setup { model, ..Setup::default() }, 0.0));
    let http = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let registers = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (at, address) = (http.local_addr().unwrap(), registers.local_addr().unwrap());
    let served = modbus.clone();
    tokio::spawn(async move {
        let listeners = Listeners { http, modbus: Some(registers) };
        nrgkick_sim::serve_all(&served, false, listeners, std::future::pending()).await;
    });
    Sim { http: at, address, modbus }
}

impl Sim {
    pub(crate) async fn connect(&self) -> Client {
        let stream = timeout(PATIENCE, TcpStream::connect(self.address)).await.unwrap().unwrap();
        stream.set_nodelay(true).unwrap();
        Client { stream, transaction: 0 }
    }

    /// Returns a JSON document, codes as numbers.
    pub(crate) fn document(&self, target: &str) -> Value {
        let response = self.modbus.unit().with(|unit| unit.request("GET", target, None));
        assert_eq!(response.status, 200, "{target}: {}", response.body);
        serde_json::from_str(&response.body).unwrap()
    }

    pub(crate) fn patch(&self, patch: &Value) {
        self.modbus.unit().with(|unit| unit.patch(patch)).unwrap();
    }

    pub(crate) fn switch(&self, name: &str, value: impl Into<Value>) {
        self.patch(&json!({ "switches": { name: value.into() } }));
    }

    pub(crate) fn answers(&self, answers: &Value) {
        self.switch("modbus_answers", answers.clone());
    }

    /// Returns query and status of the latest write.
    pub(crate) fn last_write(&self) -> (String, u16) {
        self.modbus.unit().with(|unit| {
            let write = unit.writes().last().unwrap();
            (write.query.clone(), write.status)
        })
    }

    pub(crate) fn write_count(&self) -> usize {
        self.modbus.unit().with(|unit| unit.write_count())
    }
}

/// A connection with its transaction number.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    transaction: u16,
}

impl Client {
    pub(crate) async fn send(&mut self, bytes: &[u8]) {
        timeout(PATIENCE, self.stream.write_all(bytes)).await.unwrap().unwrap();
    }

    /// Reads the next `length` bytes.
    pub(crate) async fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        let read = timeout(PATIENCE, self.stream.read_exact(&mut bytes)).await;
        read.expect("bytes in time").unwrap();
        bytes
    }

    /// Reads until the connection ends; returns the bytes and a read error, if any.
    pub(crate) async fn rest(&mut self) -> (Vec<u8>, io::Result<()>) {
        let mut bytes = Vec::new();
        let read = timeout(PATIENCE, self.stream.read_to_end(&mut bytes)).await;
        (bytes, read.expect("an end in time").map(drop))
    }

    /// Builds the frame of a request to unit 1 with the next transaction number.
    pub(crate) fn frame(&mut self, pdu: &[u8]) -> Vec<u8> {
        self.transaction += 1;
        let [high, low] = self.transaction.to_be_bytes();
        let length = u8::try_from(pdu.len() + 1).unwrap();
        [&[high, low, 0, 0, 0, length, 1], pdu].concat()
    }

    /// Sends a request and expects a well-formed reply; returns its PDU.
    pub(crate) async fn ask(&mut self, pdu: &[u8]) -> Vec<u8> {
        let request = self.frame(pdu);
        self.send(&request).await;
        self.reply().await
    }

    /// Reads the reply to the latest request.
    pub(crate) async fn reply(&mut self) -> Vec<u8> {
        let header = self.bytes(7).await;
        let [high, low] = self.transaction.to_be_bytes();
        assert_eq!(header[..5], [high, low, 0, 0, 0], "transaction, protocol, length");
        assert_eq!(header[6], 1, "unit");
        self.bytes(usize::from(header[5]) - 1).await
    }

    /// Reads registers; returns the words or the exception's code.
    pub(crate) async fn read(&mut self, address: u16, quantity: u16) -> Result<Vec<u16>, u8> {
        let reply = self.ask(&read(address, quantity)).await;
        match reply.as_slice() {
            [0x83, code] => Err(*code),
            [0x03, count, data @ ..] => {
                assert_eq!(usize::from(*count), data.len());
                assert_eq!(data.len(), usize::from(quantity) * 2);
                Ok(data.chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect())
            }
            other => panic!("{other:02x?}"),
        }
    }

    /// Writes a register with function 6; returns the exception's code on refusal.
    pub(crate) async fn write_one(&mut self, address: u16, word: u16) -> Result<(), u8> {
        let request = [&[0x06], &pair(address, word)[..]].concat();
        let reply = self.ask(&request).await;
        outcome(&reply, 0x86, &request)
    }

    /// Writes registers with function 16; returns the exception's code on refusal.
    pub(crate) async fn write_many(&mut self, address: u16, words: &[u16]) -> Result<(), u8> {
        let quantity = u16::try_from(words.len()).unwrap();
        let echo = [&[0x10], &pair(address, quantity)[..]].concat();
        let data: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
        let request = [&echo[..], &[u8::try_from(data.len()).unwrap()], &data].concat();
        let reply = self.ask(&request).await;
        outcome(&reply, 0x90, &echo)
    }
}

/// Builds the PDU of a read.
pub(crate) fn read(address: u16, quantity: u16) -> Vec<u8> {
    [&[0x03], &pair(address, quantity)[..]].concat()
}

fn pair(first: u16, second: u16) -> [u8; 4] {
    let ([a, b], [c, d]) = (first.to_be_bytes(), second.to_be_bytes());
    [a, b, c, d]
}

fn outcome(reply: &[u8], exception: u8, echo: &[u8]) -> Result<(), u8> {
    match reply {
        [function, code] if *function == exception => Err(*code),
        _ => {
            assert_eq!(reply, echo, "the echo");
            Ok(())
        }
    }
}
