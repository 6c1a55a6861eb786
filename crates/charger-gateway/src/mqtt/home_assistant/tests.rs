//! The message against what Home Assistant's documentation asks of it.

use std::collections::HashSet;

use super::*;

fn payload(info: &Value, shows_private: bool) -> Value {
    let topics = Topics::new("nrgkick".to_owned(), Some("homeassistant".to_owned()));
    let info = Readings::from_json(DocumentName::Info, info).unwrap();
    let program = Program { name: "test", version: "1", listen: ([127, 0, 0, 1], 0).into() };
    Described {
        program,
        topics: &topics,
        charger: "garage",
        serial: info.text(FieldId::SerialNumber).unwrap(),
        info: &info,
        every: Duration::from_secs(20),
        shows_private,
        has_record: true,
    }
    .payload()
}

fn real() -> Value {
    json!({"general": {"serial_number": "A1", "device_name": "Garage", "model_type": "NRGkick"}})
}

#[test]
fn a_device_is_available_where_gateway_and_charger_are() {
    let payload = payload(&real(), false);
    assert_eq!(payload["device"]["identifiers"], json!(["nrgkick_A1"]));
    assert_eq!(payload["device"]["name"], "Garage");
    let topics = json!([{"topic": "nrgkick/status"}, {"topic": "nrgkick/garage/status"}]);
    assert_eq!((&payload["availability"], &payload["availability_mode"]), (&topics, &json!("all")));
    assert_eq!(payload["origin"]["name"], "test", "the only key that origin must have");
}

#[test]
fn a_row_is_a_sensor_by_its_unit() {
    let payload = payload(&real(), false);
    let sensor = |path: &str| payload["components"][id(path)].clone();
    let power = sensor(Field::of(FieldId::ActivePower).path);
    assert_eq!(power["platform"], "sensor");
    assert_eq!(
        (&power["device_class"], &power["unit_of_measurement"]),
        (&json!("power"), &json!("W"))
    );
    assert_eq!(
        (&power["state_class"], &power["expire_after"]),
        (&json!("measurement"), &json!(60))
    );
    assert_eq!(power["state_topic"], "nrgkick/garage/values");
    let counter = sensor(Field::of(FieldId::TotalChargedEnergy).path);
    assert_eq!(counter["state_class"], "total_increasing");
    let pause = sensor(Field::of(FieldId::ChargePause).path);
    assert_eq!((&pause["platform"], &pause["payload_on"]), (&json!("binary_sensor"), &json!("1")));
    let limit = sensor(Field::of(FieldId::EnergyLimit).path);
    assert_eq!((&limit["device_class"], &limit["state_class"]), (&json!("energy"), &Value::Null));
    assert!(limit.get("expire_after").is_none(), "settings are published when they change");
    assert_eq!(sensor("charge.end")["device_class"], "timestamp");
}

#[test]
fn names_and_ids_differ_and_nothing_can_be_switched() {
    let payload = payload(&real(), true);
    let components = payload["components"].as_object().unwrap();
    let each = |key: &str| -> Vec<_> {
        components.values().map(|one| one[key].as_str().unwrap().to_owned()).collect()
    };
    for key in ["name", "unique_id"] {
        let all = each(key);
        let different: HashSet<_> = all.iter().collect();
        let twice: Vec<_> =
            all.iter().filter(|a| all.iter().filter(|b| a == b).count() > 1).collect();
        assert_eq!(different.len(), all.len(), "{key}: {twice:?}");
    }
    assert!(!payload.to_string().contains("command"));
    assert!(each("platform").iter().all(|platform| platform.ends_with("sensor")));
}

#[test]
fn what_a_unit_lacks_or_is_private_is_no_sensor() {
    let modem = json!({
        "general": {"serial_number": "A1"},
        "cellular": {"imei": "35", "operator": "o"},
        "network": {"ssid": "home"}
    });
    let hidden = payload(&modem, false);
    let has =
        |payload: &Value, field| payload["components"].get(id(Field::of(field).path)).is_some();
    assert!(has(&hidden, FieldId::CellularOperator) && !has(&hidden, FieldId::Imei));
    assert!(!has(&hidden, FieldId::Ssid) && !has(&hidden, FieldId::Latitude));
    assert!(has(&payload(&modem, true), FieldId::Imei));
    assert!(!has(&payload(&real(), true), FieldId::CellularOperator));
}

#[test]
fn a_simulated_charger_says_so_in_name_and_model() {
    let info = json!({"general": {"serial_number": "SIMULATED1", "device_name": "Garage"}});
    let device = &payload(&info, false)["device"];
    assert_eq!(device["name"], "SIMULATED Garage");
    assert!(device["model"].as_str().unwrap().starts_with("SIMULATED"));
    assert!(device.get("manufacturer").is_none());
}

#[test]
fn a_template_reads_a_row_and_stands_an_absent_section() {
    assert_eq!(
        template(Field::of(FieldId::VoltageL1)),
        "{{ ((value_json['powerflow'] | default({}))['l1'] | default({}))['voltage'] | default(none) }}"
    );
    assert_eq!(
        template(Field::of(FieldId::CurrentSet)),
        "{{ value_json['current_set'] | default(none) }}"
    );
}
