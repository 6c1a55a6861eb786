//! What a configuration comes to, and that its secrets stay in their files. Mistakes and the words
//! for them are kept as golden files.

use std::path::{Path, PathBuf};

use clap::ValueEnum as _;

use super::*;
use crate::example::Recipe;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("house.toml"), None).map_err(|error| error.to_string())
}

/// A folder with these files, and the name of a configuration in it.
fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let file = folder.path().join("house.toml");
    (folder, file)
}

#[test]
fn a_value_takes_what_is_said_at_the_top_unless_it_says_otherwise() {
    let config = parse(
        r#"
        every = "7s"
        max_age = "1m"
        stale = "zero"
        [energy_meters.0]
        grid_power_w = { http = "http://192.168.1.20/" }
        [batteries.0]
        soc = { http = "http://192.168.1.20/", every = "1s", max_age = "2s", stale = "last" }
        "#,
    )
    .unwrap();
    let of = |name| {
        let value = &config.values[config.index_of(name).unwrap()];
        let ageing = value.ageing.unwrap();
        (value.source.every().unwrap().as_secs(), ageing.max_age.as_secs(), ageing.stale)
    };
    assert_eq!(of("energy_meters.0.grid_power_w"), (7, 60, Stale::Zero));
    assert_eq!(of("batteries.0.soc"), (1, 2, Stale::Last));
}

#[test]
fn the_houses_load_is_derived_where_it_can_be_and_not_given() {
    let has_load = |text: &str| parse(text).unwrap().index_of("load_power_w").is_some();
    let meter = "[energy_meters.0]\ngrid_power_w = 5\n";
    assert!(has_load(meter));
    assert!(has_load(&format!("{meter}[inverters.0]\ninv_power_ac_w = 1\n")));
    assert!(!has_load(&format!("{meter}[inverters.0]\nname = \"without power\"\n")));
    assert!(!has_load("[inverters.0]\ninv_power_ac_w = 1\n"));
    assert!(!has_load("[energy_meters.1]\ngrid_power_w = 5\n"), "the first meter is the grid's");
    let given = parse(&format!("load_power_w = 7\n{meter}")).unwrap();
    assert_eq!(given.values.iter().filter(|value| value.place == Some(Place::HOUSE)).count(), 1);
}

#[test]
fn secrets_come_from_files_and_are_never_shown() {
    let (_folder, file) = folder(&[
        ("headers", "# comment\n\nAuthorization: Bearer hidden-1\n"),
        ("password", "hidden-2\n"),
        ("push", "hidden-3-0123456789\n"),
    ]);
    let text = r#"
        push_token_file = "push"
        [brokers.home]
        address = "192.168.1.5"
        username = "me"
        password_file = "password"
        [energy_meters.0]
        grid_power_w = { http = "http://192.168.1.20/", headers_file = "headers" }
        [batteries.0]
        soc = { mqtt = "home", topic = "soc" }
    "#;
    let config = Config::parse(text, &file, None).unwrap();
    assert!(config.push_token.as_ref().unwrap().matches("hidden-3-0123456789"));
    assert_eq!(config.brokers[0].login.as_ref().unwrap().password, "hidden-2");
    assert!(!format!("{config:?}").contains("hidden"), "{config:?}");
}

#[test]
fn files_that_cannot_be_used_are_named_and_their_content_is_not() {
    let (_folder, file) = folder(&[("headers", "hidden\n"), ("short", "hidden\n")]);
    let text = r#"
        push_token_file = "short"
        [brokers.home]
        address = "192.168.1.5"
        username = "me"
        password_file = "missing-password"
        [energy_meters.0]
        grid_power_w = { http = "http://192.168.1.20/", headers_file = "headers" }
        [batteries.0]
        soc = { http = "http://192.168.1.20/", headers_file = "missing-headers" }
    "#;
    let error = Config::parse(text, &file, None).unwrap_err().to_string();
    for words in
        ["headers:1: write \"Name: value\"", "missing-headers", "missing-password", "short"]
    {
        assert!(error.contains(words), "{words}: {error}");
    }
    assert!(!error.contains("hidden"), "{error}");
}

#[test]
fn a_broker_is_one_connection_however_it_is_named() {
    let config = parse(
        r#"
        [energy_meters.0]
        grid_power_w = { mqtt = "192.168.1.5", topic = "a" }
        [batteries.0]
        soc = { mqtt = "192.168.1.5", topic = "b" }
        "#,
    )
    .unwrap();
    assert_eq!(config.brokers.len(), 1);
    assert_eq!(config.brokers[0].at.to_string(), "192.168.1.5:1883");
}

#[test]
fn a_file_that_was_cut_off_is_right_or_wrong_and_nothing_worse() {
    let (_folder, file) = folder(&[("push-token", "0123456789abcdef")]);
    for recipe in Recipe::value_variants() {
        let text = recipe.text();
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            if let Err(ConfigError::Wrong { problems, .. }) =
                Config::parse(&text[..end], &file, None)
            {
                let lines = text[..end].lines().count() + 1;
                assert!(!problems.is_empty(), "{recipe:?} {end}");
                assert!(problems.iter().all(|problem| (1..=lines).contains(&problem.line)));
            }
        }
    }
}
