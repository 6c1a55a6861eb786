//! Finding a value or section in a document by its name, and beginning one that is not there.

use nrgkick_model::custom_api::{Place, Section};
use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// A place in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// The keys from the top.
    pub(super) path: Vec<String>,
    /// Set for a value, not for a section.
    pub(super) is_value: bool,
}

/// Longest name of a part.
const LONGEST_NAME: usize = 100;

impl Spot {
    /// Parses a name as messages and [`gateway_api::custom_api::edit`] have it.
    ///
    /// # Errors
    /// The message for a name of nothing.
    pub(super) fn parse(at: &str) -> Result<Self, String> {
        let own = |path: &[&str], is_value| {
            let path = path.iter().map(|key| (*key).to_owned()).collect();
            Ok(Self { path, is_value })
        };
        let parts: Vec<&str> = at.split('.').collect();
        match parts[..] {
            [""] => return own(&[], false),
            ["brokers" | "logins", _, ..] => {
                let (section, name) = at.split_once('.').unwrap_or_default();
                return own(&[section, name], false);
            }
            [section, number] => {
                if let Some(found) = Section::find(section) {
                    found.index(number).ok_or(found.limit())?;
                    return own(&[section, number], false);
                }
            }
            _ => {}
        }
        if at.parse::<Place>().is_ok() {
            return own(&parts, true);
        }
        let is_device = parts.len() > 1 && Section::find(parts[0]).is_some();
        if is_device || at.len() > LONGEST_NAME || at.chars().any(char::is_control) {
            return Err(format!("there is no value {at:?} of the charger's"));
        }
        own(&["values", at], true)
    }

    /// Returns what stands there.
    pub(super) fn find<'d>(&self, document: &'d mut DocumentMut) -> Option<&'d mut Item> {
        let mut item = document.as_item_mut();
        for key in &self.path {
            item = item.as_table_like_mut()?.get_mut(key)?;
        }
        Some(item)
    }

    /// Returns the table around it, begun if it is not there, and its key.
    ///
    /// # Errors
    /// The message where something else is in the way.
    pub(super) fn around<'d>(
        &self,
        document: &'d mut DocumentMut,
    ) -> Result<(&'d mut dyn TableLike, &str), String> {
        let Some((key, above)) = self.path.split_last() else {
            return Err("the file itself cannot be put or taken out".to_owned());
        };
        Ok((begin(document, above)?, key))
    }
}

/// Returns the table at `path`; what is missing is begun at the end of the file.
pub(super) fn begin<'d>(
    document: &'d mut DocumentMut,
    path: &[String],
) -> Result<&'d mut dyn TableLike, String> {
    let position = last_position(document) + 1;
    let is_empty = document.is_empty();
    let mut table: &mut dyn TableLike = document.as_table_mut();
    let mut is_inline = false;
    for (depth, key) in path.iter().enumerate() {
        let is_last = depth + 1 == path.len();
        let item = table.entry(key).or_insert_with(|| {
            if is_inline {
                return Item::Value(Value::InlineTable(InlineTable::new()));
            }
            let mut new = Table::new();
            new.set_implicit(!is_last);
            if is_last {
                new.set_position(Some(position));
                new.decor_mut().set_prefix(if is_empty { "" } else { "\n" });
            }
            Item::Table(new)
        });
        is_inline = item.is_inline_table();
        table = item.as_table_like_mut().ok_or_else(|| format!("{key} is no section"))?;
    }
    Ok(table)
}

/// Returns the position of the last section.
pub(super) fn last_position(document: &DocumentMut) -> isize {
    fn last(table: &Table) -> isize {
        let below = table.iter().filter_map(|(_, item)| item.as_table()).map(last).max();
        table.position().unwrap_or_default().max(below.unwrap_or_default())
    }
    last(document.as_table())
}

/// Returns the first section that is written after a position.
pub(super) fn next_section(document: &mut DocumentMut, position: isize) -> Option<&mut Table> {
    fn next(table: &Table, position: isize) -> Option<isize> {
        let tables = table.iter().filter_map(|(_, item)| item.as_table());
        let own =
            |table: &Table| table.position().filter(|own| *own > position && !table.is_implicit());
        tables.filter_map(|table| own(table).into_iter().chain(next(table, position)).min()).min()
    }
    fn at(table: &mut Table, position: isize) -> Option<&mut Table> {
        table.iter_mut().find_map(|(_, item)| {
            let table = item.as_table_mut()?;
            match table.position() == Some(position) && !table.is_implicit() {
                true => Some(table),
                false => at(table, position),
            }
        })
    }
    let next = next(document.as_table(), position)?;
    at(document.as_table_mut(), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_value_a_section_or_nothing() {
        for (at, path, is_value) in [
            ("", &[][..], false),
            ("inverters.0", &["inverters", "0"], false),
            ("brokers.my.home", &["brokers", "my.home"], false),
            ("batteries.0.soc", &["batteries", "0", "soc"], true),
            ("load_power_w", &["load_power_w"], true),
            ("pv_l1", &["values", "pv_l1"], true),
            ("a.b", &["values", "a.b"], true),
        ] {
            let spot = Spot::parse(at).unwrap();
            assert_eq!(
                (spot.path, spot.is_value),
                (path.iter().map(|key| (*key).to_owned()).collect(), is_value)
            );
        }
        for at in
            ["inverters.5", "batteries.1", "inverters.0.x", "inverters.9.inv_power_ac_w", "a\nb"]
        {
            assert!(Spot::parse(at).is_err(), "{at}");
        }
    }
}
