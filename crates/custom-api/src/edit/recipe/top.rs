//! What a recipe says at its top, which holds for all of its values and for no others.

use gateway_api::custom_api::SourceKind;
use http_service::duration;
use nrgkick_model::custom_api::Place;
use std::time::Duration;
use toml_edit::{Array, DocumentMut, Item, Value};

use super::super::table::close_up;
use super::rename::each_source_mut;
use crate::config::{DEFAULT_EVERY, DEFAULT_MAX_AGE, KEYS};

/// Takes the top of `new` away: intervals go into its values where the text has others, hosts and
/// the token into the text.
pub(super) fn merge(document: &mut DocumentMut, new: &mut DocumentMut) {
    for (key, usual) in [("every", DEFAULT_EVERY), ("max_age", DEFAULT_MAX_AGE)] {
        let Some(Item::Value(wanted)) = new.remove(key) else { continue };
        if time(Some(&wanted), usual) != time(document.get(key).and_then(Item::as_value), usual) {
            push_down(new, key, &wanted);
        }
    }
    if let Some(item) = new.remove("push_token_file")
        && !document.contains_key("push_token_file")
    {
        document.insert("push_token_file", item);
    }
    if let Some(Item::Value(Value::Array(hosts))) = new.remove("allow_hosts") {
        let there = document.entry("allow_hosts").or_insert(Array::new().into());
        if let Some(there) = there.as_array_mut() {
            for host in hosts.iter().filter_map(Value::as_str) {
                if !there.iter().any(|other| other.as_str() == Some(host)) {
                    there.push(host);
                }
            }
        }
    }
    // A load of the recipe's own is not that of all devices together.
    new.remove(&Place::HOUSE.to_string());
}

fn time(value: Option<&Value>, usual: Duration) -> Duration {
    let any = Duration::ZERO..=Duration::MAX;
    value.and_then(Value::as_str).and_then(|text| duration(text, &any).ok()).unwrap_or(usual)
}

/// Writes a key into each value whose source has it.
fn push_down(new: &mut DocumentMut, key: &str, wanted: &Value) {
    let kinds = KEYS.iter().find(|known| known.name == key).map_or(&[][..], |known| known.kinds);
    let mut wanted = wanted.clone();
    wanted.decor_mut().clear();
    for section in ["inverters", "energy_meters", "batteries", "smart_loads", "values"] {
        let Some(below) = new.get_mut(section).and_then(Item::as_table_like_mut) else { continue };
        each_source_mut(below, &mut |source| {
            let has = |kind: &SourceKind| source.contains_key(kind.word());
            if kinds.iter().any(has) && !source.contains_key(key) {
                close_up(source);
                source.insert(key, Item::Value(wanted.clone()));
            }
        });
    }
}
