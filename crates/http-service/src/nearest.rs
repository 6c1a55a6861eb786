//! "Did you mean": the known word that is most like an unknown one.

/// The least likeness (Jaro-Winkler) of a word that is meant to one that is written, 0 to 1.
const ALIKE: f64 = 0.8;

/// Returns the known word that is most like `word`; `None` if none is alike.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let known = ["listen", "charger", "max-age"];
        assert_eq!(nearest("chargr", known), Some("charger"));
        assert_eq!(nearest("max_age", known), Some("max-age"));
        assert_eq!(nearest("xyz", known), None);
        assert_eq!(nearest("x", []), None);
    }
}
