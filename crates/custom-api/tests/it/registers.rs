//! A Modbus device with the manners of real ones: deaf at first, slow, with holes, over RTU, and with
//! registers that move between any two requests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::devices::{Listening, listen};

/// A request: unit, function, first register, quantity.
pub(crate) type Asked = (u8, u8, u16, u16);

/// The manners of a device.
#[derive(Clone, Default)]
pub(crate) struct Manners {
    /// The registers of each request in turn, by address; the last set stays or all alternate.
    pub(crate) registers: Vec<BTreeMap<u16, u16>>,
    /// Swallows every request of the first part of a connection.
    pub(crate) deaf: Duration,
    /// Time before each answer.
    pub(crate) delay: Duration,
    /// Frames of a serial line.
    pub(crate) is_rtu: bool,
    /// Answers 0 for registers that are not there, instead of exception 2.
    pub(crate) fills: bool,
    /// A unit behind this gateway that is away while this is set.
    pub(crate) away: Option<(u8, Arc<AtomicBool>)>,
}

/// The device.
pub(crate) struct Registers {
    pub(crate) address: SocketAddr,
    /// All requests that were answered, with their times.
    pub(crate) asked: Arc<Mutex<Vec<(Asked, Instant)>>>,
    /// The number of connections so far.
    pub(crate) connections: Arc<Mutex<usize>>,
    _listening: Listening,
}

impl Registers {
    pub(crate) async fn new(manners: Manners) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(Mutex::new(0));
        let (log, count) = (Arc::clone(&asked), Arc::clone(&connections));
        let listening = listen("127.0.0.1:0", move |stream| {
            *count.lock().unwrap() += 1;
            serve(stream, manners.clone(), Arc::clone(&log))
        })
        .await;
        Self { address: listening.address, asked, connections, _listening: listening }
    }

    /// A device with these registers, which never move.
    pub(crate) async fn of(registers: impl IntoIterator<Item = (u16, u16)>) -> Self {
        let registers = vec![registers.into_iter().collect()];
        Self::new(Manners { registers, ..Manners::default() }).await
    }
}

async fn serve(mut stream: TcpStream, manners: Manners, log: Arc<Mutex<Vec<(Asked, Instant)>>>) {
    let began = Instant::now();
    let (head, length) = if manners.is_rtu { (0, 8) } else { (6, 12) };
    let mut request = vec![0; length];
    while stream.read_exact(&mut request).await.is_ok() {
        if began.elapsed() < manners.deaf {
            continue;
        }
        sleep(manners.delay).await;
        let body = &request[head..head + 6];
        let is_away = |(unit, is_away): &(u8, Arc<AtomicBool>)| {
            *unit == body[0] && is_away.load(Ordering::Relaxed)
        };
        if manners.away.as_ref().is_some_and(is_away) {
            continue;
        }
        let first = u16::from_be_bytes([body[2], body[3]]);
        let quantity = u16::from_be_bytes([body[4], body[5]]);
        let registers = {
            let mut log = log.lock().unwrap();
            let now = log.len() % manners.registers.len();
            log.push(((body[0], body[1], first, quantity), Instant::now()));
            &manners.registers[now]
        };
        let word = |at: u16| registers.get(&at).copied().or(manners.fills.then_some(0));
        let words: Option<Vec<u16>> = (first..first + quantity).map(word).collect();
        let mut answer = match words {
            Some(words) => {
                let bytes = words.into_iter().flat_map(u16::to_be_bytes);
                let count = u8::try_from(quantity * 2).unwrap();
                [body[0], body[1], count].into_iter().chain(bytes).collect()
            }
            None => vec![body[0], body[1] | 0x80, 2],
        };
        if manners.is_rtu {
            let sum = crc(&answer);
            answer.extend(sum.to_le_bytes());
        } else {
            let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
            answer = [&request[..4], &length, &answer].concat();
        }
        if stream.write_all(&answer).await.is_err() {
            return;
        }
    }
}

/// The checksum of RTU frames, as Modicon's reference guide computes it: bit by bit.
fn crc(bytes: &[u8]) -> u16 {
    let mut sum = 0xffff_u16;
    for byte in bytes {
        sum ^= u16::from(*byte);
        for _ in 0..8 {
            let carry = sum & 1;
            sum >>= 1;
            if carry == 1 {
                sum ^= 0xa001;
            }
        }
    }
    sum
}
