//! A charger that answers one request after the other, as slowly as it is told, and counts them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use nrgkick_tests::fixture;

use crate::Result;

/// Its threads end with the process, or with the last connection to it.
#[derive(Clone)]
pub(crate) struct Charger {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

struct State {
    /// Held for the time of an answer: the charger does one thing at a time.
    turn: Mutex<()>,
    delay_ms: AtomicU64,
    asked: AtomicU64,
    info: String,
    values: String,
    control: String,
}

impl Charger {
    pub(crate) fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let state = Arc::new(State {
            turn: Mutex::new(()),
            delay_ms: AtomicU64::new(0),
            asked: AtomicU64::new(0),
            info: fixture("official_info_raw_sim.json"),
            values: fixture("official_values_raw.json"),
            control: fixture("official_control_initial.json"),
        });
        let charger = Self { address, state: Arc::clone(&state) };
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&state);
                // Whoever asked may go at any time.
                thread::spawn(move || state.serve(stream));
            }
        });
        Ok(charger)
    }

    /// What it answers to `/values?raw`.
    pub(super) fn values(&self) -> &[u8] {
        self.state.values.as_bytes()
    }

    /// Its serial number.
    pub(crate) fn serial(&self) -> Result<String> {
        let info: serde_json::Value = serde_json::from_str(&self.state.info)?;
        let serial = info["general"]["serial_number"].as_str();
        Ok(serial.ok_or("the fixture has no serial number")?.to_owned())
    }

    /// Sets how long each answer takes from now on.
    pub(super) fn delay(&self, milliseconds: u64) {
        self.state.delay_ms.store(milliseconds, Ordering::Relaxed);
    }

    /// Requests so far.
    pub(super) fn asked(&self) -> u64 {
        self.state.asked.load(Ordering::Relaxed)
    }
}

impl State {
    fn serve(&self, stream: TcpStream) -> Option<()> {
        stream.set_nodelay(true).ok()?;
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        loop {
            line.clear();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let body = match line.split(' ').nth(1).unwrap_or_default() {
                target if target.starts_with("/info") => &self.info,
                target if target.starts_with("/values") => &self.values,
                _ => &self.control,
            };
            while line.trim_end() != "" {
                line.clear();
                reader.read_line(&mut line).ok()?;
            }
            {
                let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
                self.asked.fetch_add(1, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(self.delay_ms.load(Ordering::Relaxed)));
            }
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            reader.get_mut().write_all(answer.as_bytes()).ok()?;
        }
    }
}
