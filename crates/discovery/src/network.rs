//! The networks that this machine is attached to, and where a charger cannot be.

use std::fmt;
use std::io;
use std::net::IpAddr;

use if_addrs::IfAddr;

/// The shortest prefixes of a network that still is somebody's home; anything is in `0.0.0.0/0`.
const SHORTEST_V4: u32 = 8;
const SHORTEST_V6: u32 = 32;

/// A network of one of this machine's interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u32,
}

/// The networks of this machine's interfaces at one moment, loopback and link-local ones aside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<Network>);

/// Why an announced address is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsuitable {
    /// It is this machine itself.
    Loopback,
    /// It is only valid on one link, and at some of these clouds keep secrets.
    LinkLocal,
    /// It is no address of one host.
    NotAHost,
    /// It is in none of the networks that this machine is attached to.
    NotAttached,
}

impl fmt::Display for Unsuitable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loopback => "that is this machine itself (loopback)",
            Self::LinkLocal => "a link-local address is no charger's in a home network",
            Self::NotAHost => "that is no address of a single device",
            Self::NotAttached => "this machine is not attached to that network",
        })
    }
}

impl Networks {
    /// Asks the system.
    ///
    /// # Errors
    /// Where the system does not tell.
    pub fn read() -> io::Result<Self> {
        let interfaces = if_addrs::get_if_addrs()?;
        let network = |address: IfAddr| match address {
            IfAddr::V4(v4) => (IpAddr::V4(v4.ip), u32::from(v4.netmask).leading_ones()),
            IfAddr::V6(v6) => (IpAddr::V6(v6.ip), u128::from(v6.netmask).leading_ones()),
        };
        let networks = interfaces.into_iter().map(|interface| network(interface.addr));
        Ok(Self::of(networks))
    }

    /// The networks of interfaces with these addresses and prefix lengths, in bits.
    pub fn of(interfaces: impl IntoIterator<Item = (IpAddr, u32)>) -> Self {
        let suits = |(address, prefix): (IpAddr, u32)| {
            let shortest = if address.is_ipv4() { SHORTEST_V4 } else { SHORTEST_V6 };
            let usual = prefix >= shortest && special(address).is_none();
            usual.then_some(Network { address, prefix })
        };
        Self(interfaces.into_iter().filter_map(suits).collect())
    }

    /// Whether a charger may be at `address`.
    ///
    /// # Errors
    /// Why it may not.
    pub fn check(&self, address: IpAddr) -> Result<(), Unsuitable> {
        let address = address.to_canonical();
        if let Some(reason) = special(address) {
            return Err(reason);
        }
        let attached = self.0.iter().any(|network| network.contains(address));
        if attached { Ok(()) } else { Err(Unsuitable::NotAttached) }
    }
}

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros() >= self.prefix
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).leading_zeros() >= self.prefix
            }
            _ => false,
        }
    }
}

/// Why no charger has this address in any network.
fn special(address: IpAddr) -> Option<Unsuitable> {
    match address {
        ip if ip.is_loopback() => Some(Unsuitable::Loopback),
        ip if ip.is_unspecified() || ip.is_multicast() => Some(Unsuitable::NotAHost),
        IpAddr::V4(ip) if ip.is_broadcast() => Some(Unsuitable::NotAHost),
        IpAddr::V4(ip) if ip.is_link_local() => Some(Unsuitable::LinkLocal),
        IpAddr::V6(ip) if ip.is_unicast_link_local() => Some(Unsuitable::LinkLocal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(interfaces: &[(&str, u32)]) -> Networks {
        Networks::of(interfaces.iter().map(|(ip, prefix)| (ip.parse().unwrap(), *prefix)))
    }

    #[test]
    fn only_an_attached_network_has_chargers() {
        let home = networks(&[
            ("127.0.0.1", 8),
            ("::1", 128),
            ("192.168.1.7", 24),
            ("10.1.2.3", 32),
            ("fd00:1::7", 64),
            ("fe80::7", 64),
            ("169.254.3.4", 16),
        ]);
        for (address, expected) in [
            ("192.168.1.40", Ok(())),
            ("192.168.1.7", Ok(())),
            ("::ffff:192.168.1.40", Ok(())),
            ("192.168.2.40", Err(Unsuitable::NotAttached)),
            ("10.1.2.3", Ok(())),
            ("10.1.2.4", Err(Unsuitable::NotAttached)),
            ("8.8.8.8", Err(Unsuitable::NotAttached)),
            ("fd00:1::40", Ok(())),
            ("fd00:2::40", Err(Unsuitable::NotAttached)),
            ("127.0.0.1", Err(Unsuitable::Loopback)),
            ("127.8.0.1", Err(Unsuitable::Loopback)),
            ("::1", Err(Unsuitable::Loopback)),
            ("::ffff:127.0.0.1", Err(Unsuitable::Loopback)),
            ("169.254.3.5", Err(Unsuitable::LinkLocal)),
            ("169.254.169.254", Err(Unsuitable::LinkLocal)),
            ("fe80::40", Err(Unsuitable::LinkLocal)),
            ("0.0.0.0", Err(Unsuitable::NotAHost)),
            ("224.0.0.251", Err(Unsuitable::NotAHost)),
            ("255.255.255.255", Err(Unsuitable::NotAHost)),
            ("ff02::fb", Err(Unsuitable::NotAHost)),
        ] {
            assert_eq!(home.check(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn a_network_that_holds_everything_is_nobodys_home() {
        let all = networks(&[("192.168.1.7", 0), ("fd00::1", 0)]);
        assert_eq!(all, Networks::default());
        assert_eq!(all.check([192, 168, 1, 40].into()), Err(Unsuitable::NotAttached));
    }

    #[test]
    fn the_system_tells_its_networks_without_loopback() {
        let own = Networks::read().unwrap();
        assert_eq!(own.check([127, 0, 0, 1].into()), Err(Unsuitable::Loopback));
        assert!(own.0.iter().all(|network| !network.address.is_loopback()));
    }
}
