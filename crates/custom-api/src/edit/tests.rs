use std::path::Path;

use clap::ValueEnum as _;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::change::{Changed, apply};
use super::comments::comments;
use super::recipe::tests::parse;
use super::*;

fn change(json: Json) -> Change {
    serde_json::from_value(json).unwrap()
}

fn set(at: &str, key: &str, to: Json) -> Change {
    Change::Set { at: at.to_owned(), key: key.to_owned(), to }
}

fn changed(text: &str, change: &Change) -> String {
    apply(text, change).unwrap_or_else(|reason| panic!("{change:?}: {reason}")).text
}

const HOUSE: &str = "\
# My house.
every = \"5s\" # often

[inverters.0]
name = \"Roof\"
# The big one.
inv_power_ac_w = { http = \"http://192.168.1.20/a?x=1\", pointer = \"/P\" } # W

[energy_meters.0]
location = 1
grid_power_w = -542 # fixed for now

[values]
a = { modbus = \"192.168.1.20:1502\", address = 1, type = \"i16\" }
all = { sum = [
    \"a\", # first
    5,
] }
# The end.
";

#[test]
fn only_what_is_asked_for_changes() {
    let inverter = "inverters.0.inv_power_ac_w";
    for (change, from, to) in [
        (set(inverter, "pointer", json!("/Q")), "pointer = \"/P\"", "pointer = \"/Q\""),
        (set(inverter, "factor", json!(-1.0)), "\"/P\" }", "\"/P\", factor = -1 }"),
        (set(inverter, "pointer", Json::Null), ", pointer = \"/P\" }", " }"),
        (set("inverters.0", "name", json!("Süd")), "\"Roof\"", "\"Süd\""),
        (set("inverters.0", "model", json!("X")), " } # W\n", " } # W\nmodel = \"X\"\n"),
        (set("", "every", json!("2s")), "\"5s\" # often", "\"2s\" # often"),
        (set("", "max_age", json!("9s")), "# often\n", "# often\nmax_age = \"9s\"\n"),
        (set("energy_meters.0.grid_power_w", "fixed", json!(7)), "-542 #", "7 #"),
        (
            set("energy_meters.0.grid_power_w", "factor", json!(2)),
            "-542 #",
            "{ fixed = -542, factor = 2 } #",
        ),
        (
            set("all", "sum", json!(["a", "-b"])),
            "all = { sum = [\n    \"a\", # first\n    5,\n] }",
            "# first\nall = { sum = [\"a\", \"-b\"] }",
        ),
        (
            change(json!({ "put": { "at": "a", "source": { "push": "x" } } })),
            "{ modbus = \"192.168.1.20:1502\", address = 1, type = \"i16\" }",
            "{ push = \"x\" }",
        ),
        (
            change(json!({ "put": { "at": "load_power_w", "source": 400 } })),
            "# often\n",
            "# often\nload_power_w = 400\n",
        ),
        (
            change(json!({ "put": { "at": "batteries.0.soc", "source": 50 } })),
            "] }\n# The end.",
            "] }\n\n[batteries.0]\nsoc = 50\n# The end.",
        ),
        (
            change(json!({ "remove": { "at": "inverters.0.inv_power_ac_w" } })),
            "# The big one.\ninv_power_ac_w = { http = \"http://192.168.1.20/a?x=1\", pointer = \"/P\" } # W\n",
            "",
        ),
        (
            change(json!({ "remove": { "at": "energy_meters.0" } })),
            "\n[energy_meters.0]\nlocation = 1\ngrid_power_w = -542 # fixed for now\n",
            "",
        ),
    ] {
        assert!(HOUSE.contains(from), "{from}");
        let expected = HOUSE.replacen(from, to, 1);
        assert_eq!(changed(HOUSE, &change), expected, "{change:?}");
        let crlf = changed(&HOUSE.replace('\n', "\r\n"), &change);
        assert_eq!(crlf, expected.replace('\n', "\r\n"), "{change:?}");
    }
}

#[test]
fn a_host_moves_everywhere_with_its_ports() {
    let change = change(json!({ "set_address": { "from": "192.168.1.20", "to": "10.0.0.7" } }));
    assert_eq!(changed(HOUSE, &change), HOUSE.replace("192.168.1.20", "10.0.0.7"));
    let broker = "[brokers.b]\naddress = \"b\"\n[values]\nx = { mqtt = \"b\", topic = \"t\" }\n\
                  y = { mqtt = \"b:1883\", topic = \"t\" }\n";
    let expected = broker.replace("\"b:", "\"c:").replace("address = \"b\"", "address = \"c\"");
    let change = serde_json::from_value(json!({ "set_address": { "from": "b", "to": "c" } }));
    assert_eq!(changed(broker, &change.unwrap()), expected, "the broker's name is no host");
}

#[test]
fn the_head_of_a_file_stays_when_its_first_section_goes() {
    let text = "# Head.\n\n# Roof.\n[inverters.0]\ninv_power_ac_w = 5\n\n[batteries.0]\nsoc = 5\n";
    let remove = change(json!({ "remove": { "at": "inverters.0" } }));
    assert_eq!(changed(text, &remove), "# Head.\n\n[batteries.0]\nsoc = 5\n");
}

#[test]
fn the_head_of_a_file_stays_above_a_new_first_line() {
    let every = set("", "every", json!("1s"));
    let text = "# Head.\n\n# Roof.\n[inverters.0]\ninv_power_ac_w = 5\n";
    let expected = "# Head.\n\nevery = \"1s\"\n\n# Roof.\n[inverters.0]\ninv_power_ac_w = 5\n";
    assert_eq!(changed(text, &every), expected);
    assert_eq!(changed("", &every), "every = \"1s\"\n");
}

#[test]
fn what_cannot_be_changed_is_told_in_words() {
    for (json, words) in [
        (json!({ "set": { "at": "b", "key": "factor", "to": 1 } }), "no value b yet"),
        (json!({ "set": { "at": "batteries.1", "key": "name", "to": "x" } }), "one battery"),
        (json!({ "set": { "at": "a", "key": "x\ny", "to": 1 } }), "no key"),
        (json!({ "set": { "at": "a", "key": "nan", "to": [null] } }), "null"),
        (json!({ "put": { "at": "inverters.0", "source": 5 } }), "section"),
        (json!({ "put": { "at": "", "source": 5 } }), "section"),
        (json!({ "remove": { "at": "" } }), "cannot be"),
        (json!({ "remove": { "at": "b" } }), "no b"),
        (json!({ "set_address": { "from": "10.0.0.1", "to": "10.0.0.2" } }), "nothing is at"),
        (json!({ "set_address": { "from": "192.168.1.20", "to": "a/b" } }), "no host"),
        (json!({ "add_recipe": { "name": "none" } }), "no recipe"),
        (json!({ "add_recipe": { "name": "fronius", "address": "a b" } }), "no host"),
    ] {
        let reason = apply(HOUSE, &change(json.clone())).unwrap_err();
        assert!(reason.contains(words), "{json}: {reason}");
    }
    assert!(apply("a = ", &set("", "every", json!("1s"))).unwrap_err().contains("no TOML"));
    let inline = "inverters = { 0 = { inv_power_ac_w = 5 } }\n";
    let reason = apply(inline, &change(json!({ "add_recipe": { "name": "fronius" } })));
    assert!(reason.unwrap_err().contains("only be changed in the text"));
}

#[test]
fn a_text_is_told_as_the_server_reads_it() {
    let origin = Origin { file: Path::new("pv.toml").to_path_buf(), push_token_file: None };
    let draft = origin.draft(Recipe::Fronius.text().to_owned(), None, "").unwrap();
    assert_eq!(draft.problems, []);
    assert_eq!(draft.hosts, ["192.168.1.20"]);
    let house = "inverters.0.inv_power_ac_w + energy_meters.0.grid_power_w; the battery is behind";
    assert!(draft.house.starts_with(house), "{}", draft.house);
    let value = &draft.values[0];
    assert_eq!((value.at.as_str(), value.unit.as_str()), ("inverters.0.inv_power_ac_w", "W"));
    assert_eq!(value.settings["null"], 0);
    let line = Recipe::Fronius.text().lines().nth(value.line - 1).unwrap();
    assert!(line.starts_with("inv_power_ac_w"), "{line}");
    assert!(value.from.contains("GetPowerFlowRealtimeData"), "{}", value.from);
    let sections: Vec<_> = draft.sections.iter().map(|section| section.at.as_str()).collect();
    assert_eq!(sections, ["", "inverters.0", "energy_meters.0", "batteries.0"]);
    assert_eq!(draft.sections[0].settings["every"], "5s");
    assert_eq!(draft.sections[2].settings["location"], 1);

    let wrong = origin.draft("[values]\na = { http = 5 }\nb = {}\n".to_owned(), None, "").unwrap();
    assert_eq!((wrong.problems[0].line, wrong.values.len()), (Some(2), 2));
    assert_eq!((wrong.values[1].kind, wrong.house.as_str()), (None, ""));
    let broken = origin.draft("a = ".to_owned(), None, "").unwrap();
    assert_eq!((broken.problems.len(), broken.values.len()), (1, 0));
    let foreign = "push_token_file = \"/etc/passwd\"\nload_power_w = 5\n";
    let problem = &origin.draft(foreign.to_owned(), None, "").unwrap().problems[0];
    assert!(problem.message.contains("beside"), "{problem:?}");
}

#[test]
fn the_load_is_told_also_where_the_file_has_it() {
    let origin = Origin { file: Path::new("pv.toml").to_path_buf(), push_token_file: None };
    let draft = origin.draft(Recipe::Seed.text().to_owned(), None, "").unwrap();
    assert_eq!(draft.house, "as configured");
    let draft = origin.draft("[inverters.0]\ninv_power_ac_w = 5\n".to_owned(), None, "").unwrap();
    assert!(draft.house.contains("no energy meter"), "{}", draft.house);
}

fn settings() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<i32>().prop_map(Json::from),
        (-1e6..1e6).prop_map(Json::from),
        any::<bool>().prop_map(Json::from),
        ".{0,8}".prop_map(Json::from),
        prop::collection::vec("[a-z#\"]{0,3}".prop_map(Json::from), 0..3).prop_map(Json::from),
        Just(json!({ "pointer": "/a", "equals": ["# no comment"] })),
    ]
}

proptest! {
    #[test]
    fn no_single_setting_loses_a_comment_or_changes_another_line(
        recipe in prop::sample::select(Recipe::value_variants()),
        which in any::<prop::sample::Index>(),
        key in prop::sample::select(crate::config::KEYS),
        to in settings(),
    ) {
        let config = parse(recipe.text());
        let value = &config.values[which.index(config.values.len())];
        prop_assume!(value.line > 0);
        let change = set(&value.name, key.name, to);
        let Ok(Changed { text, .. }) = apply(recipe.text(), &change) else { return Ok(()) };
        prop_assert_eq!(comments(recipe.text()), comments(&text));
        let (before, after): (Vec<_>, Vec<_>) = (recipe.text().lines().collect(), text.lines().collect());
        prop_assert_eq!(before.len(), after.len());
        for (line, (before, after)) in before.iter().zip(&after).enumerate() {
            prop_assert!(before == after || line + 1 == value.line, "{} became {}", before, after);
        }
    }
}
