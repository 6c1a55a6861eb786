//! Removes private values from `/info` for untrusted callers.
//!
//! The model defines which values are private.

use http_service::Caller;
use nrgkick_model::Readings;
use nrgkick_model::field::{DocumentName, Field};
use nrgkick_model::request::Read;

/// `true` if private values are hidden from this caller. A request without a caller is untrusted.
pub(crate) fn hides_from(caller: Option<&Caller>, show_private: bool) -> bool {
    !show_private && !caller.is_some_and(|caller| caller.is_trusted())
}

/// Renders the answer to `read` without private values, from the rows of the table.
///
/// Keys unknown to the table are left out as well, as they may be private.
pub(crate) fn without_private(read: &Read, mut readings: Readings) -> Vec<u8> {
    for field in read.document.fields().filter(|field| Field::is_private(field)) {
        readings.set(field.id, None);
    }
    readings.to_json(read.document, &read.sections, read.form).into_bytes()
}

/// `true` if `document` has private values.
pub(crate) fn concerns(document: DocumentName) -> bool {
    document.fields().any(Field::is_private)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_info_has_private_values_and_they_go_from_raw_and_text() {
        assert_eq!(DocumentName::ALL.map(concerns), [true, false, false]);
        let answer = serde_json::json!({
            "general": {"device_name": "garage"},
            "connector": {"type": 1},
            "network": {"ip_address": "192.168.1.20", "ssid": "home", "mac_address": "aa"},
            "cellular": {"imei": "1", "imsi": "2", "operator": "o"},
            "gps": {"latitude": 46.9, "longitude": 15.7},
            "new": {"owner": "me"}
        });
        let raw = Read::raw(DocumentName::Info);
        let readings = Readings::from_json(DocumentName::Info, &answer).unwrap();
        let body = String::from_utf8(without_private(&raw, readings)).unwrap();
        assert_eq!(
            body,
            r#"{"general":{"device_name":"garage"},"connector":{"type":1},"network":{"ip_address":"192.168.1.20"},"cellular":{"operator":"o"}}"#
        );
    }

    #[test]
    fn callers_are_trusted_on_this_machine_or_with_the_token() {
        for caller in [Caller::Lan, Caller::View, Caller::Anyone] {
            assert!(hides_from(Some(&caller), false), "{caller:?}");
        }
        assert!(!hides_from(Some(&Caller::View), true));
        assert!(hides_from(None, false));
        assert!(!hides_from(Some(&Caller::Lan), true));
        assert!(!hides_from(Some(&Caller::Loopback), false));
        assert!(!hides_from(Some(&Caller::Token), false));
    }
}
