//! Listening addresses of the programs, and checks that they are free.

use super::mode::Mode;
use crate::{
    cli::RunArgs,
    error::{Error, Result, other},
};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
};

/// Returns the page's address; reachable from other machines only on request.
pub(super) fn listen(arguments: &RunArgs) -> Result<SocketAddr> {
    let port = Mode::of(arguments).port();
    match (arguments.listen, arguments.lan) {
        (None, false) => Ok(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)),
        (None, true) => Ok(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), port)),
        (Some(address), _) if address.port() == 0 => {
            other("--listen needs a port that is not 0: it is part of the address you open")
        }
        (Some(address), true) if address.ip().is_loopback() => other(format!(
            "--lan and --listen {address} contradict each other: no other machine reaches that \
             address; try --listen 0.0.0.0:{}",
            address.port()
        )),
        (Some(address), false) if !address.ip().is_loopback() => other(format!(
            "--listen {address} is reachable from the network; add --lan if anyone on it may {}",
            Mode::of(arguments).everyone_can()
        )),
        (Some(address), _) => Ok(address),
    }
}

/// Fails with a suggestion if the page's address is in use.
pub(super) fn must_be_free(listen: SocketAddr) -> Result<()> {
    free(listen).map_err(|error| busy(listen, &error))
}

/// Returns this address, or one with a free port: nobody types the simulator's addresses.
pub(super) fn free_or_another(usual: SocketAddr) -> Result<SocketAddr> {
    if free(usual).is_ok() {
        return Ok(usual);
    }
    let address = TcpListener::bind(SocketAddr::new(usual.ip(), 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| Error::Other(format!("no free port for the simulator: {error}")))?;
    println!("port {} is in use, so the simulator takes {}", usual.port(), address.port());
    Ok(address)
}

fn free(address: SocketAddr) -> io::Result<()> {
    TcpListener::bind(address).map(drop)
}

fn busy(address: SocketAddr, error: &io::Error) -> Error {
    let another = SocketAddr::new(address.ip(), address.port().checked_add(100).unwrap_or(8180));
    Error::Other(match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "port {} is in use; choose another one, for example --listen {another}",
            address.port()
        ),
        _ => format!("cannot listen on {address}: {error}; choose another one with --listen"),
    })
}

/// Returns the origin of URLs for this address; an unspecified one becomes loopback.
pub(super) fn origin(ip: IpAddr, port: u16) -> String {
    let ip = match ip {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, port))
}

/// Returns the URL to open.
pub(super) fn url(ip: IpAddr, port: u16) -> String {
    format!("{}/", origin(ip, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::tests::arguments;

    #[test]
    fn each_server_has_its_own_port() {
        let listen = |line| listen(&arguments(line)).unwrap().to_string();
        assert_eq!(listen(""), "127.0.0.1:8080");
        assert_eq!(listen("--modbus"), "127.0.0.1:8081");
        assert_eq!(listen("--custom-api --lan"), "0.0.0.0:8082");
        assert_eq!(listen("--modbus --listen 127.0.0.1:9000"), "127.0.0.1:9000");
    }

    #[test]
    fn the_network_is_served_only_with_lan() {
        let error = |line| listen(&arguments(line)).unwrap_err().to_string();
        assert!(error("--listen 0.0.0.0:9000").contains("--lan"));
        assert!(error("--lan --listen 127.0.0.1:9000").contains("--listen 0.0.0.0:9000"));
        assert!(error("--listen 127.0.0.1:0").contains("port"));
        let both = listen(&arguments("--lan --listen 192.168.1.2:9000")).unwrap();
        assert_eq!(both.to_string(), "192.168.1.2:9000");
    }

    #[test]
    fn a_busy_port_is_named_with_a_way_out() {
        let held = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = held.local_addr().unwrap();
        let text = must_be_free(address).unwrap_err().to_string();
        assert!(text.starts_with(&format!("port {} is in use", address.port())), "{text}");
        assert!(text.contains("--listen 127.0.0.1:"), "{text}");
        assert_ne!(free_or_another(address).unwrap(), address);
    }

    #[test]
    fn the_address_to_open_is_one_that_can_be_opened() {
        assert_eq!(url(Ipv4Addr::UNSPECIFIED.into(), 8080), "http://127.0.0.1:8080/");
        assert_eq!(url("::".parse().unwrap(), 80), "http://[::1]:80/");
    }
}
