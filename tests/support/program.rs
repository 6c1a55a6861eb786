//! The real programs, as processes.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::tool;

/// The variable with the folder of the built programs.
pub const PROGRAMS: &str = "NRGKICK_BIN_DIR";

/// The program `name`; `None`, with a line, where none was built.
///
/// # Panics
/// As [`tool::find`].
pub fn program(name: &str, test: &str) -> Option<PathBuf> {
    Some(tool::find(PROGRAMS, test)?.join(name))
}

/// A server that runs, killed when dropped.
#[derive(Debug)]
pub struct Running {
    /// The process.
    pub child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Running {
    /// Starts `command` and waits until it says where it listens.
    ///
    /// # Panics
    /// If it cannot be started, or ends before.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let place = line.trim().strip_prefix("listening on ").unwrap();
        let address = place.split_once("://").unwrap().1.parse().unwrap();
        Self { child, address }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
