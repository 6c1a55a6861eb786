//! `/info`: the unit's master data.

use super::{document, optional};
use crate::code;

optional! {
    /// The unit's master data.
    Info {
        /// The charger itself.
        general: General,
        /// The attachment; possibly missing when none is plugged in (inferred).
        connector: Connector,
        /// Properties detected on the grid side.
        grid: Grid,
        /// Wi-Fi.
        network: Network,
        /// The modem; only on units that have one.
        cellular: Cellular,
        /// The position; only while it is known.
        gps: Gps,
        /// Versions of the controllers.
        versions: Versions,
    }
}

document!(Info);

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
        /// Largest current of the attachment, A.
        max_current: f64,
        /// Kind of plug.
        kind as "type": code::AttachmentType,
        /// Serial number, 8 characters.
        serial: String,
    }
}

optional! {
    /// Properties detected on the grid side.
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
        /// Altitude, m; valid from modem software B15 on.
        altitude: f64,
        /// Accuracy, m; valid from modem software B15 on.
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
