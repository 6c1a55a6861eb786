//! The unit by which callers are counted.

use std::net::{IpAddr, Ipv6Addr};

/// Returns an IPv4 address, or the /64 of an IPv6 address, as one host can use all of it.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        // `::1` stays as it is, so that the limits recognise it as loopback.
        IpAddr::V6(address) if address.is_loopback() => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)).into(),
    }
}
