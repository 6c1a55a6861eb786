//! A server as a value: its command line, and the check that it is ready.

use std::{
    io::{self, Read as _, Write as _},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    time::Duration,
};

/// Limit for one check, for each of connecting, sending and receiving.
pub(super) const ASK: Duration = Duration::from_secs(2);

/// A server to start, and the path that it answers once ready.
#[derive(Debug)]
pub(super) struct Program {
    /// The name of package and program.
    pub(super) name: &'static str,
    pub(super) args: Vec<String>,
    address: SocketAddr,
    pub(super) path: &'static str,
}

impl Program {
    /// Creates a program that is ready once it answers `GET path` on `address` with any status.
    pub(super) fn new(name: &'static str, address: SocketAddr, path: &'static str) -> Self {
        Self { name, args: Vec::new(), address, path }
    }

    /// Adds an option with its value.
    pub(super) fn with(mut self, option: &str, value: &(impl ToString + ?Sized)) -> Self {
        self.args.extend([option.to_owned(), value.to_string()]);
        self
    }

    /// Adds an option without a value.
    pub(super) fn flag(mut self, option: &str) -> Self {
        self.args.push(option.to_owned());
        self
    }

    /// `true` if the server sends the start of an HTTP answer.
    pub(super) fn answers(&self) -> bool {
        let ip = match self.address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let ask = || -> io::Result<bool> {
            let address = SocketAddr::new(ip, self.address.port());
            let mut stream = TcpStream::connect_timeout(&address, ASK)?;
            stream.set_read_timeout(Some(ASK))?;
            stream.set_write_timeout(Some(ASK))?;
            let request = format!(
                "GET {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n",
                self.path
            );
            stream.write_all(request.as_bytes())?;
            let mut start = [0; 7];
            stream.read_exact(&mut start)?;
            Ok(&start == b"HTTP/1.")
        };
        ask().unwrap_or(false)
    }
}
