//! What was found, as a table for people and as JSON for scripts.

use std::net::SocketAddr;

use discovery::Announcement;
use serde_json::json;

/// The port that an address need not name.
const USUAL_PORT: u16 = 80;

const NOTHING: &str = "\
No charger announced itself. Look whether it is on and in this network, whether a local API is \
enabled
in the NRGkick app (Extended, Local API), and whether a firewall here lets UDP port 5353 through.
Guest networks and some repeaters keep announcements back; then give the address: --charger ADDRESS";

/// One charger that was found.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) announced: Announcement,
    /// Where it can be reached from here.
    pub(super) address: Option<SocketAddr>,
}

impl Listed {
    fn apis(&self) -> &'static str {
        match (self.announced.json_api, self.announced.modbus_api) {
            (Some(true), Some(true)) => "JSON, Modbus",
            (Some(true), _) => "JSON",
            (_, Some(true)) => "Modbus",
            (Some(false), Some(false)) => "none",
            (None, _) | (_, None) => "not known",
        }
    }

    fn shown_address(&self) -> String {
        match self.address {
            Some(address) if address.port() == USUAL_PORT && address.is_ipv4() => {
                address.ip().to_string()
            }
            Some(address) => address.to_string(),
            None => {
                let all = self.announced.addresses.iter().map(ToString::to_string);
                format!("{} (not in this network)", all.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn start(&self) -> Option<String> {
        let address = self.address?;
        let is_off = |api: Option<bool>| api == Some(false);
        match (self.announced.json_api, self.announced.modbus_api) {
            (json, modbus) if is_off(json) && is_off(modbus) => None,
            (json, _) if is_off(json) => Some(format!("modbus-proxy --charger {}", address.ip())),
            _ => Some(format!("cors-proxy --charger http://{}", self.shown_address())),
        }
    }
}

/// A line for each, and how to begin with the first one.
pub(super) fn table(listed: &[Listed]) -> String {
    if listed.is_empty() {
        return NOTHING.to_owned();
    }
    let head = ["NAME", "MODEL", "SERIAL NUMBER", "APIS ON", "ADDRESS"].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(head)
        .chain(listed.iter().map(|charger| {
            let announced = &charger.announced;
            let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
            [
                announced.name.clone(),
                or_unknown(&announced.model),
                or_unknown(&announced.serial_number),
                charger.apis().to_owned(),
                charger.shown_address(),
            ]
        }))
        .collect();
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths = [0, 1, 2, 3].map(width);
    let mut text = String::new();
    for [name, model, serial, apis, address] in &rows {
        let [a, b, c, d] = widths;
        text += &format!("{name:a$}  {model:b$}  {serial:c$}  {apis:d$}  {address}\n");
    }
    if let Some(start) = listed.iter().find_map(Listed::start) {
        text += &format!("\nTo begin: {start}\n");
    }
    text +=
        "Everybody in a network can announce anything: compare the serial number with the label.";
    text
}

/// An array of objects.
pub(super) fn json(listed: &[Listed]) -> String {
    let all: Vec<_> = listed
        .iter()
        .map(|charger| {
            let announced = &charger.announced;
            json!({
                "name": announced.name,
                "model": announced.model,
                "serial_number": announced.serial_number,
                "simulated": announced.is_simulated(),
                "json_api": announced.json_api,
                "modbus_api": announced.modbus_api,
                "address": charger.address.map(|address| address.ip()),
                "port": announced.port,
                "announced_addresses": announced.addresses,
            })
        })
        .collect();
    json!(all).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(name: &str, apis: [Option<bool>; 2], address: Option<&str>) -> Listed {
        let announced = Announcement {
            name: name.to_owned(),
            model: Some("NRGkick Gen2".to_owned()),
            serial_number: Some("SIMULATED000000000001".to_owned()),
            json_api: apis[0],
            modbus_api: apis[1],
            addresses: vec![[192, 168, 1, 40].into()],
            port: 80,
        };
        Listed { announced, address: address.map(|address| address.parse().unwrap()) }
    }

    #[test]
    fn a_table_has_a_line_for_each_and_says_how_to_begin() {
        let text = table(&[
            listed("Garage 🔌", [Some(false), Some(true)], Some("192.168.1.40:80")),
            listed("Yard", [Some(true), Some(true)], Some("192.168.1.41:8090")),
            listed("Far", [None, None], None),
        ]);
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("NAME") && lines[0].ends_with("ADDRESS"), "{text}");
        assert!(lines[1].starts_with("Garage 🔌  NRGkick Gen2  SIMULATED000000000001"), "{text}");
        assert!(lines[1].ends_with("Modbus        192.168.1.40"), "{text}");
        assert!(lines[2].ends_with("JSON, Modbus  192.168.1.41:8090"), "{text}");
        assert!(lines[3].ends_with("not known     192.168.1.40 (not in this network)"), "{text}");
        assert!(text.contains("To begin: modbus-proxy --charger 192.168.1.40\n"), "{text}");
        let json_first = table(&[listed("a", [Some(true), None], Some("192.168.1.41:8090"))]);
        assert!(
            json_first.contains("cors-proxy --charger http://192.168.1.41:8090"),
            "{json_first}"
        );
    }

    #[test]
    fn nothing_says_what_to_look_at() {
        assert!(table(&[]).contains("Local API") && table(&[]).contains("--charger ADDRESS"));
        assert_eq!(json(&[]), "[]");
    }

    #[test]
    fn scripts_get_every_part() {
        let hostile = listed("\"<b>\"", [Some(true), Some(false)], Some("192.168.1.40:80"));
        let read: serde_json::Value = serde_json::from_str(&json(&[hostile])).unwrap();
        let charger = &read[0];
        assert_eq!(charger["name"], "\"<b>\"");
        assert_eq!((&charger["json_api"], &charger["modbus_api"]), (&true.into(), &false.into()));
        assert_eq!((&charger["simulated"], &charger["port"]), (&true.into(), &80.into()));
        assert_eq!(charger["address"], "192.168.1.40");
    }
}
