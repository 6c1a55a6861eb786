//! The Home Assistant add-on: its settings by the rules of Home Assistant's documentation for add-on
//! developers, and its options as the program reads them.

use std::fs;
use std::process::Command;

use nrgkick_tests::program::program;
use nrgkick_tests::root;
use serde_json::{Map, Value, json};

/// A test of a value.
type IsGood = fn(&Value) -> bool;

/// The keys that every add-on has.
const NEEDED: [&str; 5] = ["name", "version", "slug", "description", "arch"];
/// The further keys that are used here, each with a test of its value.
const KNOWN: [(&str, IsGood); 12] = [
    ("startup", |value| {
        one_of(value, &["initialize", "system", "services", "application", "once"])
    }),
    ("boot", |value| one_of(value, &["auto", "manual", "manual_only"])),
    ("init", Value::is_boolean),
    ("ingress", Value::is_boolean),
    ("ingress_port", |value| value.as_u64().is_some_and(|port| (1..=65535).contains(&port))),
    ("panel_icon", |value| value.as_str().is_some_and(|icon| icon.starts_with("mdi:"))),
    ("panel_title", Value::is_string),
    ("panel_admin", Value::is_boolean),
    ("options", Value::is_object),
    ("schema", Value::is_object),
    ("name", Value::is_string),
    ("description", Value::is_string),
];
const MACHINES: [&str; 2] = ["aarch64", "amd64"];

fn one_of(value: &Value, words: &[&str]) -> bool {
    value.as_str().is_some_and(|word| words.contains(&word))
}

fn config() -> Map<String, Value> {
    let path = root().join("deploy/home-assistant/nrgkick_web/config.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// `true` for a kind that an option may have, with or without bounds and the mark that it may be
/// left out.
fn is_kind(text: &str) -> bool {
    let text = text.strip_suffix('?').unwrap_or(text);
    let (name, bounds) = match text.split_once('(') {
        Some((name, bounds)) => (name, bounds.strip_suffix(')')),
        None => (text, Some("")),
    };
    bounds.is_some()
        && [
            "str", "bool", "int", "float", "email", "url", "password", "port", "match", "list",
            "device",
        ]
        .contains(&name)
}

#[test]
fn the_settings_are_by_home_assistants_rules() {
    let config = config();
    for key in NEEDED {
        assert!(config.contains_key(key), "{key}");
    }
    for (key, value) in &config {
        if let Some((_, is_good)) = KNOWN.iter().find(|(known, _)| known == key) {
            assert!(is_good(value), "{key}: {value}");
        } else {
            assert!(NEEDED.contains(&key.as_str()), "{key} is no key of an add-on");
        }
    }
    let slug = config["slug"].as_str().unwrap();
    assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'));
    assert_eq!(config["version"], env!("CARGO_PKG_VERSION"), "the program's");
    for machine in config["arch"].as_array().unwrap() {
        assert!(one_of(machine, &MACHINES), "{machine}");
    }
    let dockerfile =
        fs::read_to_string(root().join("deploy/home-assistant/nrgkick_web/Dockerfile")).unwrap();
    assert!(dockerfile.contains("--ingress"));
    assert!(dockerfile.contains(&format!("0.0.0.0:{}", config["ingress_port"])));
}

#[test]
fn every_option_has_a_kind_and_every_default_an_option() {
    let config = config();
    let schema = config["schema"].as_object().unwrap();
    for (key, kind) in schema {
        let kind = kind.as_array().map_or(kind, |list| &list[0]).as_str().unwrap();
        assert!(is_kind(kind), "{key}: {kind}");
    }
    for (key, value) in config["options"].as_object().unwrap() {
        let kind = schema.get(key).unwrap_or_else(|| panic!("{key} has no kind"));
        assert_eq!(value.is_array(), kind.is_array(), "{key}");
    }
}

/// What an owner may enter, and what the program says to it.
#[test]
fn the_program_takes_what_the_add_on_lets_an_owner_enter() {
    let test = "the_program_takes_what_the_add_on_lets_an_owner_enter";
    let Some(cors_proxy) = program("cors-proxy", test) else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("options.json");
    let check = |options: &Value| {
        fs::write(&file, options.to_string()).unwrap();
        let mut command = Command::new(&cors_proxy);
        command.env_clear().arg("--config").arg(&file);
        command.args(["--ingress", "--listen", "0.0.0.0:8099", "--check"]);
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let defaults = &config()["options"];
    let with = |key: &str, value: Value| {
        let mut options = defaults.clone();
        options[key] = value;
        check(&options)
    };
    assert_eq!(check(defaults).0, Some(0), "{}", check(defaults).1);
    let mut log_in = defaults.clone();
    log_in["username"] = json!(["me"]);
    log_in["password"] = json!("secret of the charger");
    assert_eq!(check(&log_in).0, Some(0), "{}", check(&log_in).1);
    for (key, value, part) in [
        ("charger", json!("192.168.1.40 "), "charger"),
        ("charger", json!(7), "--charger"),
        ("charger", json!({}), "charger: write a text"),
        ("read_only", json!("yes"), "read-only: write read-only = true, or false"),
        ("max_rate", json!("fast"), "--max-rate"),
        ("log", json!(["info"]), "log: there may be one only"),
        ("pasword", json!("x"), "pasword: there is no such option"),
        ("username", json!(["me"]), "--password-file"),
    ] {
        let (code, text) = with(key, value.clone());
        assert_eq!(code, Some(2), "{key} {value}: {text}");
        assert!(text.contains(part), "{key} {value}: {text}");
    }
}
