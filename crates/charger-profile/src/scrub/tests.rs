use super::*;

#[test]
fn a_document_keeps_its_form_and_loses_names_and_places() {
    let body = r#"{"general":{"serial_number":"T23325","model_type":"NRGkick Gen2 SIM"},
 "network":{"ssid":"Ada","bssid":"aa:bb","channel":11,"rssi":-60}, "gps":{"latitude":46.911354},
 "versions":{"sw_sm":"4.1.30.65"},"connector":{"max_current:":13.0}}"#;
    let expected = r#"{"general":{"serial_number":"(hidden)","model_type":"NRGkick Gen2 SIM"},
 "network":{"ssid":"(hidden)","bssid":"(hidden)","channel":0,"rssi":-60}, "gps":{"latitude":0.000000},
 "versions":{"sw_sm":"4.1.30.65"},"connector":{"max_current:":13.0}}"#;
    assert_eq!(document(DocumentName::Info, body), expected);
    let refusal = r#"{"Response":"no such thing at 192.168.1.40"}"#;
    assert_eq!(
        document(DocumentName::Info, refusal),
        r#"{"Response":"no such thing at (hidden)"}"#
    );
}

#[test]
fn texts_lose_addresses_and_long_numbers_and_nothing_else() {
    for (shown, hidden) in [
        ("Basic realm=\"NRGkick T2332500000000000S1D2\"", "Basic realm=\"NRGkick (hidden)\""),
        ("see http://192.168.1.40:80/info", "see http://(hidden)/info"),
        ("from aa:bb:cc:dd:ee:0f, fe80:1:2:3:4:5", "from (hidden), (hidden)"),
        ("host nrgkick2.local!", "host (hidden)!"),
        ("less or equal than 1000000Wh", "less or equal than 1000000Wh"),
        (
            "Error 404 - The requested resource could not be found",
            "Error 404 - The requested resource could not be found",
        ),
        ("allowed 6.0A - 32.0A", "allowed 6.0A - 32.0A"),
        ("", ""),
    ] {
        assert_eq!(text(shown), hidden);
    }
}

#[test]
fn secrets_are_found_in_any_case_and_the_makers_words_are_none() {
    let mut secrets = Secrets::default();
    for secret in ["Ada's garage", "Ada's", "NRGkick", "abc", " "] {
        secrets.add(secret);
    }
    assert_eq!(secrets.texts().collect::<Vec<_>>(), ["Ada's garage", "Ada's"]);
    assert_eq!(secrets.hide("ADA'S GARAGE, Ada's NRGkick abc"), "(hidden), (hidden) NRGkick abc");
}
