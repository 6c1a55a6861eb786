//! The address of a broker.

use http_service::HostPort;

/// The port of MQTT without TLS.
const PORT: u16 = 1883;

/// Parses `mqtt://HOST[:PORT]`.
pub(super) fn broker(text: &str) -> Result<HostPort, String> {
    // A log-in in it is not repeated: whoever wrote it there has one to lose.
    if text.contains('@') {
        return Err("a user name does not belong into the address: give it by --mqtt-username, \
                    and its password by --mqtt-password-file"
            .to_owned());
    }
    let bad = || format!("{text:?} is no address such as mqtt://192.168.1.5:{PORT}");
    let uri: http::Uri = text.parse().map_err(|_| bad())?;
    if uri.scheme_str() == Some("mqtts") {
        return Err(format!(
            "{text:?}: this program speaks MQTT without TLS; let a broker on this machine \
             pass the messages on (mosquitto: connection, bridge_cafile)"
        ));
    }
    let is_bare = uri.path_and_query().is_none_or(|path| path.as_str() == "/");
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = match uri.authority().and_then(http::uri::Authority::port) {
        Some(port) => port.as_str().parse().ok().filter(|port| *port != 0).ok_or_else(bad)?,
        None => PORT,
    };
    if uri.scheme_str() != Some("mqtt") || !is_bare || host.is_empty() {
        return Err(bad());
    }
    Ok(HostPort { host, port })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_a_host_with_a_port() {
        for (text, shown) in [
            ("mqtt://192.168.1.5", "192.168.1.5:1883"),
            ("mqtt://broker.local:1884/", "broker.local:1884"),
            ("mqtt://[fd00::1]:1884", "[fd00::1]:1884"),
        ] {
            assert_eq!(broker(text).unwrap().to_string(), shown);
        }
        for bad in ["", "broker", "http://broker", "mqtt://", "mqtt://a:0", "mqtt://a/topic"] {
            let error = broker(bad).unwrap_err();
            assert!(error.contains("is no address such as mqtt://"), "{bad}: {error}");
        }
        let error = broker("mqtts://a").unwrap_err();
        assert!(error.contains("without TLS"), "{error}");
        let error = broker("mqtt://me:secret@a").unwrap_err();
        assert!(error.contains("--mqtt-password-file") && !error.contains("secret"), "{error}");
    }
}
