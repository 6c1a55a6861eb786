//! The hosts of sources, brokers and log-ins in a document.

use toml_edit::{DocumentMut, Item, TableLike, Value};

use super::address;
use super::table::replace;

/// Returns the hosts of a document in its order, each once.
pub(super) fn hosts(document: &mut DocumentMut) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    each_address(document, &mut |_, text| {
        let host = address::host(text);
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    });
    hosts
}

/// Puts a host in place of another wherever it is; returns the number of places.
pub(super) fn move_host(document: &mut DocumentMut, from: &str, to: &str) -> usize {
    let mut count = 0;
    each_address(document, &mut |value, text| {
        if let Some(new) = address::replaced(text, from, to) {
            replace(value, new.into());
            count += 1;
        }
    });
    count
}

/// Lets `act` see, and change, each address.
pub(super) fn each_address(document: &mut DocumentMut, act: &mut impl FnMut(&mut Value, &str)) {
    fn walk(table: &mut dyn TableLike, brokers: &[String], act: &mut impl FnMut(&mut Value, &str)) {
        for (key, item) in table.iter_mut() {
            if let Some(below) = item.as_table_like_mut() {
                walk(below, brokers, act);
            } else if address::KEYS.contains(&key.get())
                && let Some(value) = item.as_value_mut()
                && let Some(text) = value.as_str().map(str::to_owned)
                && !(key.get() == "mqtt" && brokers.contains(&text))
            {
                act(value, &text);
            }
        }
    }
    let brokers = broker_names(document);
    walk(document.as_table_mut(), &brokers, act);
}

/// Returns the names of brokers, which `mqtt` may have in place of an address.
fn broker_names(document: &DocumentMut) -> Vec<String> {
    let brokers = document.get("brokers").and_then(Item::as_table_like);
    brokers.map(|all| all.iter().map(|(name, _)| name.to_owned()).collect()).unwrap_or_default()
}
