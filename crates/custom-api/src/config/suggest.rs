//! "Did you mean": the known word that is most like one that is not.

/// "did you mean" for a key that there is not.
pub(super) fn unknown(key: &str, known: &[&str]) -> String {
    match nearest(key, known.iter().copied()) {
        Some(right) => format!("there is no such key; did you mean {right}?"),
        None => format!("there is no such key; there are {}", known.join(", ")),
    }
}

/// The known word that a person may have meant.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}
