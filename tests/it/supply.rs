//! S31: libraries from one registry, under licences that an owner may be handed, none that is banned,
//! and no unsafe code of our own.
//!
//! Not here: known faults of libraries. Their database has to be fetched; `cargo deny check
//! advisories` reads it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::MetadataCommand;
use nrgkick_tests::root;

/// Libraries that are not to come in, and why.
const BANNED: [(&str, &str); 4] = [
    ("rodbus", "its licence forbids commercial use"),
    ("openssl-sys", "a C library that static programs would carry; rustls does it"),
    ("native-tls", "the system's TLS; rustls does it"),
    ("aws-lc-sys", "a C library that takes minutes to build; ring does it"),
];

/// Libraries that run while the page is built and are in nothing that is handed on, so that their
/// licences ask nothing of an owner.
const WHILE_BUILDING: [(&str, &str); 2] = [("base16", "CC0-1.0"), ("xxhash-rust", "BSL-1.0")];

/// The only crate whose code may be unsafe, and only what the macro of its chunks writes.
const CHUNKS: &str = "nrgkick-app";

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// `true` if the expression of a licence (SPDX) can be met by `accepted` ones.
fn is_met(expression: &str, accepted: &BTreeSet<String>) -> bool {
    fn any<'a>(words: &mut &'a [&'a str], accepted: &BTreeSet<String>) -> bool {
        let mut met = all(words, accepted);
        while let Some((&"OR", rest)) = words.split_first() {
            *words = rest;
            met |= all(words, accepted);
        }
        met
    }
    fn all<'a>(words: &mut &'a [&'a str], accepted: &BTreeSet<String>) -> bool {
        let mut met = one(words, accepted);
        while let Some((&"AND", rest)) = words.split_first() {
            *words = rest;
            met &= one(words, accepted);
        }
        met
    }
    fn one<'a>(words: &mut &'a [&'a str], accepted: &BTreeSet<String>) -> bool {
        let Some((first, rest)) = words.split_first() else { return false };
        *words = rest;
        if *first == "(" {
            let met = any(words, accepted);
            *words = words.get(1..).unwrap_or_default();
            return met;
        }
        let mut name = (*first).to_owned();
        if let [with @ "WITH", exception, rest @ ..] = *words {
            name = format!("{name} {with} {exception}");
            *words = rest;
        }
        accepted.contains(&name)
    }
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<_> = spaced.split_whitespace().collect();
    let mut rest = &words[..];
    any(&mut rest, accepted) && rest.is_empty()
}

/// The licences that may be inside, of the list by which `cargo xtask dist` writes them out.
fn accepted() -> BTreeSet<String> {
    let list = text("deploy/licences/about.toml");
    let (_, list) = list.split_once("accepted = [").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split(',').map(|line| line.trim().trim_matches('"').to_owned()).collect()
}

#[test]
fn a_licence_is_met_by_what_is_accepted() {
    let accepted: BTreeSet<_> = ["MIT", "ISC", "A WITH B"].map(str::to_owned).into();
    for (expression, met) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT OR GPL-3.0", true),
        ("GPL-3.0/MIT", true),
        ("MIT AND GPL-3.0", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("GPL-3.0 OR ISC AND MIT", true),
        ("A WITH B", true),
        ("A", false),
        ("", false),
    ] {
        assert_eq!(is_met(expression, &accepted), met, "{expression}");
    }
}

#[test]
fn s31_every_library_has_a_licence_that_is_accepted() {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let rustc = String::from_utf8(rustc.stdout).unwrap();
    let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    // Only those of this machine's kind are there without the network.
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(["--offline", "--filter-platform", host].map(str::to_owned))
        .exec()
        .unwrap();
    let accepted = accepted();
    assert!(metadata.packages.len() > 200, "{}", metadata.packages.len());
    for package in metadata.packages {
        let licence = package.license.as_deref().unwrap_or_default();
        let only_builds = WHILE_BUILDING.contains(&(package.name.as_str(), licence));
        assert!(only_builds || is_met(licence, &accepted), "{} is under {licence:?}", package.name);
    }
}

#[test]
fn s31_libraries_come_from_one_registry_and_none_is_banned() {
    const REGISTRY: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    let lock = text("Cargo.lock");
    for line in lock.lines().filter(|line| line.starts_with("source = ")) {
        assert_eq!(line, REGISTRY);
    }
    let sums = lock.lines().filter(|line| line.starts_with("checksum = ")).count();
    assert_eq!(sums, lock.lines().filter(|line| *line == REGISTRY).count());
    for (name, reason) in BANNED {
        assert!(!lock.contains(&format!("name = \"{name}\"\n")), "{name}: {reason}");
    }
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The compiler refuses it wherever no attribute allows it.
#[test]
fn s31_no_code_of_our_own_is_unsafe() {
    assert!(text("Cargo.toml").contains("\nunsafe_code = \"deny\"\n"));
    let mut members: Vec<_> =
        fs::read_dir(root().join("crates")).unwrap().map(|member| member.unwrap().path()).collect();
    members.push(root().join("tests"));
    for member in members {
        let manifest = text(member.join("Cargo.toml"));
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{}", member.display());
        let mut files = Vec::new();
        sources(&member, &mut files);
        assert!(!files.is_empty(), "{}", member.display());
        for file in files.iter().filter(|file| !file.ends_with("tests/it/supply.rs")) {
            let text = text(file);
            let written: String = text.split_whitespace().collect();
            let of_chunks = member.ends_with(CHUNKS)
                && written.contains("cfg_attr(feature=\"split")
                && written.contains(",allow(unsafe_code");
            assert!(of_chunks || !text.contains("unsafe_code"), "{}", file.display());
        }
    }
}
