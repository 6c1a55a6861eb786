//! What was found, as a table for people and as JSON for scripts.

use std::net::SocketAddr;

use discovery::Announcement;
use gateway_api::found::FoundCharger;

/// The port that an address need not name.
const USUAL_PORT: u16 = 80;

const NOTHING: &str = "\
No charger announced itself. Look whether it is on and in this network, whether a local API is \
enabled
in the NRGkick app (Extended, Local API), and whether a firewall here lets UDP port 5353 through.
Guest networks and some repeaters keep announcements back; then give the address: --charger ADDRESS";

/// What is known of a charger that was `announced` and can be reached at `address`, if anywhere.
pub(super) fn listed(announced: Announcement, address: Option<SocketAddr>) -> FoundCharger {
    let is_off = |api: Option<bool>| api == Some(false);
    let json = address.filter(|_| !is_off(announced.json_api)).map(short);
    let start = match (address, &json) {
        (_, Some(place)) => Some(format!("cors-proxy --charger http://{place}")),
        (Some(address), None) if !is_off(announced.modbus_api) => {
            Some(format!("modbus-proxy --charger {}", address.ip()))
        }
        _ => None,
    };
    FoundCharger {
        simulated: announced.is_simulated(),
        name: announced.name,
        model: announced.model,
        serial_number: announced.serial_number,
        json_api: announced.json_api,
        modbus_api: announced.modbus_api,
        address: address.map(|address| address.ip().to_string()),
        port: announced.port,
        announced_addresses: announced.addresses.iter().map(ToString::to_string).collect(),
        origin: json.map(|place| format!("http://{place}")),
        start,
        served_as: None,
    }
}

/// An address without a port that need not be named.
fn short(address: SocketAddr) -> String {
    if address.port() == USUAL_PORT && address.is_ipv4() {
        address.ip().to_string()
    } else {
        address.to_string()
    }
}

fn apis(charger: &FoundCharger) -> &'static str {
    match (charger.json_api, charger.modbus_api) {
        (Some(true), Some(true)) => "JSON, Modbus",
        (Some(true), _) => "JSON",
        (_, Some(true)) => "Modbus",
        (Some(false), Some(false)) => "none",
        (None, _) | (_, None) => "not known",
    }
}

fn place(charger: &FoundCharger) -> String {
    match charger.address.as_ref().map(|ip| ip.parse()) {
        Some(Ok(ip)) => short(SocketAddr::new(ip, charger.port)),
        _ => format!("{} (not in this network)", charger.announced_addresses.join(", ")),
    }
}

/// A line for each, and how to begin with the first one.
pub(super) fn table(listed: &[FoundCharger]) -> String {
    if listed.is_empty() {
        return NOTHING.to_owned();
    }
    let head = ["NAME", "MODEL", "SERIAL NUMBER", "APIS ON", "ADDRESS"].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(head)
        .chain(listed.iter().map(|charger| {
            let or_unknown = |text: &Option<String>| text.clone().unwrap_or_else(|| "?".to_owned());
            [
                charger.name.clone(),
                or_unknown(&charger.model),
                or_unknown(&charger.serial_number),
                apis(charger).to_owned(),
                place(charger),
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
    if let Some(start) = listed.iter().find_map(|charger| charger.start.as_ref()) {
        text += &format!("\nTo begin: {start}\n");
    }
    text +=
        "Everybody in a network can announce anything: compare the serial number with the label.";
    text
}

/// An array of objects.
pub(super) fn json(listed: &[FoundCharger]) -> String {
    // Structs of strings, numbers and addresses always serialise.
    serde_json::to_string(listed).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, apis: [Option<bool>; 2], address: Option<&str>) -> FoundCharger {
        let address: Option<SocketAddr> = address.map(|address| address.parse().unwrap());
        let announced = Announcement {
            name: name.to_owned(),
            model: Some("NRGkick Gen2".to_owned()),
            serial_number: Some("SIMULATED000000000001".to_owned()),
            json_api: apis[0],
            modbus_api: apis[1],
            addresses: vec![[192, 168, 1, 40].into()],
            port: address.map_or(80, |address| address.port()),
        };
        listed(announced, address)
    }

    #[test]
    fn a_table_has_a_line_for_each_and_says_how_to_begin() {
        let text = table(&[
            found("Garage 🔌", [Some(false), Some(true)], Some("192.168.1.40:80")),
            found("Yard", [Some(true), Some(true)], Some("192.168.1.41:8090")),
            found("Far", [None, None], None),
        ]);
        let lines: Vec<_> = text.lines().collect();
        assert!(lines[0].starts_with("NAME") && lines[0].ends_with("ADDRESS"), "{text}");
        assert!(lines[1].starts_with("Garage 🔌  NRGkick Gen2  SIMULATED000000000001"), "{text}");
        assert!(lines[1].ends_with("Modbus        192.168.1.40"), "{text}");
        assert!(lines[2].ends_with("JSON, Modbus  192.168.1.41:8090"), "{text}");
        assert!(lines[3].ends_with("not known     192.168.1.40 (not in this network)"), "{text}");
        assert!(text.contains("To begin: modbus-proxy --charger 192.168.1.40\n"), "{text}");
        let json_first = table(&[found("a", [Some(true), None], Some("192.168.1.41:8090"))]);
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
        let hostile = found("\"<b>\"", [Some(true), Some(false)], Some("192.168.1.40:80"));
        let read: serde_json::Value = serde_json::from_str(&json(&[hostile])).unwrap();
        let charger = &read[0];
        assert_eq!(charger["name"], "\"<b>\"");
        assert_eq!((&charger["json_api"], &charger["modbus_api"]), (&true.into(), &false.into()));
        assert_eq!((&charger["simulated"], &charger["port"]), (&true.into(), &80.into()));
        assert_eq!(charger["address"], "192.168.1.40");
        assert_eq!(charger["origin"], "http://192.168.1.40");
        assert_eq!(charger["start"], "cors-proxy --charger http://192.168.1.40");
    }

    #[test]
    fn what_cannot_be_reached_has_no_command() {
        let far = found("Far", [Some(true), Some(true)], None);
        let off = found("Off", [Some(false), Some(false)], Some("192.168.1.40:80"));
        for charger in [far, off] {
            assert_eq!((charger.origin, charger.start), (None, None), "{}", charger.name);
        }
    }
}
