//! Free names for what a recipe brings along, and the references to it.

use std::collections::BTreeMap;

use nrgkick_model::custom_api::Section;
use toml_edit::{DocumentMut, Item, Key, Table, TableLike, Value};

/// The new names of values, brokers and log-ins.
#[derive(Debug, Default)]
pub(super) struct Names {
    devices: Vec<(String, String)>,
    parts: BTreeMap<String, String>,
    brokers: BTreeMap<String, String>,
    logins: BTreeMap<String, String>,
}

impl Names {
    /// Notes that a device gets another number.
    pub(super) fn moved(&mut self, section: Section, old: &str, new: &str) {
        let name = |number: &str| format!("{}.{number}.", section.key());
        self.devices.push((name(old), name(new)));
    }

    /// Returns the new name of a value.
    fn value(&self, name: &str) -> Option<String> {
        let moved = self.devices.iter().find_map(|(old, new)| {
            name.strip_prefix(old.as_str()).map(|key| format!("{new}{key}"))
        });
        moved.or_else(|| self.parts.get(name).cloned())
    }
}

/// Gives each key of a table its new name, in the same order; those without one are taken out.
pub(super) fn reindex(table: &mut Table, names: &[(String, Option<String>)]) {
    let entries: Vec<_> = names
        .iter()
        .filter_map(|(old, new)| Some((table.remove_entry(old)?, new.as_ref()?)))
        .collect();
    for ((key, item), new) in entries {
        let key = Key::new(new.as_str()).with_leaf_decor(key.leaf_decor().clone());
        table.insert_formatted(&key, item);
    }
}

/// Renames parts, brokers, log-ins and pushes whose names are taken, with all references.
pub(super) fn rename(
    document: &DocumentMut,
    new: &mut DocumentMut,
    mut names: Names,
    notes: &mut Vec<String>,
) {
    names.parts = free_names(document, new, "values", false);
    names.brokers = free_names(document, new, "brokers", true);
    names.logins = free_names(document, new, "logins", true);
    let mut pushes = Vec::new();
    each_source(document.as_table(), &mut |source| {
        pushes.extend(source.get("push").and_then(Item::as_str).map(str::to_owned));
    });
    each_source_mut(new.as_table_mut(), &mut |source| {
        for (key, item) in source.iter_mut() {
            match (key.get(), item.as_value_mut()) {
                ("sum" | "difference" | "product", Some(Value::Array(list))) => {
                    list.iter_mut().for_each(|operand| refer(operand, &names));
                }
                ("mqtt", Some(value)) => set_name(value, &names.brokers),
                ("login", Some(value)) => set_name(value, &names.logins),
                ("push", Some(value)) => {
                    let Some(old) = value.as_str().map(str::to_owned) else { continue };
                    let name = free(&old, |name| pushes.iter().any(|push| push == name));
                    if name != old {
                        notes.push(format!("{old:?} is pushed already; the new one is {name:?}"));
                        set_text(value, &name);
                    }
                    pushes.push(name);
                }
                _ => {}
            }
        }
    });
}

/// Renames the keys of a section of `new` that `document` has already; with `may_share`, what is the
/// same in both is taken out instead. Returns the new names of those that changed.
fn free_names(
    document: &DocumentMut,
    new: &mut DocumentMut,
    section: &str,
    may_share: bool,
) -> BTreeMap<String, String> {
    let there = document.get(section).and_then(Item::as_table_like);
    let mut changed = BTreeMap::new();
    let (Some(there), Some(table)) = (there, new.get_mut(section).and_then(Item::as_table_mut))
    else {
        return changed;
    };
    let own: Vec<String> = TableLike::iter(table).map(|(name, _)| name.to_owned()).collect();
    let mut placed = Vec::new();
    for name in &own {
        let is_same = may_share
            && there
                .get(name)
                .map(plain)
                .is_some_and(|old| table.get(name).map(plain) == Some(old));
        let target = free(name, |name| {
            there.contains_key(name) || placed.iter().any(|(_, new)| new == &Some(name.to_owned()))
        });
        if !is_same && target != *name {
            changed.insert(name.clone(), target.clone());
        }
        placed.push((name.clone(), (!is_same).then_some(target)));
    }
    reindex(table, &placed);
    changed
}

/// The keys and contents of a section, without spaces and comments.
fn plain(item: &Item) -> Vec<(String, String)> {
    let table = item.as_table_like();
    let pair = |(key, item): (&str, &Item)| {
        let mut value = item.clone().into_value().unwrap_or_else(|_| Value::from(false));
        value.decor_mut().clear();
        (key.to_owned(), value.to_string().trim().to_owned())
    };
    let mut all: Vec<_> = table.map(|table| table.iter().map(pair).collect()).unwrap_or_default();
    all.sort();
    all
}

/// Returns the name, or the first with a number behind it that is not taken.
fn free(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut all = std::iter::once(name.to_owned()).chain(numbered);
    // Endless, while names are not.
    all.find(|name| !is_taken(name)).unwrap_or_default()
}

/// Renames an operand, which may have a sign.
fn refer(operand: &mut Value, names: &Names) {
    let Some(text) = operand.as_str() else { return };
    let name = text.trim_start_matches(['-', '+', ' ', '\u{2212}']);
    let sign = &text[..text.len() - name.len()];
    if let Some(new) = names.value(name.trim_end()) {
        let text = format!("{sign}{new}");
        set_text(operand, &text);
    }
}

fn set_name(value: &mut Value, names: &BTreeMap<String, String>) {
    if let Some(new) = value.as_str().and_then(|name| names.get(name)) {
        set_text(value, new);
    }
}

fn set_text(value: &mut Value, text: &str) {
    let mut new = Value::from(text);
    new.decor_mut().clone_from(value.decor());
    *value = new;
}

/// Visits the tables of all values.
fn each_source(table: &dyn TableLike, act: &mut impl FnMut(&dyn TableLike)) {
    for (_, item) in table.iter() {
        if let Some(below) = item.as_table_like() {
            act(below);
            each_source(below, act);
        }
    }
}

/// As [`each_source`], to change them.
pub(super) fn each_source_mut(table: &mut dyn TableLike, act: &mut impl FnMut(&mut dyn TableLike)) {
    for (_, item) in table.iter_mut() {
        if let Some(below) = item.as_table_like_mut() {
            act(below);
            each_source_mut(below, act);
        }
    }
}
