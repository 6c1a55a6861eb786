//! Adding a recipe to a text: its devices as further ones, everything else under free names.

mod rename;
mod top;

use clap::ValueEnum as _;
use nrgkick_model::custom_api::Section;
use toml_edit::{DocumentMut, Item, Table, TableLike};

use super::address;
use super::hosts::{hosts, move_host};
use crate::example::Recipe;
use rename::{Names, reindex, rename};

/// The text that a recipe adds at the end.
#[derive(Debug, Default)]
pub(super) struct Added {
    pub(super) tail: String,
    /// Remarks on what was left out or is to be decided.
    pub(super) notes: Vec<String>,
}

/// Adds a recipe to `document`, in part by the tail that is returned.
///
/// # Errors
/// If there is no such recipe, the address is none, or there is no place for any of its devices.
pub(super) fn add(
    document: &mut DocumentMut,
    name: &str,
    to: Option<&str>,
) -> Result<Added, String> {
    let recipe = Recipe::value_variants().iter().find(|recipe| recipe.name() == name);
    let recipe = recipe.ok_or_else(|| format!("there is no recipe {name:?}"))?;
    let mut new: DocumentMut = recipe.text().parse().map_err(|_| format!("{name} is no TOML"))?;
    if let Some(to) = to.map(str::trim).filter(|to| !to.is_empty()) {
        address::check(to)?;
        if let Some(from) = hosts(&mut new).first() {
            move_host(&mut new, from, to);
        }
    }
    if document.is_empty() {
        let gap = if document.to_string().is_empty() { "" } else { "\n" };
        return Ok(Added { tail: format!("{gap}{new}"), notes: Vec::new() });
    }
    let mut notes = Vec::new();
    let head = head(recipe.text());
    top::merge(document, &mut new);
    place_devices(document, &mut new, &mut notes)?;
    let tail = new.to_string();
    let tail = tail.trim_start_matches('\n');
    let tail = tail.strip_prefix(&head).unwrap_or(tail).trim_start_matches('\n');
    Ok(Added { tail: format!("\n{head}\n{tail}"), notes })
}

/// Returns the comments at the top of a recipe.
fn head(text: &str) -> String {
    text.lines().take_while(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

/// Gives everything in `new` names that are free in `document`.
fn place_devices(
    document: &mut DocumentMut,
    new: &mut DocumentMut,
    notes: &mut Vec<String>,
) -> Result<(), String> {
    let mut names = Names::default();
    let mut count = 0;
    for section in Section::ALL {
        let free = free_numbers(document, section);
        let Some(devices) = new.get_mut(section.key()).and_then(Item::as_table_mut) else {
            continue;
        };
        let numbers: Vec<String> = devices.iter().map(|(number, _)| number.to_owned()).collect();
        let placed: Vec<(String, Option<String>)> = numbers
            .into_iter()
            .zip(free.into_iter().map(Some).chain(std::iter::repeat(None)))
            .collect();
        for (old, number) in &placed {
            match number {
                Some(number) => {
                    count += 1;
                    names.moved(section, old, number);
                }
                None => {
                    notes.push(format!("{}.{old} was left out: {}", section.key(), section.limit()))
                }
            }
        }
        reindex(devices, &placed);
        if section == Section::Batteries && placed.iter().any(|(_, number)| number.is_none()) {
            without_battery(new);
        }
    }
    if count == 0 {
        return Err(format!("there is no place for it: {}", notes.join("; ")));
    }
    rename(document, new, names, notes);
    move_parts(document, new);
    if grid_meters(document) + grid_meters(new) > 1 {
        notes.push(
            "several meters are at the grid: keep location = 1 at the one that counts the whole house"
                .to_owned(),
        );
    }
    Ok(())
}

fn free_numbers(document: &DocumentMut, section: Section) -> Vec<String> {
    let there = document.get(section.key()).and_then(Item::as_table_like);
    let is_free = |number: &String| there.is_none_or(|there| !there.contains_key(number));
    (0..section.most()).map(|number| number.to_string()).filter(is_free).collect()
}

/// Takes out what inverters say of a battery that is left out: the other one is not meant.
fn without_battery(new: &mut DocumentMut) {
    let Some(inverters) = new.get_mut(Section::Inverters.key()).and_then(Item::as_table_mut) else {
        return;
    };
    for (_, inverter) in inverters.iter_mut() {
        if let Some(inverter) = inverter.as_table_mut() {
            inverter.remove("battery_connected");
        }
    }
}

fn grid_meters(document: &DocumentMut) -> usize {
    let meters = document.get(Section::EnergyMeters.key()).and_then(Item::as_table_like);
    let is_at_grid = |(_, meter): &(&str, &Item)| {
        let location = meter.as_table_like().and_then(|meter| meter.get("location"));
        location.and_then(Item::as_integer) == Some(1)
    };
    meters.map_or(0, |meters| meters.iter().filter(is_at_grid).count())
}

/// Moves the parts into the section that the text has for them already.
fn move_parts(document: &mut DocumentMut, new: &mut DocumentMut) {
    let Some(there) = document.get_mut("values").and_then(Item::as_table_mut) else { return };
    let Some(Item::Table(mut parts)) = new.remove("values") else { return };
    for name in names_in(&parts) {
        if let Some((key, item)) = parts.remove_entry(&name) {
            there.insert_formatted(&key, item);
        }
    }
}

fn names_in(table: &Table) -> Vec<String> {
    TableLike::iter(table).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(test)]
pub(super) mod tests;
