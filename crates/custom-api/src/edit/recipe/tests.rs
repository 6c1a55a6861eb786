use super::super::change::{Changed, apply};
use super::super::comments::lost;
use super::*;
use crate::config::Config;
use gateway_api::custom_api::edit::Change;

fn add(text: &str, name: &str, address: Option<&str>) -> Changed {
    let (name, address) = (name.to_owned(), address.map(str::to_owned));
    apply(text, &Change::AddRecipe { name, address }).unwrap()
}

/// Parses in a folder that has the files of all recipes.
pub(in crate::edit) fn parse(text: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("push-token"), "0123456789abcdef").unwrap();
    for file in ["home-assistant", "supervisor", "sonnen", "envoy"] {
        std::fs::write(folder.path().join(format!("{file}.headers")), "A: b").unwrap();
    }
    std::fs::write(folder.path().join("powerwall.login"), "{}").unwrap();
    Config::parse(text, &folder.path().join("pv.toml"), None)
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn every_recipe_begins_a_file_and_is_added_to_each_other() {
    let all = Recipe::value_variants();
    for first in all {
        let begun = add("", first.name(), None);
        assert_eq!((begun.text.as_str(), begun.notes.len()), (first.text(), 0));
        let devices = parse(&begun.text).info.device_info;
        for second in all {
            let both = add(&begun.text, second.name(), None);
            let left_out = both.notes.iter().any(|note| note.contains("left out"));
            let mut missing = lost(first.text(), &both.text);
            // The load of a recipe is that of its own devices only.
            if !left_out && *second != Recipe::Seed {
                missing = lost(&format!("{}{}", first.text(), second.text()), &both.text);
            }
            assert!(missing.is_empty(), "{first:?} {second:?}: {missing:?}\n{}", both.text);
            assert!(both.text.starts_with(first.text().lines().next().unwrap()));
            let config = parse(&both.text);
            for value in parse(first.text()).values {
                if value.line > 0 {
                    assert!(config.index_of(&value.name).is_some(), "{first:?} {second:?}");
                }
            }
            let is_more = config.info.device_info != devices;
            assert!(is_more || left_out, "{first:?} {second:?}: {:?}", both.notes);
        }
    }
}

#[test]
fn a_second_recipe_keeps_its_parts_apart() {
    let one = add("", "victron-mqtt", None).text;
    let two = add(&one, "victron-mqtt", Some("10.0.0.9"));
    let config = parse(&two.text);
    assert_eq!(config.brokers.len(), 2);
    assert!(two.text.contains("[brokers.venus_2]\naddress = \"10.0.0.9:1883\""), "{}", two.text);
    assert!(two.text.contains("sum = [\"pv_l1_2\", \"pv_l2_2\", \"pv_l3_2\"]"), "{}", two.text);
    assert!(two.text.contains("pv_l1_2 = { mqtt = \"venus_2\""), "{}", two.text);
    let notes = two.notes.join("\n");
    assert!(notes.contains("batteries.0 was left out") && notes.contains("at the grid"), "{notes}");
    let second = two.text.split("[inverters.1]").nth(1).unwrap();
    assert!(!second.contains("\nbattery_connected = false\n\n# Solar"), "of the other battery");
    // The same broker, of which there need not be two.
    let same = add(&one, "victron-mqtt", None);
    assert_eq!(parse(&same.text).brokers.len(), 1);
    let pushed = add(&add("", "push", None).text, "push", None);
    assert!(pushed.text.contains("push = \"inverter_2\"") && !pushed.notes.is_empty());
    assert_eq!(pushed.text.matches("push_token_file =").count(), 1);
    // The ages of one are not those of the other.
    let aged = add(&add("", "fronius", None).text, "push", None).text;
    assert!(aged.contains("push = \"inverter\", max_age = \"60s\""), "{aged}");
}
