//! A Modbus server written byte by byte: correct by default, with faults on request.
//!
//! It does not use the client's library. Its registers hold the manufacturer's samples.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use nrgkick_model::Readings;
use nrgkick_model::field::DocumentName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// An action of the server in place of its correct reply.
pub(crate) enum Act {
    Send(Vec<u8>),
    Pause(Duration),
    /// Keeps the connection open and sends nothing more.
    Hang,
    /// Closes the connection.
    Close,
    /// Resets the connection.
    Reset,
}

/// The reaction to a read beyond the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beyond {
    Exception(u8),
    Close,
    Silence,
}

/// Turns the correct reply into actions, after the request was carried out.
pub(crate) type Fault = Box<dyn FnOnce(Vec<u8>) -> Vec<Act> + Send>;

/// A received request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) connection: usize,
    pub(crate) function: u8,
    pub(crate) address: u16,
    /// Quantity, or the word of function 6.
    pub(crate) count: u16,
}

pub(crate) struct State {
    pub(crate) words: Vec<u16>,
    pub(crate) seen: Vec<Seen>,
    pub(crate) connections: usize,
    /// Connections that have ended on the server's side.
    pub(crate) closed: usize,
    /// Registers that do not exist: exception 2.
    pub(crate) absent: Vec<Range<u16>>,
    /// Maximum registers of a read; a longer one gets `beyond`.
    pub(crate) limit: u16,
    pub(crate) beyond: Beyond,
    /// Delay before each answer.
    pub(crate) delay: Duration,
    /// Run after a write and before its echo: simulates a change from elsewhere.
    pub(crate) after_write: Option<fn(&mut Vec<u16>)>,
    /// A register that counts the requests.
    pub(crate) counter: Option<u16>,
    faults: VecDeque<Fault>,
}

#[derive(Clone)]
pub(crate) struct Fake {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// Loads the manufacturer's samples: a unit with a modem and a position.
pub(crate) fn sample() -> Readings {
    let mut readings = Readings::default();
    for (document, text) in [
        (
            DocumentName::Info,
            include_str!("../../../../tests/fixtures/derived_info_raw_fixed_mac.json"),
        ),
        (
            DocumentName::Control,
            include_str!("../../../../tests/fixtures/official_control_initial.json"),
        ),
        (DocumentName::Values, include_str!("../../../../tests/fixtures/official_values_raw.json")),
    ] {
        let value = serde_json::from_str(text).unwrap();
        readings.merge(Readings::from_json(document, &value).unwrap());
    }
    readings
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let mut words = vec![0; 264];
        for (field, scalar) in sample().iter() {
            let first = usize::from(field.register.address);
            let encoded = field.encode(scalar).unwrap();
            words[first..first + encoded.len()].copy_from_slice(&encoded);
        }
        let state = State {
            words,
            seen: Vec::new(),
            connections: 0,
            closed: 0,
            absent: Vec::new(),
            limit: 125,
            beyond: Beyond::Exception(3),
            delay: Duration::ZERO,
            after_write: None,
            counter: None,
            faults: VecDeque::new(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let fake = Self { address, state: Arc::new(Mutex::new(state)) };
        let server = fake.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = {
                    let mut state = server.state();
                    state.connections += 1;
                    state.connections
                };
                let server = server.clone();
                tokio::spawn(async move {
                    // A client may leave at any time.
                    let _ = server.talk(stream, connection).await;
                    server.state().closed += 1;
                });
            }
        });
        fake
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Queues the actions for the next request.
    pub(crate) fn fault(&self, fault: impl FnOnce(Vec<u8>) -> Vec<Act> + Send + 'static) {
        self.state().faults.push_back(Box::new(fault));
    }

    /// Answers the next request with these bytes only, made from its transaction id and the correct
    /// reply.
    pub(crate) fn reply(&self, bytes: impl FnOnce([u8; 2], Vec<u8>) -> Vec<u8> + Send + 'static) {
        self.fault(move |right| vec![Act::Send(bytes([right[0], right[1]], right)), Act::Hang]);
    }

    pub(crate) fn set(&self, address: u16, word: u16) {
        self.state().words[usize::from(address)] = word;
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state().seen.clone()
    }

    /// Returns all requests but reads.
    pub(crate) fn writes(&self) -> Vec<(u8, u16, u16)> {
        let seen = self.seen().into_iter().filter(|seen| seen.function != 3);
        seen.map(|seen| (seen.function, seen.address, seen.count)).collect()
    }

    /// Clears the recorded requests and returns the reads among them.
    pub(crate) fn take_reads(&self) -> Vec<(u16, u16)> {
        let seen = std::mem::take(&mut self.state().seen);
        seen.into_iter().filter(|s| s.function == 3).map(|s| (s.address, s.count)).collect()
    }

    async fn talk(&self, mut stream: TcpStream, connection: usize) -> io::Result<()> {
        stream.set_nodelay(true)?;
        loop {
            let mut head = [0; 7];
            stream.read_exact(&mut head).await?;
            let length = usize::from(u16::from_be_bytes([head[4], head[5]]));
            let mut pdu = vec![0; length - 1];
            stream.read_exact(&mut pdu).await?;
            let (pdu, mut fault, delay) = {
                let mut state = self.state();
                let pdu = state.answer(connection, &pdu);
                (pdu, state.faults.pop_front(), state.delay)
            };
            if pdu.is_empty() {
                let is_closed = self.state().beyond == Beyond::Close;
                fault =
                    Some(Box::new(move |_| vec![if is_closed { Act::Close } else { Act::Hang }]));
            }
            sleep(delay).await;
            let mut reply = head[..4].to_vec();
            reply.extend(u16::try_from(pdu.len() + 1).unwrap().to_be_bytes());
            reply.push(head[6]);
            reply.extend(pdu);
            let acts = match fault {
                None => vec![Act::Send(reply)],
                Some(fault) => fault(reply),
            };
            for act in acts {
                match act {
                    Act::Send(bytes) => stream.write_all(&bytes).await?,
                    Act::Pause(pause) => sleep(pause).await,
                    Act::Hang => {
                        // Wait for the client to close.
                        let _ = stream.read(&mut [0; 64]).await;
                        return Ok(());
                    }
                    Act::Close => return Ok(()),
                    Act::Reset => return stream.set_zero_linger(),
                }
            }
        }
    }
}

impl State {
    pub(crate) fn clear_faults(&mut self) {
        self.faults.clear();
    }

    fn answer(&mut self, connection: usize, pdu: &[u8]) -> Vec<u8> {
        let word = |at: usize| u16::from_be_bytes([pdu[at], pdu[at + 1]]);
        let (function, address, count) = (pdu[0], word(1), word(3));
        self.seen.push(Seen { connection, function, address, count });
        if let Some(row) = self.counter {
            self.words[usize::from(row)] = u16::try_from(self.seen.len() & 0xffff).unwrap();
        }
        let first = usize::from(address);
        match function {
            3 => {
                let range = address..address + count;
                let is_absent = |gap: &Range<u16>| gap.start < range.end && range.start < gap.end;
                if self.absent.iter().any(is_absent) {
                    return vec![0x83, 2];
                }
                if count > self.limit {
                    return match self.beyond {
                        Beyond::Exception(code) => vec![0x83, code],
                        Beyond::Close | Beyond::Silence => Vec::new(),
                    };
                }
                let words = &self.words[first..first + usize::from(count)];
                let mut reply = vec![3, u8::try_from(count * 2).unwrap()];
                reply.extend(words.iter().flat_map(|word| word.to_be_bytes()));
                reply
            }
            6 => {
                self.words[first] = count;
                self.touch();
                pdu.to_vec()
            }
            16 => {
                for place in 0..usize::from(count) {
                    self.words[first + place] = word(6 + 2 * place);
                }
                self.touch();
                pdu[..5].to_vec()
            }
            _ => vec![function | 0x80, 1],
        }
    }

    /// Runs `after_write`.
    fn touch(&mut self) {
        if let Some(touch) = self.after_write {
            touch(&mut self.words);
        }
    }
}
