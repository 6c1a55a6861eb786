//! A minimal HTTP client, cheap compared with the servers that it measures.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use crate::{PATIENCE, Result, ensure};

/// A complete answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Returns the body of a 200; any other status is an error.
    pub(crate) fn body(self, target: &str) -> Result<Vec<u8>> {
        ensure(self.status == 200, || {
            format!("{target}: {}: {}", self.status, String::from_utf8_lossy(&self.body))
        })?;
        Ok(self.body)
    }
}

/// Builds a request in advance, so that formatting is not measured.
pub(crate) fn request(address: SocketAddr, method: &str, target: &str, more: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\n{more}\r\n")
}

/// Sends `GET` on a new connection, which the server closes.
pub(crate) fn get(address: SocketAddr, target: &str) -> Result<Vec<u8>> {
    once(address, &request(address, "GET", target, CLOSE))?.body(target)
}

/// Sends a `POST` of JSON on a new connection.
pub(crate) fn post(address: SocketAddr, target: &str, json: &str) -> Result<Vec<u8>> {
    let more =
        format!("{CLOSE}Content-Type: application/json\r\nContent-Length: {}\r\n", json.len());
    let request = request(address, "POST", target, &more) + json;
    once(address, &request)?.body(target)
}

/// The header that announces a connection's last request.
pub(crate) const CLOSE: &str = "Connection: close\r\n";

/// Sends a request, reads the answer, and checks that the server closes.
pub(crate) fn once(address: SocketAddr, request: &str) -> Result<Answer> {
    let mut connection = Connection::open(address)?;
    let answer = connection.send(request)?;
    let rest = connection.0.read(&mut [0])?;
    ensure(rest == 0, || format!("{address} sent more than the answer to {request:?}"))?;
    Ok(answer)
}

/// A kept connection.
#[derive(Debug)]
pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)
            .map_err(|error| format!("{address}: {error}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a request and reads its answer, which must have a Content-Length.
    pub(crate) fn send(&mut self, request: &str) -> Result<Answer> {
        self.0.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| format!("{line:?} is no status line"))?;
        let (mut length, mut etag) = (None, None);
        loop {
            line.clear();
            ensure(self.0.read_line(&mut line)? > 0, || "a header section ended early".to_owned())?;
            let header = line.trim_end();
            if header.is_empty() {
                break;
            }
            match header.split_once(':') {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = Some(value.trim().parse()?);
                }
                Some((name, value)) if name.eq_ignore_ascii_case("etag") => {
                    etag = Some(value.trim().to_owned());
                }
                _ => {}
            }
        }
        // A 304 has no body, whatever length it names.
        let length = if status == 304 { Some(0) } else { length };
        let mut body = vec![0; length.ok_or("an answer has no Content-Length")?];
        self.0.read_exact(&mut body)?;
        Ok(Answer { status, etag, body })
    }
}
