//! What is kept out of a file that may be shown to anybody.
//!
//! Two nets, one behind the other: documents are written without their private rows, and then every
//! text in the file is searched for what is known to be private, wherever it came from.

use std::net::Ipv4Addr;

use nrgkick_model::Readings;
use nrgkick_model::field::{DocumentName, FIELDS, Field, FieldId};
use serde_json::Value;

/// Stands in the place of what is kept out.
pub const HIDDEN: &str = "(hidden)";

/// Shorter secrets are parts of common words.
const SHORTEST: usize = 4;

/// Rows that name this one unit, or hold its owner's own words. On the owner's own network nobody
/// minds, so the table does not call them private; in public somebody may.
const OWN: [FieldId; 3] = [FieldId::SerialNumber, FieldId::DeviceName, FieldId::AttachmentSerial];

/// Whether the row is kept out.
pub fn is_kept_out(field: &Field) -> bool {
    field.is_private() || OWN.contains(&field.id)
}

/// `readings` without what is kept out.
pub fn without_private(mut readings: Readings) -> Readings {
    for field in FIELDS.iter().filter(|field| is_kept_out(field)) {
        readings.set(field.id, None);
    }
    readings
}

/// The texts of `readings` that are kept out.
pub fn private_texts(readings: &Readings) -> Vec<String> {
    let rows = readings.iter().filter(|(field, _)| is_kept_out(field));
    rows.filter_map(|(field, _)| Some(readings.text(field.id)?.to_owned())).collect()
}

/// Puts [`HIDDEN`] in the place of every one of `secrets` in all texts of `value`, keys excepted.
pub fn scrub(value: &mut Value, secrets: &[String]) {
    match value {
        Value::String(text) => {
            for secret in secrets.iter().filter(|secret| secret.chars().count() >= SHORTEST) {
                if text.contains(&**secret) {
                    *text = text.replace(&**secret, HIDDEN);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| scrub(value, secrets)),
        Value::Object(values) => values.values_mut().for_each(|value| scrub(value, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `url` without what only its owner may know: log-in and token, the name of a host or of a charger,
/// and an address that is not of a local network.
pub fn url(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), url),
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = if scheme.is_empty() { ("", rest) } else { rest.split_at(end) };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<_> = path.split('/').collect();
    let named = |at: usize| at > 0 && parts.get(at - 1) == Some(&"c");
    let path: Vec<_> =
        parts.iter().enumerate().map(|(at, part)| if named(at) { HIDDEN } else { *part }).collect();
    let query: Vec<_> = query.split('&').filter(|pair| !pair.is_empty()).map(parameter).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}{}{}{mark}{}", host(authority), path.join("/"), query.join("&"))
}

/// Flags, the charger's own keys and what this page itself understands stay; any other value is
/// hidden.
fn parameter(pair: &str) -> String {
    let Some((name, _)) = pair.split_once('=') else { return pair.to_owned() };
    let is_key = DocumentName::Control.fields().any(|field| field.key() == name);
    let is_known = is_key || ["demo", "lang", "theme", "kiosk"].contains(&name);
    if is_known { pair.to_owned() } else { format!("{name}={HIDDEN}") }
}

/// A host with its port; as it is only where it names no place beyond the local network.
fn host(authority: &str) -> String {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|sign| sign.is_ascii_digit()) => (name, Some(port)),
        _ => (host, None),
    };
    let shown = if is_local(name) { name } else { HIDDEN };
    port.map_or_else(|| shown.to_owned(), |port| format!("{shown}:{port}"))
}

fn is_local(host: &str) -> bool {
    let is_private = |address: Ipv4Addr| {
        address.is_private() || address.is_loopback() || address.is_link_local()
    };
    host.is_empty() || host == "localhost" || host.parse().is_ok_and(is_private)
}

#[cfg(test)]
mod tests {
    use nrgkick_model::reading::Form;
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_lose_what_names_owner_unit_and_place_and_nothing_else() {
        let info = json!({
            "general": {"device_name": "Garage of Ada", "serial_number": "SN-4711", "rated_current": 32.0},
            "network": {"ssid": "Ada at home", "mac_address": "aa:bb", "rssi": -60},
            "cellular": {"imei": "356938035643809"},
            "gps": {"latitude": 46.9, "longitude": 15.7}
        });
        let readings = Readings::from_json(DocumentName::Info, &info).unwrap();
        let secrets = private_texts(&readings);
        for secret in ["Garage of Ada", "SN-4711", "Ada at home", "356938035643809"] {
            assert!(secrets.iter().any(|known| known == secret), "{secret}");
        }
        let written = without_private(readings).to_json(DocumentName::Info, &[], Form::Raw);
        assert_eq!(written, r#"{"general":{"rated_current":32},"network":{"rssi":-60}}"#);
    }

    #[test]
    fn a_known_secret_is_found_wherever_it_is() {
        let secrets = ["SN-4711".to_owned(), "on".to_owned(), "correct horse".to_owned()];
        let mut value = json!({"a": ["the charger SN-4711 says", {"b": "correct horse"}], "c": 1});
        scrub(&mut value, &secrets);
        assert_eq!(value, json!({"a": ["the charger (hidden) says", {"b": "(hidden)"}], "c": 1}));
        let mut short = json!("connection");
        scrub(&mut short, &secrets);
        assert_eq!(short, json!("connection"));
    }

    #[test]
    fn addresses_say_the_way_and_not_who_walks_it() {
        for (whole, shown) in [
            ("values?raw", "values?raw"),
            ("c/Garage%20of%20Ada/info?raw", "c/(hidden)/info?raw"),
            ("http://me:secret@192.168.1.50/info", "http://192.168.1.50/info"),
            ("http://10.0.0.7:8080/api", "http://10.0.0.7:8080/api"),
            ("http://84.115.3.9/info", "http://(hidden)/info"),
            ("https://ada.example.org:8443/panel/", "https://(hidden):8443/panel/"),
            (
                "http://localhost:8080/?charger=Garage&demo=hot",
                "http://localhost:8080/?charger=(hidden)&demo=hot",
            ),
            (
                "http://127.0.0.1/?token=0123456789012345#token=x",
                "http://127.0.0.1/?token=(hidden)",
            ),
            ("control?current_set=16.0", "control?current_set=16.0"),
        ] {
            assert_eq!(url(whole), shown, "{whole}");
        }
    }
}
