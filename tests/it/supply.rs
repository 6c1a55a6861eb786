//! S31: libraries from one registry, under licences that an owner may be handed, none that is banned,
//! and no unsafe code of our own.
//!
//! Not here: the lists, which are in `deny.toml`; and known faults of libraries, whose database has to
//! be fetched: `cargo deny check advisories` reads it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nrgkick_tests::{root, tool};

/// The only crate whose code may be unsafe, and only what the macro of its chunks writes.
const CHUNKS: &str = "nrgkick-app";

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// The names in the list that begins with `start`.
fn list(file: &str, start: &str) -> BTreeSet<String> {
    let text = text(file);
    let (_, list) = text.split_once(start).unwrap();
    let (list, _) = list.split_once(']').unwrap();
    let names = list.split(',').map(|line| line.trim().trim_matches('"').to_owned());
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn s31_licences_sources_and_bans_are_kept() {
    let test = "s31_licences_sources_and_bans_are_kept";
    let Some(deny) = tool::find("NRGKICK_CARGO_DENY", test) else { return };
    let mut command = Command::new(deny);
    // Only what is there already: nothing of the net decides a test.
    command.args(["deny", "--offline", "check", "--hide-inclusion-graph"]);
    let output =
        command.args(["licenses", "bans", "sources"]).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn s31_what_is_written_out_with_a_release_is_what_is_accepted() {
    let accepted = list("deny.toml", "allow = [");
    let written = list("deploy/licences/about.toml", "accepted = [");
    assert!(written.is_subset(&accepted), "{:?}", written.difference(&accepted));
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
