//! The words of the pages, as their files hold them.

use std::collections::BTreeMap;

use crate::root;

/// The messages of a language by their keys.
pub type Words = BTreeMap<String, String>;

/// Returns the words of a language.
///
/// # Panics
/// If there is no such file, or it holds something else.
pub fn of(language: &str) -> Words {
    let path = root().join("i18n").join(format!("{language}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Returns every language with its words.
///
/// # Panics
/// If there are fewer than five, or a file cannot be read.
pub fn languages() -> Vec<(String, Words)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(root().join("i18n")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let words = of(&name);
        all.push((name, words));
    }
    assert!(all.len() >= 5, "{}", all.len());
    all
}
