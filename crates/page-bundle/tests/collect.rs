//! The build script's work, run on folders made here, and its result in this build.

#[path = "../build/collect.rs"]
mod collect;

use std::fs;

use page_bundle::{FILES, IS_PLACEHOLDER};

#[test]
fn this_build_has_a_start_page() {
    let index = |(name, _): &&(&str, &[u8])| *name == "index.html" || *name == "index.html.gz";
    let (_, index) = FILES.iter().find(index).unwrap();
    let note = String::from_utf8_lossy(index).contains("cargo xtask dist");
    assert_eq!(note, IS_PLACEHOLDER);
    assert!(!IS_PLACEHOLDER || FILES.len() == 1);
}

#[test]
fn the_placeholder_says_how_to_build() {
    assert!(collect::placeholder().contains("IS_PLACEHOLDER: bool = true"));
    let page = include_str!("../placeholder.html");
    assert!(page.contains("cargo xtask dist") && page.contains("--app-dir dist"));
}

#[test]
fn a_folder_becomes_a_sorted_table_of_copies() {
    let folder = tempfile::tempdir().unwrap();
    let (page, copy) = (folder.path().join("dist"), folder.path().join("copy"));
    fs::create_dir_all(page.join("fonts")).unwrap();
    fs::create_dir(&copy).unwrap();
    fs::write(copy.join("old.js"), "from an earlier build").unwrap();
    fs::create_dir(page.join("custom-api")).unwrap();
    let written =
        ["index.html", "b.js", "b.js.br", "b.js.gz", "fonts/a.css", "custom-api/c.js", ".hidden"];
    for name in written {
        fs::write(page.join(name), name).unwrap();
    }
    let table = collect::embed(&page, &copy).unwrap();
    assert!(table.contains("IS_PLACEHOLDER: bool = false"));
    let (panel, custom_api) = table.split_once("CUSTOM_API").unwrap();
    let names = |table: &str| -> Vec<String> {
        let name =
            |line: &str| line.trim().strip_prefix("(\"")?.split('"').next().map(str::to_owned);
        table.lines().filter_map(name).collect()
    };
    assert_eq!(names(panel), ["b.js.gz", "fonts/a.css", "index.html"], "one copy of each");
    assert_eq!(names(custom_api), ["c.js"], "in a table of its own, which others leave out");
    assert_eq!(fs::read_to_string(copy.join("fonts/a.css")).unwrap(), "fonts/a.css");
    assert!(!copy.join("old.js").exists() && !copy.join(".hidden").exists());
}

#[test]
fn what_is_no_page_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy");
    let missing = collect::embed(&folder.path().join("nowhere"), &copy).unwrap_err();
    assert!(missing.contains("nowhere is no folder"), "{missing}");
    let empty = collect::embed(folder.path(), &copy).unwrap_err();
    assert!(empty.contains("has no index.html") && empty.contains("trunk build"), "{empty}");
    assert!(!copy.exists(), "nothing is written before all is checked");
}
