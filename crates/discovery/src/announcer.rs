//! The other side: a charger that announces itself. Only the simulated one needs it.

use std::net::IpAddr;
use std::time::Duration;

use mdns_sd::{ServiceDaemon, ServiceInfo};
use tokio::time::timeout;

use crate::error::DiscoveryError;
use crate::{SERVICE, txt};

/// The instance of a real charger's service; several on one network are told apart by what follows.
const INSTANCE: &str = "nrgkick-gen2-api";
/// For the goodbye to go out.
const GOODBYE: Duration = Duration::from_secs(1);

/// What is announced, as it stands in the records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// The name that its user gave it.
    pub name: String,
    /// Its model.
    pub model: String,
    /// Its serial number; also a part of the host's and the service's names.
    pub serial_number: String,
    /// Whether its JSON API is enabled.
    pub json_api: bool,
    /// Whether its Modbus API is enabled.
    pub modbus_api: bool,
    /// Where it is; nothing for every address of this machine, as they come and go.
    pub address: Option<IpAddr>,
    /// The port of its JSON API.
    pub port: u16,
}

/// An announcement in force. Dropping it leaves it in others' memory for up to two minutes; see
/// [`Announcer::stop`].
pub struct Announcer {
    daemon: ServiceDaemon,
    full_name: String,
}

impl Announcer {
    /// Begins to announce `charger`.
    ///
    /// # Errors
    /// Where multicast DNS cannot be used, or a text does not fit into a record.
    pub fn start(charger: &Announced) -> Result<Self, DiscoveryError> {
        let service = service(charger)?;
        let full_name = service.get_fullname().to_owned();
        let daemon = ServiceDaemon::new()?;
        daemon.register(service)?;
        Ok(Self { daemon, full_name })
    }

    /// Announces `charger` in place of what was announced before, under the same serial number.
    ///
    /// # Errors
    /// As [`Announcer::start`].
    pub fn update(&self, charger: &Announced) -> Result<(), DiscoveryError> {
        Ok(self.daemon.register(service(charger)?)?)
    }

    /// Takes the announcement back, so that others forget it at once. Takes at most a second.
    pub async fn stop(self) {
        if let Ok(done) = self.daemon.unregister(&self.full_name) {
            // What is not heard by then is forgotten by its age.
            let _ = timeout(GOODBYE, done.recv_async()).await;
        }
    }
}

impl Drop for Announcer {
    fn drop(&mut self) {
        // A daemon that does not take the command has ended already, or ends with the process.
        let _ = self.daemon.shutdown();
    }
}

fn service(charger: &Announced) -> Result<ServiceInfo, mdns_sd::Error> {
    let flag = |enabled: bool| if enabled { "1" } else { "0" };
    let record = [
        (txt::SERIAL_NUMBER, charger.serial_number.as_str()),
        (txt::MODEL, &charger.model),
        (txt::DEVICE_NAME, &charger.name),
        (txt::JSON_ENABLED, flag(charger.json_api)),
        (txt::JSON_VERSION, "v1"),
        (txt::MODBUS_ENABLED, flag(charger.modbus_api)),
        (txt::MODBUS_VERSION, "v1"),
    ];
    let instance = format!("{INSTANCE}-{}", charger.serial_number);
    let host = format!("nrgkick-{}.local.", charger.serial_number.to_ascii_lowercase());
    let addresses: Vec<IpAddr> = charger.address.into_iter().collect();
    let service = ServiceInfo::new(
        SERVICE,
        &instance,
        &host,
        addresses.as_slice(),
        charger.port,
        record.as_slice(),
    )?;
    Ok(if charger.address.is_none() { service.enable_addr_auto() } else { service })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_the_manufacturers() {
        let charger = Announced {
            name: "NRGkick 🔌⚡\u{fe0f}".to_owned(),
            model: "NRGkick Gen2 SIM".to_owned(),
            serial_number: "T2332500000000000S1D2".to_owned(),
            json_api: true,
            modbus_api: true,
            address: None,
            port: 80,
        };
        let announced = service(&charger).unwrap();
        let example = include_str!("../../../tests/fixtures/official_mdns_txt.txt");
        for line in example.lines() {
            let (key, value) = line.split_once('=').unwrap();
            assert_eq!(announced.get_property_val_str(key), Some(value), "{key}");
        }
        assert_eq!(example.lines().count(), 7);
        let off = Announced { modbus_api: false, ..charger };
        let off = service(&off).unwrap();
        assert_eq!(off.get_property_val_str("modbus_api_enabled"), Some("0"));
    }

    #[test]
    fn a_text_that_does_not_fit_is_refused() {
        let charger = Announced {
            name: "x".repeat(300),
            model: String::new(),
            serial_number: "A1".to_owned(),
            json_api: true,
            modbus_api: true,
            address: Some([192, 168, 1, 40].into()),
            port: 80,
        };
        assert!(Announcer::start(&charger).is_err());
    }
}
