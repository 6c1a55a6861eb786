//! No import circles between the modules of a crate: of two sibling files or folders, at most one
//! may depend on the other, directly or through others.
//!
//! Dependencies between a module and those inside it do not count, nor those of tests.

mod arrows;
mod tree;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use nrgkick_tests::root;

use arrows::arrows_of;
use tree::Tree;

/// Finds the circles of a crate, one at most for each folder, as chains of module names.
fn circles(tree: &Tree) -> Vec<Vec<String>> {
    let mut beside: BTreeMap<Vec<String>, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for (from, to) in arrows_of(tree) {
        let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        // `None`: a module and one inside it.
        let (Some(a), Some(b)) = (from.get(common), to.get(common)) else { continue };
        let siblings = beside.entry(from[..common].to_vec()).or_default();
        siblings.entry(a.clone()).or_default().insert(b.clone());
    }
    beside.values().filter_map(circle).collect()
}

/// Finds a circle of `arrows`, if there is one.
fn circle(arrows: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    fn walk(
        arrows: &BTreeMap<String, BTreeSet<String>>,
        at: &str,
        way: &mut Vec<String>,
        done: &mut BTreeSet<String>,
    ) -> Option<Vec<String>> {
        if let Some(begin) = way.iter().position(|name| name == at) {
            return Some(way[begin..].iter().cloned().chain([at.to_owned()]).collect());
        }
        if !done.insert(at.to_owned()) {
            return None;
        }
        way.push(at.to_owned());
        let next = arrows.get(at).into_iter().flatten();
        let found = next.into_iter().find_map(|next| walk(arrows, next, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    arrows.keys().find_map(|name| walk(arrows, name, &mut Vec::new(), &mut done))
}

#[test]
fn the_modules_of_a_crate_form_no_circle() {
    let mut found = Vec::new();
    for crate_folder in fs::read_dir(root().join("crates")).unwrap() {
        let sources = crate_folder.unwrap().path().join("src");
        let name = sources.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let tree = Tree::read(&sources);
        assert!(tree.modules().count() > 0, "{name}");
        found.extend(circles(&tree).into_iter().map(|way| format!("{name}: {}", way.join(" → "))));
    }
    found.sort();
    assert!(found.is_empty(), "circles:\n{}", found.join("\n"));
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let circles_of = |files: &[(&str, &str)]| circles(&Tree::of(files));
    let plain = [("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::b::X;"), ("b.rs", "")];
    assert!(circles_of(&plain).is_empty());
    let way_back = [
        "use super::a::Y;",
        "fn f() -> crate::a::Y { todo!() }",
        "fn f() { println!(\"{}\", crate::a::Y) }",
        "use crate::{a::Y, b};",
        "mod inner { use super::super::a::Y; }",
    ];
    for text in way_back {
        let files = [plain[0], plain[1], ("b.rs", text)];
        assert_eq!(circles_of(&files), [["a", "b", "a"]], "{text}");
    }
    // A name that the crate root re-exports belongs to its module.
    let root = ("lib.rs", "mod a; mod b; pub use a::{Z as Y};");
    assert_eq!(circles_of(&[root, plain[1], ("b.rs", "use crate::Y;")]), [["a", "b", "a"]]);
    // Folders count as a whole.
    let folders = [
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "mod x; mod y;"),
        ("a/x.rs", "use crate::b::B;"),
        ("a/y.rs", ""),
        ("b.rs", "use crate::a::y::Y; pub struct B;"),
    ];
    assert_eq!(circles_of(&folders), [["a", "b", "a"]]);
    for innocent in [
        "// use crate::a::Y;",
        "#[cfg(test)] mod tests { use crate::a::Y; }",
        "#[cfg(test)] use crate::a::Y;",
        "/// [`a`](crate::a)\nfn f() {}",
    ] {
        assert!(circles_of(&[plain[0], plain[1], ("b.rs", innocent)]).is_empty(), "{innocent}");
    }
}
