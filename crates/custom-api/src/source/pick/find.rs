//! The place of a value in a document, and words for what is there instead.

use serde_json::Value;

use super::piece;
use crate::config::JsonPlace;

/// Most keys that a message names.
const MOST_KEYS: usize = 8;

/// The name of an answer that is the value itself.
const WHOLE: &str = "the answer";

/// Finds what is at `place`, each with its own pointer; one thing, or all that are to be added up.
///
/// # Errors
/// A message with what is there instead, and with the reason that the document gives.
pub(super) fn find<'d>(
    document: &'d Value,
    place: &JsonPlace,
) -> Result<Vec<(String, &'d Value)>, String> {
    match place {
        JsonPlace::Pointers(pointers) => {
            let found = pointers.iter().find_map(|at| Some((at, document.pointer(at)?)));
            match found {
                Some((pointer, found)) => Ok(vec![(named(pointer), found)]),
                None => {
                    let near = pointers.first().map(|pointer| neighbours(document, pointer));
                    Err(missing(document, &place.to_string(), &near.unwrap_or_default()))
                }
            }
        }
        JsonPlace::Path { path, is_sum } => {
            let located = path.query_located(document).into_iter();
            let found: Vec<_> = located
                .map(|node| (named(&node.location().to_json_pointer()), node.node()))
                .collect();
            match found.len() {
                0 => Err(missing(document, &path.to_string(), "")),
                1 => Ok(found),
                _ if *is_sum => Ok(found),
                count => Err(format!(
                    "{path} finds {count} values; add several = \"sum\" to add them up, or a filter"
                )),
            }
        }
    }
}

fn named(pointer: &str) -> String {
    if pointer.is_empty() { WHOLE } else { pointer }.to_owned()
}

fn missing(document: &Value, place: &str, near: &str) -> String {
    let said = reason(document).map(|said| format!("; it says {said:?}")).unwrap_or_default();
    format!("the answer has nothing at {place}{said}{near}")
}

/// Names what there is beside the first part of `pointer` that is missing.
fn neighbours(document: &Value, pointer: &str) -> String {
    let mut at = document;
    let mut known = String::new();
    for part in pointer.split('/').skip(1) {
        match at.pointer(&format!("/{part}")) {
            Some(next) => at = next,
            None => break,
        }
        known = format!("{known}/{part}");
    }
    let place = if known.is_empty() { "it".to_owned() } else { known };
    match at {
        Value::Object(map) if map.is_empty() => format!("; {place} is empty"),
        Value::Object(map) => {
            let names: Vec<&str> = map.keys().take(MOST_KEYS).map(String::as_str).collect();
            let more = if map.len() > names.len() { ", …" } else { "" };
            format!("; in {place} there is: {}{more}", names.join(", "))
        }
        Value::Array(list) if list.is_empty() => format!("; {place} is an empty list"),
        Value::Array(list) => {
            format!("; {place} is a list, whose entries are 0 to {}", list.len() - 1)
        }
        other => format!("; {place} is {}", piece(&other.to_string())),
    }
}

/// Finds a device's error text under its usual keys, at any depth.
pub(super) fn reason(document: &Value) -> Option<String> {
    let Value::Object(map) = document else { return None };
    let is_reason = |key: &str| {
        ["reason", "message", "error", "error_description"]
            .iter()
            .any(|name| key.eq_ignore_ascii_case(name))
    };
    let own = map.iter().find_map(|(key, value)| match value {
        Value::String(text) if is_reason(key) && !text.trim().is_empty() => Some(piece(text)),
        _ => None,
    });
    own.or_else(|| map.values().find_map(reason))
}
