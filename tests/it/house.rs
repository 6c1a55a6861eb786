//! Rules of the project: allowed dependencies of crates, and forbidden content of product sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, MetadataCommand};
use nrgkick_model::field::FIELDS;
use nrgkick_tests::root;

/// The allowed dependencies between our crates, except those for tests.
const ARROWS: &[(&str, &[&str])] = &[
    ("charge-record", &["gateway-api", "nrgkick-model"]),
    ("charger-profile", &["nrgkick-model"]),
    (
        "charger-gateway",
        &["charge-record", "discovery", "gateway-api", "http-service", "nrgkick-model"],
    ),
    (
        "cors-proxy",
        &["charger-gateway", "gateway-api", "http-service", "nrgkick-model", "page-bundle"],
    ),
    (
        "custom-api",
        &["gateway-api", "http-service", "modbus-client", "nrgkick-model", "page-bundle"],
    ),
    ("discovery", &["nrgkick-model"]),
    ("gateway-api", &["nrgkick-model"]),
    ("http-service", &[]),
    ("manual", &["cors-proxy", "custom-api", "modbus-proxy", "nrgkick-probe", "nrgkick-sim"]),
    ("messages", &[]),
    ("modbus-client", &[]),
    (
        "modbus-proxy",
        &[
            "charger-gateway",
            "gateway-api",
            "http-service",
            "modbus-client",
            "nrgkick-model",
            "page-bundle",
        ],
    ),
    ("nrgkick-app", &["gateway-api", "messages", "nrgkick-model"]),
    ("nrgkick-demo", &["nrgkick-sim-core"]),
    ("nrgkick-model", &[]),
    ("nrgkick-probe", &["charger-profile", "http-service", "nrgkick-model"]),
    (
        "nrgkick-sim",
        &["charger-profile", "discovery", "http-service", "nrgkick-model", "nrgkick-sim-core"],
    ),
    ("nrgkick-sim-core", &["nrgkick-model"]),
    ("page-bundle", &[]),
    ("wasm-streams", &[]),
    ("xtask", &["gateway-api", "messages", "nrgkick-model"]),
];

fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--offline".to_owned()])
        .exec()
        .unwrap();
    metadata
        .packages
        .into_iter()
        .map(|package| {
            let normal = package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal);
            (package.name.to_string(), normal.map(|d| d.name.clone()).collect())
        })
        .collect()
}

#[test]
fn arrows_between_crates_are_the_drawn_ones() {
    let all = dependencies();
    let ours: BTreeSet<_> = all.keys().cloned().collect();
    for (name, dependencies) in &all {
        if name == "nrgkick-tests" {
            continue;
        }
        let (_, allowed) = ARROWS
            .iter()
            .find(|(crate_name, _)| crate_name == name)
            .unwrap_or_else(|| panic!("{name} is not in the drawing"));
        for dependency in dependencies.intersection(&ours) {
            assert!(allowed.contains(&dependency.as_str()), "{name} must not know {dependency}");
        }
    }
}

#[test]
fn the_model_the_api_and_the_simulators_core_know_no_runtime_socket_or_framework() {
    let all = dependencies();
    for name in ["nrgkick-model", "gateway-api", "nrgkick-sim-core"] {
        for foreign in ["tokio", "hyper", "axum", "leptos", "web-sys", "js-sys", "tracing", "rand"]
        {
            assert!(!all[name].contains(foreign), "{name} must not know {foreign}");
        }
        for (path, text) in sources(name) {
            for word in ["std::net", "Instant::now", "SystemTime::now", "thread::sleep"] {
                assert!(!text.contains(word), "{}: {word}", path.display());
            }
        }
    }
}

/// Returns the Rust sources of a crate without the test modules at their end.
fn sources(name: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    collect(&root().join("crates").join(name).join("src"), &mut found);
    assert!(!found.is_empty(), "{name} has no sources");
    found
        .into_iter()
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "tests"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            (path, product.to_owned())
        })
        .collect()
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "tests") {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn product_crates() -> Vec<&'static str> {
    let there = |name: &&str| root().join("crates").join(name).is_dir();
    ARROWS.iter().map(|(name, _)| *name).filter(there).filter(|n| *n != "xtask").collect()
}

/// Returns the code lines: documentation may name what code must not.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn only_the_model_contains_paths_and_names_of_the_device() {
    // In quotes: `control.charge_pause` without them is a field of a struct.
    let mut words: BTreeSet<String> =
        FIELDS.iter().map(|field| format!("\"{}", field.path)).collect();
    // Names of codes that have no other use.
    words.extend(
        ["STANDBY", "WAKEUP", "NO_RELAY", "NO_ERROR", "NO_WARNING", "ENERGY_LIMIT_REACHED"]
            .map(|name| format!("\"{name}\"")),
    );
    for name in product_crates().into_iter().filter(|name| *name != "nrgkick-model") {
        for (path, text) in sources(name) {
            for (number, line) in code(&text).enumerate() {
                let found = words.iter().find(|word| line.contains(word.as_str()));
                let place = format!("{}:{}", path.display(), number + 1);
                assert_eq!(found, None, "{place} has what belongs to the model");
            }
        }
    }
}

#[test]
fn http_service_knows_no_charger() {
    for (path, text) in sources("http-service") {
        for line in code(&text) {
            let line = line.to_lowercase();
            assert!(!line.contains("charger"), "{}: {line}", path.display());
        }
    }
}

#[test]
fn only_the_pages_api_fetches() {
    for (path, text) in sources("nrgkick-app") {
        let in_api = path
            .components()
            .any(|part| Path::new(&part).file_stem().is_some_and(|stem| stem == "api"));
        for word in ["gloo_net", "fetch_with", "XmlHttpRequest", "web_sys::EventSource"] {
            assert!(in_api || !text.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn every_module_says_what_it_is() {
    for name in product_crates().into_iter().chain(["xtask"]) {
        for (path, text) in sources(name) {
            assert!(text.starts_with("//!"), "{} has no module documentation", path.display());
        }
    }
}
