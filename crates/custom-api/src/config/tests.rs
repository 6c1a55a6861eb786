//! Parsed configurations, and that secrets stay in their files. Mistakes and their messages are in
//! golden files.

use std::path::{Path, PathBuf};

use clap::ValueEnum as _;

use super::*;
use crate::example::Recipe;

fn parse(text: &str) -> Result<Config, String> {
    Config::parse(text, Path::new("house.toml"), None).map_err(|error| error.to_string())
}

/// Creates a folder with these files; returns it and the path of a configuration in it.
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
fn the_houses_load_is_worked_out_where_it_is_not_given_and_there_is_something_to_tell_it_from() {
    let kinds = |text: &str| {
        let config = parse(text).unwrap();
        let house = config.values.iter().filter(|value| value.place == Some(Place::HOUSE));
        house.map(|value| value.source.kind().word()).collect::<Vec<_>>()
    };
    let meter = "[energy_meters.0]\ngrid_power_w = 5\n";
    assert_eq!(kinds(meter), ["derived"]);
    assert_eq!(kinds("[inverters.0]\nname = \"without power\"\n"), ["derived"]);
    assert_eq!(kinds(&format!("load_power_w = 7\n{meter}")), ["fixed"]);
    assert_eq!(kinds("[smart_loads.0]\ntemp = 5\n"), [""; 0]);
}

#[test]
fn what_is_no_value_in_registers_is_the_types_own_unless_the_file_says_otherwise() {
    let nan = |keys: &str| {
        let config =
            parse(&format!("[values]\nx = {{ modbus = \"192.168.1.20\", address = 1, {keys} }}"));
        config.map(|config| match &config.values[0].source {
            Source::Modbus(source) => source.nan.clone(),
            other => panic!("{other:?}"),
        })
    };
    for (keys, expected) in [
        ("type = \"i16\"", vec![0x8000]),
        ("type = \"u16\"", vec![0xffff]),
        ("type = \"i32\"", vec![0x8000_0000]),
        ("type = \"u32\"", vec![0x8000_0000, 0xffff_ffff]),
        ("type = \"u64\"", vec![u64::MAX]),
        ("type = \"f32\"", vec![]),
        ("type = \"i16\", nan = \"none\"", vec![]),
        ("type = \"i16\", nan = [-32768, 0x7fff]", vec![0x8000, 0x7fff]),
        ("type = \"i32\", nan = [-1]", vec![0xffff_ffff]),
        ("type = \"u64\", nan = [0xffff_ffff_ffff_ffff]", vec![u64::MAX]),
        ("type = \"f32\", nan = [0x7f7fffff]", vec![0x7f7f_ffff]),
    ] {
        assert_eq!(nan(keys).unwrap(), expected, "{keys}");
    }
    for bad in ["[]", "[70000]", "[-1]", "0", "\"zero\"", "[1.5]"] {
        let error = nan(&format!("type = \"u16\", nan = {bad}")).unwrap_err();
        assert!(error.contains("raw contents of 16 bits"), "{bad}: {error}");
    }
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
            if let Err(ConfigError::Invalid { errors, .. }) =
                Config::parse(&text[..end], &file, None)
            {
                let lines = text[..end].lines().count() + 1;
                assert!(!errors.is_empty(), "{recipe:?} {end}");
                assert!(errors.iter().all(|error| (1..=lines).contains(&error.line)));
            }
        }
    }
}

/// Tokens and passwords stand in them, as in a password file.
#[cfg(unix)]
#[test]
fn a_file_of_headers_or_a_body_that_all_may_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::Mutex;
    let (folder, file) = folder(&[("headers", "X-Token: hidden\n"), ("body", "pwd=hidden\n")]);
    let text = "load_power_w = { http = \"http://192.168.1.20/\", headers_file = \"headers\", \
                post_file = \"body\" }";
    let said = |mode| {
        for name in ["headers", "body"] {
            let rights = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(folder.path().join(name), rights).unwrap();
        }
        let log = tempfile::NamedTempFile::new().unwrap();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(Mutex::new(log.reopen().unwrap()))
            .with_ansi(false)
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            Config::parse(text, &file, None).unwrap();
        });
        std::fs::read_to_string(log.path()).unwrap()
    };
    assert_eq!(said(0o600), "");
    let open = said(0o644);
    assert_eq!(open.matches("everyone on this machine may read").count(), 2, "{open}");
    assert!(open.contains("headers") && open.contains("body") && !open.contains("hidden"));
}
