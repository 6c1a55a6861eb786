//! The keys of a table, changed without its spaces and comments.

use toml_edit::{Item, RawString, TableLike, Value};

/// Sets a key of a table, or takes it out.
pub(super) fn set_key(
    table: &mut dyn TableLike,
    is_inline: bool,
    key: &str,
    to: Option<Value>,
) -> Result<(), String> {
    if key.is_empty() || key.chars().any(char::is_control) {
        return Err(format!("{key:?} is no key"));
    }
    match (table.get_mut(key), to) {
        (None, None) => {}
        (Some(_), None) if is_inline => {
            let end = close_up(table);
            table.remove(key);
            if let Some(last) = last_value(table) {
                last.decor_mut().set_suffix(end);
            }
        }
        (Some(_), None) => drop(table.remove(key)),
        (Some(Item::Value(value)), Some(to)) => replace(value, to),
        (Some(item), Some(to)) => *item = Item::Value(to),
        (None, Some(to)) => {
            if is_inline {
                close_up(table);
            }
            table.insert(key, Item::Value(to));
        }
    }
    Ok(())
}

/// Takes the space before the brace of an inline table from its last value, as another one follows,
/// and returns it.
pub(super) fn close_up(table: &mut dyn TableLike) -> String {
    let Some(last) = last_value(table) else { return String::new() };
    let end = last.decor().suffix().and_then(RawString::as_str).unwrap_or_default().to_owned();
    last.decor_mut().set_suffix("");
    end
}

fn last_value(table: &mut dyn TableLike) -> Option<&mut Value> {
    table.iter_mut().last().and_then(|(_, item)| item.as_value_mut())
}

/// Replaces a value; spaces and comments around it stay.
pub(super) fn replace(value: &mut Value, mut to: Value) {
    to.decor_mut().clone_from(value.decor());
    *value = to;
}
