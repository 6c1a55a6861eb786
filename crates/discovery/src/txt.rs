//! The TXT record of a charger's service: its keys, and what is taken for their values.
//!
//! The keys are the manufacturer's, from the documentation of the local API.

use mdns_sd::TxtProperties;
use nrgkick_model::text::clean;

pub(crate) const SERIAL_NUMBER: &str = "serial_number";
pub(crate) const MODEL: &str = "model_type";
pub(crate) const DEVICE_NAME: &str = "device_name";
pub(crate) const JSON_ENABLED: &str = "json_api_enabled";
pub(crate) const JSON_VERSION: &str = "json_api_version";
pub(crate) const MODBUS_ENABLED: &str = "modbus_api_enabled";
pub(crate) const MODBUS_VERSION: &str = "modbus_api_version";

/// The longest text that is shown, in characters; a charger keeps 16 bytes of its name.
const LONGEST_TEXT: usize = 64;
/// The longest serial number, in characters; real ones have 21.
const LONGEST_SERIAL: usize = 32;

/// `text` as it may be shown and logged; nothing where nothing visible is left.
pub(crate) fn shown(text: &str) -> Option<String> {
    let text: String = clean(text).trim().chars().take(LONGEST_TEXT).collect();
    (!text.is_empty()).then_some(text)
}

/// The text of `key`.
pub(crate) fn text(record: &TxtProperties, key: &str) -> Option<String> {
    shown(&String::from_utf8_lossy(record.get_property_val(key)??))
}

/// The serial number; nothing where it is missing, as behind some repeaters, or cannot be one.
pub(crate) fn serial_number(record: &TxtProperties) -> Option<String> {
    let serial = std::str::from_utf8(record.get_property_val(SERIAL_NUMBER)??).ok()?;
    let is_one = (1..=LONGEST_SERIAL).contains(&serial.len())
        && serial.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_one.then(|| serial.to_owned())
}

/// Whether the API of `key` is enabled; nothing where the record does not say.
pub(crate) fn flag(record: &TxtProperties, key: &str) -> Option<bool> {
    match record.get_property_val(key)?? {
        b"0" => Some(false),
        b"1" => Some(true),
        _ => None,
    }
}
