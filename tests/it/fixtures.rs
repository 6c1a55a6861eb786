//! The manufacturer's samples, and records of real chargers, against the model.
//!
//! Never change a fixture to make a test pass: fixtures are the device's own output.

use nrgkick_model::document::Document;
use nrgkick_model::field::{DocumentName, FIELDS, Field};
use nrgkick_model::reading::Form;
use nrgkick_model::refusal::RefusalKind;
use nrgkick_model::register::Encoding;
use nrgkick_model::{Control, Info, Readings, Reply, ReplyError, Scalar, Values};
use nrgkick_tests::fixture;
use serde_json::Value;

fn sample(name: &str) -> Value {
    serde_json::from_str(&fixture(name)).unwrap()
}

/// Paths with their values.
type Leaves = Vec<(String, Value)>;

/// Returns all leaves with their paths; numbers as floats, because `6` and `6.0` are equal.
fn leaves(value: &Value) -> Leaves {
    fn walk(place: &str, value: &Value, out: &mut Vec<(String, Value)>) {
        match value {
            Value::Object(map) => {
                map.iter().for_each(|(key, value)| walk(&format!("{place}.{key}"), value, out));
            }
            Value::Number(number) => out.push((place.into(), number.as_f64().into())),
            other => out.push((place.into(), other.clone())),
        }
    }
    let mut out = Vec::new();
    walk("", value, &mut out);
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

/// Decodes a sample and prints it again; returns the leaves of both.
fn there_and_back<T: Document>(sample: &Value, form: Form) -> (Leaves, Leaves) {
    let document = T::decode(sample).unwrap();
    let printed: Value = serde_json::from_str(&document.to_json(form)).unwrap();
    (leaves(sample), leaves(&printed))
}

fn assert_leaf_for_leaf<T: Document>(name: &str, form: Form) {
    let (before, after) = there_and_back::<T>(&sample(name), form);
    assert_eq!(after, before, "{name}");
}

#[test]
fn every_sample_decodes_and_prints_again_leaf_for_leaf() {
    use Form::{Raw, Text};
    assert_leaf_for_leaf::<Info>("derived_info_no_sim.json", Text);
    assert_leaf_for_leaf::<Info>("derived_info_normal_fixed_mac.json", Text);
    assert_leaf_for_leaf::<Info>("derived_info_raw_fixed_mac.json", Raw);
    assert_leaf_for_leaf::<Info>("derived_info_sim_without_gps_fix.json", Text);
    assert_leaf_for_leaf::<Info>("official_info_raw_connector.json", Raw);
    assert_leaf_for_leaf::<Info>("official_info_sections_general_versions.json", Text);
    assert_leaf_for_leaf::<Info>("official_page_snapshot_info_json.json", Raw);
    assert_leaf_for_leaf::<Info>("real_info_versions_fw_4.1.14.241.json", Text);
    assert_leaf_for_leaf::<Control>("official_control_initial.json", Text);
    assert_leaf_for_leaf::<Control>("official_page_snapshot_control_json.json", Text);
    assert_leaf_for_leaf::<Values>("official_page_snapshot_values_json.json", Text);
    assert_leaf_for_leaf::<Values>("official_values_normal.json", Text);
    assert_leaf_for_leaf::<Values>("official_values_raw.json", Raw);
    assert_leaf_for_leaf::<Values>("official_values_raw_general.json", Raw);
}

/// The sample's `mac_adress` is a typing error; the table and real units have `mac_address`.
#[test]
fn only_the_misspelt_key_of_the_official_info_is_lost() {
    for (name, form) in
        [("official_info_normal_sim.json", Form::Text), ("official_info_raw_sim.json", Form::Raw)]
    {
        let (mut before, after) = there_and_back::<Info>(&sample(name), form);
        let length = before.len();
        before.retain(|(path, _)| path != ".network.mac_adress");
        assert_eq!(before.len(), length - 1, "{name}");
        assert_eq!(after, before, "{name}");
    }
}

/// Firmware before 4.0.0.100 ends some keys in a colon; they are printed without it.
#[test]
fn only_the_colons_of_old_firmware_are_lost() {
    let old = sample("derived_old_fw_colon_keys.json");
    let without_colons = |leaves: Vec<(String, Value)>| {
        let count = leaves.iter().filter(|(path, _)| path.ends_with(':')).count();
        let mut leaves: Vec<_> =
            leaves.into_iter().map(|(p, v)| (p.trim_end_matches(':').to_owned(), v)).collect();
        leaves.sort_by(|a, b| a.0.cmp(&b.0));
        (count, leaves)
    };
    let (before, after) = there_and_back::<Info>(&old["info"], Form::Text);
    assert_eq!((2, after), without_colons(before));
    let (before, after) = there_and_back::<Values>(&old["values"], Form::Text);
    assert_eq!((3, after), without_colons(before));
}

#[test]
fn every_error_body_is_a_refusal_with_its_text() {
    let expected = [
        ("200_api_disabled.json", RefusalKind::Disabled),
        ("401_INFERRED.json", RefusalKind::Unauthorized),
        ("404_not_found.json", RefusalKind::NotFound),
        ("405_pause_blocked_by_solar.json", RefusalKind::Blocked),
        ("406_current.json", RefusalKind::InvalidValue),
        ("406_energy_limit.json", RefusalKind::InvalidValue),
        ("406_pause.json", RefusalKind::InvalidValue),
        ("406_phase_count.json", RefusalKind::InvalidValue),
        ("501_invalid_parameter.json", RefusalKind::InvalidParameter),
    ];
    let mut files: Vec<_> = std::fs::read_dir(nrgkick_tests::fixtures().join("errors"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort_unstable();
    assert_eq!(files, expected.map(|(name, _)| name), "a body without a test");
    for (name, kind) in expected {
        let body = fixture(&format!("errors/{name}"));
        let reply = Reply { status: name[..3].parse().unwrap(), body: body.clone().into() };
        let Err(ReplyError::Refused(refusal)) = reply.document::<Values>() else {
            panic!("{name} is no refusal")
        };
        assert_eq!(refusal.kind, kind, "{name}");
        let sent: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(refusal.text, sent["Response"], "{name}");
        assert_eq!(serde_json::from_str::<Value>(&refusal.body()).unwrap(), sent, "{name}");
    }
}

#[test]
fn the_table_is_the_manufacturers_register_map() {
    let map = sample("official_modbus_register_map.json");
    let rows = map.as_array().unwrap();
    assert_eq!(rows.len(), FIELDS.len());
    for (row, field) in rows.iter().zip(FIELDS) {
        let register = field.register;
        let factor = match register.encoding {
            Encoding::Text { .. } => Value::Null,
            _ => register.factor.into(),
        };
        let ours = serde_json::json!([
            field.path,
            register.address,
            register.encoding.words(),
            register.encoding.name(),
            factor,
        ]);
        let theirs = serde_json::json!([
            row["json"],
            row["address"],
            row["count"],
            row["type"],
            row["factor"],
        ]);
        assert_eq!(ours, theirs);
        let writable = row["access"].as_str().unwrap().contains('W');
        assert_eq!(writable, field.access == nrgkick_model::field::Access::Write, "{row}");
    }
}

#[test]
fn the_vectors_of_registers_decode_and_encode() {
    let vectors = sample("modbus_vectors.json");
    let words: Vec<Vec<u16>> = vectors["vectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|vector| {
            let word = |text: &Value| u16::from_str_radix(&text.as_str().unwrap()[2..], 16);
            vector["regs"].as_array().unwrap().iter().map(|text| word(text).unwrap()).collect()
        })
        .collect();
    let expected = [
        ("values.powerflow.total_active_power", Scalar::Decimal(2868.123)),
        ("values.energy.total_charged_energy", Scalar::Unsigned(1_234_567)),
        ("info.gps.latitude", Scalar::Decimal(46.911_354)),
        ("info.network.rssi", Scalar::Signed(-70)),
        ("info.general.serial_number", Scalar::Text("T2332500000000000S1D2".into())),
        ("info.general.device_name", Scalar::Text("NRGkick 🔌⚡\u{fe0f}".into())),
    ];
    assert_eq!(words.len(), expected.len());
    for (words, (path, scalar)) in words.iter().zip(&expected) {
        let field = Field::at(path).unwrap();
        assert_eq!(&field.encode(scalar).unwrap(), words, "{path}");
        let decoded = field.decode(words).unwrap();
        match (&decoded, scalar) {
            // The last character is cut in the middle; its rest is replaced.
            (Scalar::Text(cut), Scalar::Text(whole)) if words.len() * 2 < whole.len() => {
                assert_eq!(cut.trim_end_matches('\u{fffd}'), whole.trim_end_matches('\u{fe0f}'));
            }
            _ => assert_eq!(&decoded, scalar, "{path}"),
        }
    }
}

/// Samples with all groups, converted to registers and back, give the same document.
#[test]
fn a_document_survives_its_registers() {
    let mut readings = Readings::default();
    for (document, name) in [
        (DocumentName::Info, "derived_info_raw_fixed_mac.json"),
        (DocumentName::Control, "official_control_initial.json"),
        (DocumentName::Values, "official_values_raw.json"),
    ] {
        readings.merge(Readings::from_json(document, &sample(name)).unwrap());
    }
    let words = readings.to_words(0..264).unwrap().unwrap();
    let mut back = Readings::default();
    back.read_words(0, &words);
    let values = Values::from_readings(&back);
    assert_eq!(values, Values::decode(&sample("official_values_raw.json")).unwrap());
    let mut info = Info::from_readings(&back);
    let whole = Info::decode(&sample("derived_info_raw_fixed_mac.json")).unwrap();
    // The name has 18 bytes and its registers 16: it is cut, and nothing else differs.
    let name = &mut info.general.as_mut().unwrap().device_name;
    assert_ne!(*name, whole.general.as_ref().unwrap().device_name);
    name.clone_from(&whole.general.as_ref().unwrap().device_name);
    // A float of 32 bits holds 350.343333 as 350.34332.
    let gps = info.gps.as_mut().unwrap();
    assert!((gps.altitude.unwrap() - 350.343_333).abs() < 1e-4);
    gps.altitude = whole.gps.unwrap().altitude;
    assert_eq!(info, whole);
}

#[test]
fn what_was_read_off_a_real_unit_decodes() {
    let text = fixture("real_info_fields_fw_4.1.30.65.txt");
    let field = |path: &str| {
        text.lines()
            .find_map(|line| line.trim().strip_prefix(path))
            .and_then(|rest| rest.split_whitespace().next())
            .unwrap_or_else(|| panic!("{path} is not in the file"))
    };
    let json = format!(
        r#"{{"general":{{"rated_current":{}}},
            "connector":{{"type":{},"max_current":{},"phase_count":{}}},
            "grid":{{"voltage":{},"frequency":{},"phases":{}}},
            "network":{{"rssi":{}}}}}"#,
        field("general.rated_current"),
        field("connector.type"),
        field("connector.max_current"),
        field("connector.phase_count"),
        field("grid.voltage"),
        field("grid.frequency"),
        field("grid.phases"),
        field("network.rssi"),
    );
    let value = serde_json::from_str(&json).unwrap();
    let readings = Readings::from_json(DocumentName::Info, &value).unwrap();
    assert_eq!(readings.max_current(), Some(13.0));
    let info = Info::decode(&value).unwrap();
    assert_eq!(info.network.unwrap().rssi, Some(-75));
    let (before, after) = there_and_back::<Info>(&serde_json::from_str(&json).unwrap(), Form::Text);
    assert_eq!(after, before);
}

/// The announcement's keys are those of the official page; its values are for the discovery, which
/// is not written yet.
#[test]
fn real_and_official_announcements_have_the_same_keys() {
    let keys = |text: &str| {
        let mut keys: Vec<_> = text
            .split(['"', '\n'])
            .filter_map(|part| part.split_once('='))
            .map(|(key, _)| key.trim().to_owned())
            .filter(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
            .collect();
        keys.sort_unstable();
        keys
    };
    let real = fixture("real_mdns_avahi.txt");
    let service = real.lines().find(|line| line.contains("json_api_enabled")).unwrap();
    assert_eq!(keys(service), keys(&fixture("official_mdns_txt.txt")));
    assert_eq!(keys(service).len(), 7);
}

#[test]
fn the_inferred_api_status_is_read() {
    let status: gateway_api::ApiStatus =
        serde_json::from_str(&fixture("official_api_status_shape_INFERRED.json")).unwrap();
    assert_eq!((status.json, status.modbus, status.gateway), (Some(true), Some(true), None));
}
