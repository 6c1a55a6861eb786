//! The address of this machine on the local network, as a text and as a QR code.

use super::ports::url;
use qrcode::{QrCode, render::unicode::Dense1x2};
use std::{
    io::IsTerminal as _,
    net::{IpAddr, SocketAddr, UdpSocket},
};

/// An address reserved for documentation; no packet is sent there.
const ELSEWHERE: &str = "192.0.2.1:9";

/// Prints the page's address for a phone, and a warning about access from the network.
pub(super) fn announce(listen: SocketAddr, everyone_can: &str) {
    println!();
    println!("  WARNING: anyone on this network can now {everyone_can}.");
    println!("  Stop it when you are done, and do not use --lan in a network you do not trust.");
    println!();
    let ip = if listen.ip().is_unspecified() { address() } else { Some(listen.ip()) };
    let Some(ip) = ip else {
        let port = listen.port();
        println!("  This machine's address was not found (no network?). Look it up and open");
        println!("  http://ADDRESS:{port}/ on the phone.");
        return;
    };
    let url = url(ip, listen.port());
    println!("  On a phone in the same network, open {url} or scan:\n");
    if let Some(code) = qr(&url) {
        // Black on white with any terminal colours: some readers refuse the reverse.
        let colours = std::io::stdout().is_terminal();
        for line in code.lines() {
            if colours {
                println!("  \x1b[38;5;16;48;5;231m{line}\x1b[0m");
            } else {
                println!("  {line}");
            }
        }
    }
}

/// Returns the address that this machine sends from; the system chooses it without a packet.
pub(super) fn address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect(ELSEWHERE).ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_unspecified() && !ip.is_loopback()).then_some(ip)
}

/// Renders a QR code with two rows of modules in each line of text, quiet zone included.
fn qr(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    Some(code.render::<Dense1x2>().build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_of_half_blocks() {
        let text = qr("http://192.168.1.23:8080/").unwrap();
        let widths: Vec<usize> = text.lines().map(|line| line.chars().count()).collect();
        let width = widths[0];
        assert!(widths.iter().all(|other| *other == width));
        assert_eq!(width.div_ceil(2), widths.len());
        assert!(text.chars().all(|c| " ▀▄█\n".contains(c)));
        // The quiet zone: nothing dark at the edges.
        assert!(text.lines().next().unwrap().chars().all(|c| c == ' '), "{text}");
    }
}
