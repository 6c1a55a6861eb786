//! Which values say who the user is or where the charger stands.
//!
//! Beside the table and not in it: a gateway on a shared network is the only reader. Not here:
//! who may see them; that is the gateway's.

use super::{Field, FieldId, Presence};

impl Field {
    /// Whether this value is kept from callers that are merely on the same network: the numbers
    /// of the modem, the position, and what identifies the Wi-Fi.
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
