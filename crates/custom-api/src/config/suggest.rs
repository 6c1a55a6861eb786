//! "Did you mean": the known word most similar to an unknown one.

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

/// Returns the known word most similar to `word`, above a Jaro-Winkler similarity of 0.8.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}
