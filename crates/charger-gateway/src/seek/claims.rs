//! What announcements claim, as far as this machine may act on it.

use std::net::{IpAddr, SocketAddr};

use discovery::{Announcement, Networks};
use gateway_api::Upstream;

/// A charger that somebody announces, at addresses where a charger may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    /// The name that its user gave it.
    pub(super) name: String,
    pub(super) serial: Option<String>,
    /// Whether the API is on that is used here, and the other one.
    pub(super) own_api: Option<bool>,
    pub(super) other_api: Option<bool>,
    /// In the order in which they are tried.
    pub(super) addresses: Vec<IpAddr>,
    pub(super) json_port: u16,
}

impl Claim {
    /// Where `ip` is asked; `port` is used where an announcement does not name it.
    pub(super) fn at(&self, ip: IpAddr, port: Option<u16>) -> SocketAddr {
        SocketAddr::new(ip, port.unwrap_or(self.json_port))
    }

    /// Whether only the other API is on.
    pub(super) fn is_for_the_other(&self) -> bool {
        (self.own_api, self.other_api) == (Some(false), Some(true))
    }
}

/// The claims in `announced`, and a sentence for each address that is none of a charger.
pub(super) fn claims(
    announced: Vec<Announcement>,
    networks: &Networks,
    upstream: Upstream,
) -> (Vec<Claim>, Vec<String>) {
    let (mut claims, mut refused) = (Vec::new(), Vec::new());
    for charger in announced {
        let (own_api, other_api) = match upstream {
            Upstream::Http => (charger.json_api, charger.modbus_api),
            Upstream::Modbus => (charger.modbus_api, charger.json_api),
        };
        let name = charger.name;
        let mut addresses = charger.addresses;
        addresses.retain(|ip| match networks.check(*ip) {
            Ok(()) => true,
            Err(reason) => {
                refused.push(format!("{name:?} announces itself at {ip}, not used: {reason}"));
                false
            }
        });
        if !addresses.is_empty() {
            let (serial, json_port) = (charger.serial_number, charger.port);
            claims.push(Claim { name, serial, own_api, other_api, addresses, json_port });
        }
    }
    (claims, refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(addresses: &[&str]) -> Announcement {
        Announcement {
            name: "Garage".to_owned(),
            model: None,
            serial_number: Some("A1".to_owned()),
            json_api: Some(false),
            modbus_api: Some(true),
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
            port: 8090,
        }
    }

    #[test]
    fn only_addresses_of_this_network_are_claimed_and_the_others_named() {
        let home = Networks::of([([192, 168, 1, 7].into(), 24)]);
        let all = vec![announced(&["192.168.1.40", "10.0.0.1", "127.0.0.1"]), announced(&["::1"])];
        let (claims, refused) = claims(all, &home, Upstream::Http);
        let [claim] = claims.as_slice() else { panic!("{claims:?}") };
        assert_eq!(claim.addresses, ["192.168.1.40".parse::<IpAddr>().unwrap()]);
        assert_eq!(refused.len(), 3, "{refused:?}");
        assert!(refused[1].contains("127.0.0.1") && refused[1].contains("loopback"), "{refused:?}");
    }

    #[test]
    fn which_api_is_its_own_depends_on_the_proxy() {
        let home = Networks::of([([192, 168, 1, 7].into(), 24)]);
        let of = |upstream| {
            let (mut claims, _) = claims(vec![announced(&["192.168.1.40"])], &home, upstream);
            claims.pop().unwrap()
        };
        let (http, modbus) = (of(Upstream::Http), of(Upstream::Modbus));
        assert!(http.is_for_the_other() && !modbus.is_for_the_other());
        let ip = [192, 168, 1, 40].into();
        assert_eq!(http.at(ip, None).to_string(), "192.168.1.40:8090");
        assert_eq!(modbus.at(ip, Some(502)).to_string(), "192.168.1.40:502");
    }
}
