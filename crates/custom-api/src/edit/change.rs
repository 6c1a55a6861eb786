//! One change of a text. Everything else of it stays, byte for byte.

use gateway_api::custom_api::edit::Change;
use serde_json::Value as Json;
use toml_edit::{DocumentMut, InlineTable, Item, RawString};

use super::hosts::move_host;
use super::json::to_toml;
use super::recipe::{self, Added};
use super::spot::{Spot, begin};
use super::table::{replace, set_key};
use super::{address, remove};
use super::{comments, head};

/// A changed text, with remarks on what was not done.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) text: String,
    pub(super) notes: Vec<String>,
}

/// Makes a change.
///
/// # Errors
/// The reason why it cannot be made.
pub(super) fn apply(text: &str, change: &Change) -> Result<Changed, String> {
    // The editing library ends lines in one way only.
    let plain = text.replace("\r\n", "\n");
    let bare = plain.strip_prefix('\u{feff}').unwrap_or(&plain);
    let mut document: DocumentMut =
        bare.parse().map_err(|_| "the text is no TOML; mend its mistakes first".to_owned())?;
    let mut added = Added::default();
    let had_top = head::has_top(&document);
    match change {
        Change::Set { at, key, to } => set(&mut document, at, key, to)?,
        Change::Put { at, source } => put(&mut document, at, source)?,
        Change::Remove { at } => remove::remove(&mut document, at)?,
        Change::SetAddress { from, to } => set_address(&mut document, from, to)?,
        Change::AddRecipe { name, address } => {
            added = recipe::add(&mut document, name, address.as_deref())?;
        }
    }
    if !had_top && head::has_top(&document) {
        head::move_up(&mut document);
    }
    if let Change::Set { at, .. } | Change::Put { at, .. } = change {
        let lost = comments::lost(bare, &document.to_string());
        if !lost.is_empty() {
            keep_above(&mut document, at, &lost);
        }
    }
    let mut changed = document.to_string();
    if !added.tail.is_empty() && !changed.is_empty() && !changed.ends_with('\n') {
        changed.push('\n');
    }
    changed += &added.tail;
    if changed.parse::<DocumentMut>().is_err() {
        return Err("this place is written so that it can only be changed in the text".to_owned());
    }
    if text.contains("\r\n") {
        changed = changed.replace('\n', "\r\n");
    }
    if bare.len() < plain.len() {
        changed.insert(0, '\u{feff}');
    }
    Ok(Changed { text: changed, notes: added.notes })
}

fn set(document: &mut DocumentMut, at: &str, key: &str, to: &Json) -> Result<(), String> {
    let spot = Spot::parse(at)?;
    let to = if to.is_null() { None } else { Some(to_toml(to)?) };
    let is_inline = spot.find(document).is_some_and(|item| item.is_inline_table());
    if !spot.is_value {
        let table = begin(document, &spot.path)?;
        return set_key(table, is_inline, key, to);
    }
    let item = spot.find(document).ok_or_else(|| format!("there is no value {at} yet"))?;
    if let Some(table) = item.as_table_like_mut() {
        return set_key(table, is_inline, key, to);
    }
    let Some(bare) = item.as_value_mut() else { return Err(format!("{at} is no value")) };
    match to {
        None if key == "fixed" => Err(format!("without its number {at} is nothing; take it out")),
        None => Ok(()),
        Some(to) if key == "fixed" => {
            replace(bare, to);
            Ok(())
        }
        Some(to) => {
            let mut table = InlineTable::new();
            let mut number = bare.clone();
            number.decor_mut().clear();
            table.insert("fixed", number);
            table.insert(key, to);
            replace(bare, table.into());
            Ok(())
        }
    }
}

fn put(document: &mut DocumentMut, at: &str, source: &Json) -> Result<(), String> {
    let spot = Spot::parse(at)?;
    if !spot.is_value {
        return Err(format!("{at} is a section, no value"));
    }
    let source = to_toml(source)?;
    let (table, key) = spot.around(document)?;
    match table.get_mut(key) {
        Some(Item::Value(value)) => replace(value, source),
        Some(_) => {
            table.remove(key);
            table.insert(key, Item::Value(source));
        }
        None => {
            table.insert(key, Item::Value(source));
        }
    }
    Ok(())
}

fn set_address(document: &mut DocumentMut, from: &str, to: &str) -> Result<(), String> {
    address::check(to)?;
    if move_host(document, from, to) == 0 {
        return Err(format!("nothing is at {from:?}"));
    }
    Ok(())
}

/// Writes comments that stood inside of what was replaced above the line of their value.
fn keep_above(document: &mut DocumentMut, at: &str, lost: &[String]) {
    let Ok(spot) = Spot::parse(at) else { return };
    let mut table = document.as_table_mut();
    for (depth, key) in spot.path.iter().enumerate() {
        let is_section = table.get(key).is_some_and(Item::is_table) && depth + 1 < spot.path.len();
        if !is_section {
            if let Some(mut key) = table.key_mut(key) {
                let decor = key.leaf_decor_mut();
                let before = decor.prefix().and_then(RawString::as_str).unwrap_or_default();
                let prefix = format!("{before}{}\n", lost.join("\n"));
                decor.set_prefix(prefix);
            }
            return;
        }
        match table.get_mut(key).and_then(Item::as_table_mut) {
            Some(below) => table = below,
            None => return,
        }
    }
}
