//! `/info`: what the unit is.

use super::{document, optional};
use crate::code;

/// Simulators of this project begin their serial number with this word, so that nobody takes
/// simulated data for real data on any path.
pub const SIMULATED: &str = "SIMULATED";

optional! {
    /// What the unit is.
    Info {
        /// The charger itself.
        general: General,
        /// The attachment; possibly missing when none is plugged in (inferred).
        connector: Connector,
        /// What was detected on the grid side.
        grid: Grid,
        /// Wi-Fi.
        network: Network,
        /// The modem; only on units that have one.
        cellular: Cellular,
        /// The position; only while there is one.
        gps: Gps,
        /// Versions of the controllers.
        versions: Versions,
    }
}

document!(Info);

impl Info {
    /// Whether this is this project's simulator and no real charger.
    pub fn is_simulated(&self) -> bool {
        let serial = self.general.as_ref().and_then(|general| general.serial_number.as_deref());
        serial.is_some_and(|serial| serial.starts_with(SIMULATED))
    }

    /// Whether the model type says that a modem is built in.
    pub fn has_modem(&self) -> bool {
        let model = self.general.as_ref().and_then(|general| general.model_type.as_deref());
        model.is_some_and(|model| model.contains("SIM"))
    }

    /// The most current, in A, that the unit and its attachment allow; nothing while unknown.
    pub fn max_current(&self) -> Option<f64> {
        let rated = self.rated_current();
        let attachment = self
            .connector
            .as_ref()
            .and_then(|connector| connector.max_current)
            .filter(|current| *current > 0.0);
        match (rated, attachment) {
            (Some(rated), Some(attachment)) => Some(rated.min(attachment)),
            (one, other) => one.or(other),
        }
    }

    /// The rated current in A; nothing while unknown.
    pub fn rated_current(&self) -> Option<f64> {
        let rated = self.general.as_ref().and_then(|general| general.rated_current);
        rated.filter(|current| *current > 0).map(f64::from)
    }

    /// The name to show: the user's, else the model; empty names are skipped.
    pub fn display_name(&self) -> Option<&str> {
        let general = self.general.as_ref()?;
        [&general.device_name, &general.model_type]
            .into_iter()
            .filter_map(|name| name.as_deref().map(str::trim))
            .find(|name| !name.is_empty())
    }
}

optional! {
    /// The charger itself.
    General {
        /// Serial number, 21 characters.
        serial_number: String,
        /// Model; contains "SIM" where a modem is built in.
        model_type: String,
        /// The user's name for it; may be empty, may hold emoji.
        device_name: String,
        /// Rated current, A: 16 or 32.
        rated_current: u8,
    }
}

optional! {
    /// The attachment on the grid side.
    Connector {
        /// Phases of the attachment.
        phase_count: u8,
        /// Most current of the attachment, A.
        max_current: f64,
        /// Kind of plug.
        kind as "type": code::AttachmentType,
        /// Serial number, 8 characters.
        serial: String,
    }
}

optional! {
    /// What was detected on the grid side.
    Grid {
        /// Kind of grid, V; not a measurement.
        voltage: u8,
        /// Kind of grid, Hz; not a measurement.
        frequency: u8,
        /// Phases found.
        phases: code::GridPhases,
    }
}

optional! {
    /// Wi-Fi.
    Network {
        /// IP address.
        ip_address: String,
        /// MAC address.
        mac_address: String,
        /// Name of the network.
        ssid: String,
        /// Signal, dBm.
        rssi: i8,
    }
}

optional! {
    /// The modem.
    Cellular {
        /// Number of the modem.
        imei: String,
        /// Number of the SIM card.
        imsi: String,
        /// Operator of the network.
        operator: String,
        /// Signal, dBm.
        rssi: i8,
        /// Kind of connection.
        mode: code::CellularMode,
    }
}

optional! {
    /// The position.
    #[derive(Copy)]
    Gps {
        /// Degrees, north positive.
        latitude: f64,
        /// Degrees, east positive.
        longitude: f64,
        /// m; valid from modem software B15 on.
        altitude: f64,
        /// m; valid from modem software B15 on.
        accuracy: f64,
    }
}

optional! {
    /// Versions of the controllers.
    Versions {
        /// SmartModule software, "the firmware".
        sw_sm: String,
        /// SmartModule hardware.
        hw_sm: String,
        /// Main controller software.
        sw_ma: String,
        /// Main controller hardware.
        hw_ma: String,
        /// Touch controller software.
        sw_to: String,
        /// Touch controller hardware.
        hw_to: String,
        /// Star controller software.
        sw_st: String,
        /// Star controller hardware.
        hw_st: String,
        /// Modem software; only with a modem.
        sw_cm: String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_of_unit_and_attachment_limits_the_current() {
        let info = |rated_current, max_current| Info {
            general: Some(General { rated_current, ..General::default() }),
            connector: Some(Connector { max_current, ..Connector::default() }),
            ..Info::default()
        };
        assert_eq!(info(Some(32), Some(13.0)).max_current(), Some(13.0));
        assert_eq!(info(Some(16), Some(32.0)).max_current(), Some(16.0));
        assert_eq!(info(Some(16), Some(0.0)).max_current(), Some(16.0));
        assert_eq!(info(None, None).max_current(), None);
    }

    #[test]
    fn an_empty_name_gives_way_to_the_model() {
        let info = |name: &str| Info {
            general: Some(General {
                device_name: Some(name.into()),
                model_type: Some("NRGkick Gen2".into()),
                ..General::default()
            }),
            ..Info::default()
        };
        assert_eq!(info(" ").display_name(), Some("NRGkick Gen2"));
        assert_eq!(info("NRGkick 🔌⚡️").display_name(), Some("NRGkick 🔌⚡️"));
    }
}
