//! The values that identify the user or the charger's position.
//!
//! Beside the table and not in it: a gateway on a shared network is the only reader. Not here: the
//! rule for callers that may see them; that is the gateway's.

use super::{Field, FieldId, Presence};

impl Field {
    /// Returns `true` if this value is hidden from callers that are merely on the same network: the
    /// numbers of the modem, the position, and the values that identify the Wi-Fi.
    pub const fn is_private(&self) -> bool {
        matches!(self.presence, Presence::Gps)
            || matches!(
                self.id,
                FieldId::Imei | FieldId::Imsi | FieldId::Ssid | FieldId::MacAddress
            )
    }
}

#[cfg(test)]
mod tests {
    use crate::field::FIELDS;

    #[test]
    fn modem_position_and_wifi_are_private_and_nothing_else() {
        let private: Vec<_> =
            FIELDS.iter().filter(|field| field.is_private()).map(|field| field.path).collect();
        assert_eq!(
            private,
            [
                "info.network.mac_address",
                "info.network.ssid",
                "info.cellular.imei",
                "info.cellular.imsi",
                "info.gps.latitude",
                "info.gps.longitude",
                "info.gps.altitude",
                "info.gps.accuracy",
            ]
        );
    }
}
