//! The files that a text names. A page may name those beside the configuration only, and those that
//! its owner has named there with an editor: otherwise it could have any file of this machine sent
//! to a device.

use std::collections::BTreeSet;
use std::path::{Component, Path};

use gateway_api::custom_api::edit::Problem;
use toml::de::{DeTable, DeValue};

use crate::config::Trust;

/// The keys that name a file.
const KEYS: [&str; 5] = ["headers_file", "post_file", "password_file", "push_token_file", "trust"];

/// Returns a problem for each file elsewhere that `current`, the text of the file, does not name.
pub(super) fn foreign(text: &str, current: &str) -> Vec<Problem> {
    let known: BTreeSet<String> = named(current).into_iter().map(|(_, _, name)| name).collect();
    let is_foreign = |name: &str| !is_beside(name) && !known.contains(name);
    let problem = |(line, key, name): (usize, String, String)| Problem {
        line: Some(line),
        key,
        message: format!(
            "{name:?} is not beside the configuration; such a file is named with an editor of texts"
        ),
    };
    named(text).into_iter().filter(|(_, _, name)| is_foreign(name)).map(problem).collect()
}

/// `true` for a file in the configuration's own folder or below.
fn is_beside(name: &str) -> bool {
    Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

/// Returns line, key and name of each file.
fn named(text: &str) -> Vec<(usize, String, String)> {
    fn walk(text: &str, table: &DeTable<'_>, found: &mut Vec<(usize, String, String)>) {
        for (key, value) in table.iter() {
            match value.get_ref() {
                DeValue::Table(below) => walk(text, below, found),
                DeValue::String(name)
                    if KEYS.contains(&&**key.get_ref()) && !name.starts_with(Trust::PREFIX) =>
                {
                    let before = text.get(..key.span().start).unwrap_or_default();
                    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
                    let key = key.get_ref().clone().into_owned();
                    found.push((line, key, name.clone().into_owned()));
                }
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    if let Ok(root) = DeTable::parse(text) {
        walk(text, root.get_ref(), &mut found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_beside_the_configuration_or_known_ones_may_be_named() {
        let text = |name: &str| {
            format!("[values]\na = {{ http = \"http://10.0.0.1/\", headers_file = \"{name}\" }}\n")
        };
        for name in ["a.headers", "keys/a.headers", "./a"] {
            assert_eq!(foreign(&text(name), ""), []);
        }
        for name in ["/etc/passwd", "../a", "keys/../../a"] {
            let problems = foreign(&text(name), "");
            assert_eq!((problems[0].line, problems[0].key.as_str()), (Some(2), "headers_file"));
            assert_eq!(foreign(&text(name), &text(name)), [], "its owner named it");
        }
        assert_eq!(foreign("trust = \"sha256:00\"", ""), []);
        assert_eq!(foreign("trust = \"/etc/x\"", "= no TOML").len(), 1);
    }
}
