//! A program under test, and its resource use as the system reports it.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Instant;

use crate::{PATIENCE, Result};

/// Clock ticks per second in `/proc/PID/stat`: part of Linux' interface on every platform.
const TICKS: f64 = 100.0;

/// A running program; killed when dropped.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts a program. Its standard error is inherited.
    pub(crate) fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let name = program.display().to_string();
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{name}: {error}"))?;
        let (line, lines) = channel();
        if let Some(output) = child.stdout.take() {
            // Reads on without a receiver, so that the program never blocks on a full pipe.
            thread::spawn(move || {
                for text in BufReader::new(output).lines().map_while(|text| text.ok()) {
                    let _ = line.send(text);
                }
            });
        }
        Ok(Self { name, child, lines })
    }

    /// Waits for a line with `mark` and returns the address after it; other lines are skipped.
    pub(crate) fn address(&self, mark: &str) -> Result<SocketAddr> {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).map_err(|_| {
                format!("{} has not said {mark:?} and an address within {PATIENCE:?}", self.name)
            })?;
            if let Some((_, rest)) = line.split_once(mark) {
                let address = rest.split([' ', ',']).next().unwrap_or_default();
                return address
                    .parse()
                    .map_err(|error| format!("{} said {line:?}: {error}", self.name).into());
            }
        }
    }

    /// Returns the CPU time so far of all its threads, kernel time included, µs.
    pub(crate) fn cpu(&self) -> Result<f64> {
        let stat = self.proc("stat")?;
        // The name, in parentheses, may hold anything. utime and stime are fields 14 and 15; the
        // first field after the name is field 3.
        let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
        let mut ticks = fields.split_whitespace().skip(11).map(str::parse::<u32>);
        match (ticks.next(), ticks.next()) {
            (Some(Ok(user)), Some(Ok(system))) => {
                Ok((f64::from(user) + f64::from(system)) / TICKS * 1e6)
            }
            _ => Err(format!("{}: no CPU time in {stat:?}", self.name).into()),
        }
    }

    /// Returns its resident memory, KiB.
    pub(crate) fn resident(&self) -> Result<f64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.ok_or_else(|| format!("{}: no VmRSS in its status", self.name).into())
    }

    fn proc(&self, file: &str) -> Result<String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        Ok(fs::read_to_string(&path).map_err(|error| format!("{}: {path}: {error}", self.name))?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
