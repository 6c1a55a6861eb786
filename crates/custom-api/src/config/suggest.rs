//! What is said of an unknown key.

use http_service::nearest;
use nrgkick_model::custom_api::Place;

use super::TOP;

/// Returns the message for an unknown key: a better place for it, or the most similar known one.
pub(super) fn unknown(key: &str, known: &[&str]) -> String {
    if TOP.contains(&key) || key == Place::HOUSE.to_string() {
        return "this belongs to no section: move it to the top of the file, above the first ["
            .to_owned();
    }
    match nearest(key, known.iter().copied()) {
        Some(right) => format!("there is no such key; did you mean {right}?"),
        None => format!("there is no such key; there are {}", known.join(", ")),
    }
}
