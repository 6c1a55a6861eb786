//! The output of `custom-api check` for one good file and for broken ones, kept as golden files.
//! `UPDATE=1` rewrites them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use custom_api::check::check;
use custom_api::{Config, Timeouts};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

async fn said(name: &str) -> String {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    match Config::parse(&text, Path::new(name), None) {
        Ok(config) => {
            let report = check(config, Duration::from_secs(5), Timeouts::default()).await;
            format!("{report}\nexit status {}\n", u8::from(!report.is_good()))
        }
        Err(error) => format!("error: {error}\nexit status 2\n"),
    }
}

#[tokio::test]
async fn what_is_said_of_each_file_is_what_was_agreed() {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    assert_eq!(names.iter().filter(|name| name.starts_with("good")).count(), 1);
    assert!(names.len() > 10, "{names:?}");
    let mut wrong = Vec::new();
    for name in names {
        let said = said(&name).await;
        assert_eq!(said.ends_with("exit status 0\n"), name.starts_with("good"), "{name}: {said}");
        let kept = folder().join(&name).with_extension("txt");
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&kept, &said).unwrap();
        } else if fs::read_to_string(&kept).unwrap_or_default() != said {
            wrong.push(format!("{name} says\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 writes them anew:\n{}", wrong.join("\n"));
}

/// A good and an unreachable device in one file: the report fails.
#[tokio::test]
async fn a_source_that_fails_fails_the_check_and_the_others_are_shown() {
    let text = r#"
        [inverters.0]
        inv_power_ac_w = { http = "http://127.0.0.1:1/", stale = "zero" }
        [energy_meters.0]
        grid_power_w = 5
    "#;
    let config = Config::parse(text, Path::new("x.toml"), None).unwrap();
    let report = check(config, Duration::from_secs(5), Timeouts::default()).await;
    let said = report.to_string();
    assert!(!report.is_good(), "{said}");
    assert!(said.contains("FAIL  inverters.0.inv_power_ac_w"), "{said}");
    assert!(said.contains("ok    energy_meters.0.grid_power_w"), "{said}");
    assert!(said.contains("no connection"), "{said}");
}

/// Each sum adds the one before twice: recomputing parts each time would take 2^60 steps.
#[tokio::test]
async fn sums_of_sums_are_checked_at_once() {
    let mut text = "[values]\nv0 = 1\n".to_owned();
    for n in 1..=60 {
        text += &format!("v{n} = {{ sum = [\"v{}\", \"v{}\"] }}\n", n - 1, n - 1);
    }
    let config = Config::parse(&text, Path::new("x.toml"), None).unwrap();
    let report = check(config, Duration::from_secs(5), Timeouts::default()).await;
    assert!(report.is_good(), "{report}");
}
