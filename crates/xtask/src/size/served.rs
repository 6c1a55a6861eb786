//! A page as one of our servers sends it: `cors-proxy` on this machine, before no charger.

use crate::{
    error::{Error, Result, other},
    process::{self, LONG, SHORT, not_started},
    workspace::{cargo_here, target},
};
use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

/// A running server; ended when dropped.
pub(super) struct Served {
    child: Child,
    address: String,
}

impl Served {
    /// Serves `folder`.
    pub(super) fn start(folder: &Path) -> Result<Self> {
        process::run(&mut cargo_here(&["build", "--quiet", "--package", "cors-proxy"]), LONG)?;
        let mut command = Command::new(target()?.join("debug/cors-proxy"));
        // Nobody answers there, and nobody asks.
        command
            .args(["--charger", "http://192.0.2.1", "--listen", "127.0.0.1:0", "--app-dir"])
            .arg(folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let child = command.spawn().map_err(not_started(&command))?;
        let mut served = Self { child, address: String::new() };
        let mut line = String::new();
        if let Some(output) = served.child.stdout.take() {
            BufReader::new(output).read_line(&mut line).map_err(Error::file("read", folder))?;
        }
        match line.trim_end().strip_prefix("listening on http://") {
            Some(address) => served.address = address.to_owned(),
            None => return other(format!("cors-proxy does not say where it listens: {line:?}")),
        }
        Ok(served)
    }

    /// The bytes of the answer for `path`, head and body, to a browser that offers `encodings`.
    pub(super) fn bytes(&self, path: &str, encodings: &str) -> Result<usize> {
        let request = format!(
            "GET /{path} HTTP/1.1\r\nHost: {}\r\nAccept-Encoding: {encodings}\r\n\r\n",
            self.address
        );
        match self.ask(&request) {
            Ok(bytes) => Ok(bytes),
            Err(error) => other(format!("cors-proxy, GET /{path}: {error}")),
        }
    }

    fn ask(&self, request: &str) -> io::Result<usize> {
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(SHORT))?;
        stream.write_all(request.as_bytes())?;
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        let mut head = reader.read_line(&mut line)?;
        if !line.trim_end().ends_with(" 200 OK") {
            return Err(io::Error::other(line));
        }
        let mut length = 0;
        while !line.trim_end().is_empty() {
            line.clear();
            head += reader.read_line(&mut line)?;
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        Ok(head + length)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
