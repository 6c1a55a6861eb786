//! What a charger announces, read from its SRV, TXT and address records.

use std::collections::BTreeSet;
use std::net::IpAddr;

use mdns_sd::{ResolvedService, TxtProperties};
use nrgkick_model::reading::SIMULATED;

use crate::{SERVICE, txt};

/// The most addresses that are kept of one announcement.
const MOST_ADDRESSES: usize = 8;
/// The longest full name of a service, in bytes: 255 on the wire, every one of them escaped.
const LONGEST_NAME: usize = 1024;

/// A charger as somebody announces it. Every part is a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The name that its user gave it, else that of its service; 1 to 64 characters that can be
    /// shown.
    pub name: String,
    /// Its model, such as `NRGkick Gen2`.
    pub model: Option<String>,
    /// Its serial number: 1 to 32 letters, digits and hyphens. Repeaters between networks may
    /// leave it out.
    pub serial_number: Option<String>,
    /// Whether its JSON API is enabled. The flag may lag behind the setting.
    pub json_api: Option<bool>,
    /// Whether its Modbus API is enabled. The flag may lag behind the setting.
    pub modbus_api: Option<bool>,
    /// Where it is, IPv4 first; at least one address and at most 8.
    pub addresses: Vec<IpAddr>,
    /// The port of its JSON API, 80 on real ones. The service says nothing about the port of Modbus.
    pub port: u16,
}

impl Announcement {
    /// Whether it says that it is simulated.
    pub fn is_simulated(&self) -> bool {
        self.serial_number.as_ref().is_some_and(|serial| serial.starts_with(SIMULATED))
    }

    /// What `service` announces; nothing where it has no name, port or address.
    pub(crate) fn of(service: &ResolvedService) -> Option<Self> {
        let addresses = service.addresses.iter().map(mdns_sd::ScopedIp::to_ip_addr);
        Self::read(&service.fullname, service.port, addresses, &service.txt_properties)
    }

    fn read(
        full_name: &str,
        port: u16,
        addresses: impl IntoIterator<Item = IpAddr>,
        record: &TxtProperties,
    ) -> Option<Self> {
        if full_name.len() > LONGEST_NAME || port == 0 {
            return None;
        }
        // Sorted, so that an announcement that did not change is equal to the one before.
        let addresses: BTreeSet<IpAddr> =
            addresses.into_iter().map(|address| address.to_canonical()).collect();
        let addresses: Vec<_> = addresses.into_iter().take(MOST_ADDRESSES).collect();
        if addresses.is_empty() {
            return None;
        }
        let name = txt::text(record, txt::DEVICE_NAME).or_else(|| txt::shown(label(full_name)))?;
        Some(Self {
            name,
            model: txt::text(record, txt::MODEL),
            serial_number: txt::serial_number(record),
            json_api: txt::flag(record, txt::JSON_ENABLED),
            modbus_api: txt::flag(record, txt::MODBUS_ENABLED),
            addresses,
            port,
        })
    }
}

/// The instance's own part of the full name of its service.
fn label(full_name: &str) -> &str {
    let end = full_name.len().saturating_sub(SERVICE.len());
    match full_name.get(end..) {
        Some(service) if service.eq_ignore_ascii_case(SERVICE) => {
            full_name.get(..end).unwrap_or_default().trim_end_matches('.')
        }
        _ => full_name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A TXT record as it is on the wire: each string behind its length.
    fn record(strings: &[&[u8]]) -> TxtProperties {
        let bytes: Vec<u8> = strings
            .iter()
            .flat_map(|string| [&[u8::try_from(string.len()).unwrap()], *string].concat())
            .collect();
        TxtProperties::from(bytes.as_slice())
    }

    fn read(strings: &[&[u8]]) -> Announcement {
        let addresses = ["fd00::7", "192.168.1.40"].map(|address| address.parse().unwrap());
        Announcement::read(&format!("nrgkick-gen2-api.{SERVICE}"), 80, addresses, &record(strings))
            .unwrap()
    }

    #[test]
    fn the_manufacturers_example_is_read() {
        let text = include_str!("../../../tests/fixtures/official_mdns_txt.txt");
        let lines: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
        assert_eq!(lines.len(), 7);
        let expected = Announcement {
            name: "NRGkick 🔌⚡\u{fe0f}".to_owned(),
            model: Some("NRGkick Gen2 SIM".to_owned()),
            serial_number: Some("T2332500000000000S1D2".to_owned()),
            json_api: Some(true),
            modbus_api: Some(true),
            addresses: vec!["192.168.1.40".parse().unwrap(), "fd00::7".parse().unwrap()],
            port: 80,
        };
        assert_eq!(read(&lines), expected);
        assert!(!expected.is_simulated());
    }

    /// As `avahi-browse` printed it of a real charger, its TXT strings in quotes on one line.
    #[test]
    fn what_a_real_charger_announced_is_read() {
        let text = include_str!("../../../tests/fixtures/real_mdns_avahi.txt");
        let line = text.lines().find(|line| line.starts_with("txt ")).unwrap();
        let strings: Vec<&[u8]> = line.split('"').skip(1).step_by(2).map(str::as_bytes).collect();
        let read = read(&strings);
        assert_eq!((read.json_api, read.modbus_api), (Some(true), Some(false)));
        assert_eq!((read.name.as_str(), read.model.as_deref()), ("NRGkick", Some("NRGkick Gen2")));
        assert_eq!(read.serial_number, None, "the reporter masked it");
    }

    #[test]
    fn without_a_txt_record_there_is_the_name_of_the_service() {
        let read = read(&[]);
        assert_eq!((read.name.as_str(), read.port), ("nrgkick-gen2-api", 80));
        assert_eq!((read.serial_number, read.json_api, read.modbus_api), (None, None, None));
    }

    #[test]
    fn hostile_names_become_short_and_visible_or_nothing() {
        let name = |value: &[u8]| read(&[&[b"device_name=", value].concat()]).name;
        assert_eq!(name(b"\x1b[31mred\r\n\x07"), "[31mred");
        assert_eq!(name("a\u{202e}b".as_bytes()), "ab", "no mark that turns the direction");
        assert_eq!(name(b"<script>alert(1)</script>"), "<script>alert(1)</script>");
        assert_eq!(name(&[b'x'; 243]).len(), 64);
        assert_eq!(name(b"a.b\\c"), "a.b\\c");
        assert_eq!(name(b"\xff\xfe!"), "\u{fffd}\u{fffd}!");
        for nothing in [&b""[..], b"  ", b"\x01\x02"] {
            assert_eq!(name(nothing), "nrgkick-gen2-api");
        }
        assert_eq!(read(&[b"device_name"]).name, "nrgkick-gen2-api");
    }

    #[test]
    fn what_is_no_serial_number_is_none() {
        let serial = |value: &[u8]| read(&[&[b"serial_number=", value].concat()]).serial_number;
        assert_eq!(serial(b"SIMULATED000000000001").as_deref(), Some("SIMULATED000000000001"));
        for none in [&b""[..], b"a b", b"<b>", b"a\n", b"\xff", b"../..", &[b'1'; 33]] {
            assert_eq!(serial(none), None, "{none:?}");
        }
        assert!(read(&[b"serial_number=SIMULATED1"]).is_simulated());
        assert_eq!(read(&[b"json_api_enabled=yes"]).json_api, None);
    }

    #[test]
    fn a_name_a_port_and_an_address_are_needed() {
        let none = |name: &str, port, addresses: &[IpAddr]| {
            Announcement::read(name, port, addresses.iter().copied(), &record(&[])).is_none()
        };
        let here: [IpAddr; 1] = ["10.0.0.1".parse().unwrap()];
        assert!(none(SERVICE, 80, &here) && none("", 80, &here), "no name");
        assert!(none("a", 0, &here) && none("a", 80, &[]));
        assert!(none(&"a".repeat(2000), 80, &here));
        let many = (1..=200).map(|last| IpAddr::from([10, 0, 0, last]));
        let read = Announcement::read("a", 80, many, &record(&[])).unwrap();
        assert_eq!(read.addresses.len(), 8);
    }
}
