//! Values of replies of all kinds, and messages for everything else.

use std::time::Duration;

use serde_json::json;
use serde_json_path::JsonPath;

use super::*;
use crate::config::Clock;

fn pick(pointer: &str, text: bool) -> Pick {
    Pick {
        place: JsonPlace::Pointers(vec![pointer.to_owned()]),
        text,
        decimal_comma: false,
        unit: "W",
        unit_pointer: None,
        null: None,
        clock: Clock::Answer,
        valid_if: None,
        is_converted: false,
    }
}

fn path(path: &str, is_sum: bool) -> Pick {
    let path = Box::new(JsonPath::parse(path).unwrap());
    Pick { place: JsonPlace::Path { path, is_sum }, ..pick("", false) }
}

fn of(pick: &Pick, text: &str) -> Result<Observed, String> {
    pick.sighting(&Reply::parse(text.as_bytes()), false).map(|sighting| sighting.observed)
}

fn watts(number: f64) -> Result<Observed, String> {
    Ok(Observed::Number(number))
}

#[test]
fn a_number_is_found() {
    assert_eq!(of(&pick("/a/0/b~1c", false), r#"{"a":[{"b/c":1.5}]}"#), watts(1.5));
    assert_eq!(of(&pick("", false), "42"), watts(42.0));
    assert_eq!(of(&pick("", false), "true"), Ok(Observed::Flag(true)));
    assert_eq!(of(&pick("/state", true), r#"{"state":" 5.5"}"#), watts(5.5));
    for (text, flag) in [("\"on\"", true), ("\"False\"", false)] {
        assert_eq!(of(&pick("", true), text), Ok(Observed::Flag(flag)), "{text}");
    }
    for (text, number) in [
        ("78.2", 78.2),
        ("+5", 5.0),
        (".5", 0.5),
        ("1,5", 1.5),
        ("1234 W", 1234.0),
        ("1.2 kW", 1200.0),
    ] {
        assert_eq!(of(&pick("", false), text), watts(number), "{text}, bare as it is published");
    }
    assert_eq!(of(&pick("", false), "True"), Ok(Observed::Flag(true)));
}

#[test]
fn null_is_what_the_file_says_and_of_several_places_the_first_counts() {
    let mut moved = pick("", false);
    moved.place = JsonPlace::Pointers(vec!["/result/p".to_owned(), "/p".to_owned()]);
    moved.null = Some(0.0);
    for (text, number, is_final) in [
        (r#"{"result":{"p":1},"p":2}"#, 1.0, false),
        (r#"{"p":2}"#, 2.0, false),
        (r#"{"p":null}"#, 0.0, true),
    ] {
        let sighting = moved.sighting(&Reply::parse(text.as_bytes()), false).unwrap();
        assert_eq!((sighting.observed, sighting.is_final), (Observed::Number(number), is_final));
    }
    let error = of(&moved, "{}").unwrap_err();
    assert!(error.contains("/result/p or /p"), "{error}");
}

#[test]
fn a_path_finds_one_value_or_adds_up() {
    let text = r#"{"m":[{"t":"pv","p":1200},{"t":"grid","p":-300},{"t":"pv","p":800.5}]}"#;
    assert_eq!(of(&path("$.m[?@.t == 'grid'].p", false), text), watts(-300.0));
    assert_eq!(of(&path("$.m[?@.t == 'pv'].p", true), text), watts(2000.5));
    assert_eq!(of(&path("$.m[*].p", true), text), watts(1700.5));
    assert_eq!(of(&path("$.m[?@.t == 'grid'].p", true), text), watts(-300.0));
    let several = of(&path("$.m[?@.t == 'pv'].p", false), text).unwrap_err();
    assert!(several.contains("finds 2 values") && several.contains("several"), "{several}");
    assert!(of(&path("$.m[?@.t == 'x'].p", true), text).unwrap_err().contains("nothing at $"));
    let null = r#"{"m":[{"p":1},{"p":null}]}"#;
    assert!(of(&path("$.m[*].p", true), null).unwrap_err().contains("is null"));
    let zero = Pick { null: Some(0.0), ..path("$.m[*].p", true) };
    assert_eq!(of(&zero, null), watts(1.0));
    assert!(of(&path("$.*", true), r#"{"a":true,"b":1}"#).unwrap_err().contains("switches"));
}

#[test]
fn a_unit_that_the_reply_names_is_converted_or_asked_about() {
    let state =
        |unit: &str| json!({ "state": "1.2345", "attributes": { "unit_of_measurement": unit }});
    let home_assistant = pick("/state", true);
    assert_eq!(of(&home_assistant, &state("kW").to_string()), watts(1234.5));
    assert_eq!(of(&home_assistant, &state("W").to_string()), watts(1.2345));
    let energy = of(&home_assistant, &state("kWh").to_string()).unwrap_err();
    assert!(energy.contains("\"kWh\", where W is wanted"), "{energy}");
    let converted = Pick { is_converted: true, ..home_assistant };
    assert_eq!(
        of(&converted, &state("kW").to_string()),
        watts(1.2345),
        "the file's factor does it"
    );
    let named = r#"{"power":{"value":2.5,"unit":"kW"}}"#;
    let asked = of(&pick("/power/value", false), named).unwrap_err();
    assert!(asked.contains("unit_pointer = \"/power/unit\"") && asked.contains("factor = 1000"));
    let mut told = pick("/power/value", false);
    told.unit_pointer = Some("/power/unit".to_owned());
    assert_eq!(of(&told, named), watts(2500.0));
    assert!(of(&told, r#"{"power":{"value":2.5}}"#).unwrap_err().contains("no unit at"));
}

/// Home Assistant's own list of units of power goes on to TW, and its temperatures may be in °F.
#[test]
fn a_unit_that_is_not_known_is_refused_where_one_is_wanted() {
    let state =
        |unit: &str| json!({ "state": "70", "attributes": { "unit_of_measurement": unit } });
    let heat = Pick { unit: "°C", ..pick("/state", true) };
    assert_eq!(of(&heat, &state("°C").to_string()), watts(70.0));
    for (pick, unit) in [(&heat, "°F"), (&pick("/state", true), "GW"), (&heat, "kWh")] {
        let refused = of(pick, &state(unit).to_string()).unwrap_err();
        assert!(refused.contains(&format!("/state has the unit {unit:?}")), "{refused}");
    }
    assert_eq!(of(&heat, &state("").to_string()), watts(70.0), "no unit is named");
    let any = Pick { unit: "", ..pick("/state", true) };
    assert_eq!(of(&any, &state("lx").to_string()), watts(70.0), "nothing tells what is wanted");
}

/// As Home Assistant's `/api/states` lists all of them.
#[test]
fn what_a_path_finds_has_the_unit_beside_it() {
    let state = |id: &str, state: &str, unit: &str| json!({ "entity_id": id, "state": state, "attributes": { "unit_of_measurement": unit } });
    let states = json!([
        state("sensor.house", "300", "W"),
        state("sensor.pv", "1.5", "kW"),
        state("sensor.total", "7", "kWh"),
    ])
    .to_string();
    let find = |filter: &str, is_sum| {
        of(&Pick { text: true, ..path(&format!("$[?{filter}].state"), is_sum) }, &states)
    };
    assert_eq!(find("@.entity_id=='sensor.pv'", false), watts(1500.0));
    assert_eq!(find("@.entity_id!='sensor.total'", true), watts(1800.0), "each in its own unit");
    let all = of(&Pick { text: true, ..path("$[*].state", true) }, &states).unwrap_err();
    assert!(all.contains("/2/state has the unit \"kWh\""), "{all}");
    let meters = r#"{"m":[{"p":1,"unit":"W"},{"p":2,"unit":"kW"}]}"#;
    let asked = of(&path("$.m[*].p", true), meters).unwrap_err();
    assert!(asked.contains("/m/1/p is in kW") && asked.contains("factor = 1000"), "{asked}");
    assert!(!asked.contains("unit_pointer"), "the place of one of many: {asked}");
}

#[test]
fn a_reply_counts_only_under_its_condition_and_has_its_own_age() {
    let valid_if = |equals| {
        let pointer = "/Head/Status/Code".to_owned();
        Pick { valid_if: Some(ValidIf { pointer, equals }), ..pick("/p", false) }
    };
    let reply = r#"{"p":5,"Head":{"Status":{"Code":255,"Reason":"no meter"}}}"#;
    let error = of(&valid_if(vec![json!(0.0)]), reply).unwrap_err();
    assert!(error.contains("is 255, not 0") && error.contains("no meter"), "{error}");
    assert_eq!(of(&valid_if(vec![json!(0.0), json!(255.0)]), reply), watts(5.0));
    assert!(of(&valid_if(vec![json!("x")]), "{\"p\":5}").unwrap_err().contains("is missing"));
    let clock = Clock::Age(vec!["/age".to_owned()], Duration::from_secs(1));
    let aged = Pick { clock, ..pick("/p", false) };
    let sighting = aged.sighting(&Reply::parse(br#"{"p":5,"age":90}"#), false).unwrap();
    assert_eq!(sighting.age, Some(Duration::from_secs(90)));
    let kept = pick("/p", false).sighting(&Reply::parse(br#"{"p":5}"#), true).unwrap();
    assert_eq!(kept.age, None);
}

#[test]
fn everything_else_is_an_error_in_words() {
    for (text, words) in [
        ("{}", "nothing at /p"),
        (r#"{"q":1,"r":2}"#, "in it there is: q, r"),
        (r#"{"p":"12"}"#, "text = true"),
        (r#"{"p":"off"}"#, "the text \"off\""),
        (r#"{"p":null}"#, "is null"),
        (r#"{"p":[1]}"#, "is a list"),
        (r#"{"p":{"x":1}}"#, "is an object, not a number; in it there is: x"),
        (r#"{"p":1e999}"#, "no JSON"),
        (r#"{"p":NaN}"#, "no JSON"),
        (r#"{"p":True}"#, "no JSON"),
        ("<html>", "no JSON"),
        ("", "no value now"),
        (" Unavailable\n", "no value now"),
        (r#"{"p":"unknown"}"#, "no value now"),
        (r#"{"p":" NaN "}"#, "no value now"),
        (r#"{"p":""}"#, "no value now"),
        (r#"{"e":{"Status":{"Reason":"Meter 0 does not exist"}}}"#, "Meter 0 does not exist"),
    ] {
        let error = of(&pick("/p", false), text).unwrap_err();
        assert!(error.contains(words), "{text}: {error}");
    }
    let deep = of(&pick("/Site/P_Gird", false), r#"{"Site":{"P_Grid":1,"P_PV":2}}"#).unwrap_err();
    assert!(deep.contains("in /Site there is: P_Grid, P_PV"), "{deep}");
    let list = of(&pick("/m/3", false), r#"{"m":[1,2]}"#).unwrap_err();
    assert!(list.contains("entries are 0 to 1"), "{list}");
    let text = Pick { null: Some(0.0), ..pick("", true) };
    for bad in
        ["\"NaN\"", "\"inf\"", "\"1e999\"", "\"unavailable\"", "\"\"", "unavailable", "1,234"]
    {
        assert!(of(&text, bad).is_err(), "{bad}, and never what null is");
    }
}
