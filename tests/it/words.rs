//! The words of the pages in all languages, as far as they can be checked without knowing one.

use nrgkick_tests::words::languages;

/// Whoever must take the charger out of use is told the same steps in the same order: stop, the
/// vehicle, the wall or its breaker.
#[test]
fn the_first_steps_in_danger_are_the_same_words_for_every_danger() {
    const DANGERS: [&str; 6] =
        ["attachment", "electrician", "hot", "plug", "residual", "wrong_attachment"];
    for (language, words) in languages() {
        let texts = DANGERS.map(|danger| words[&format!("stop.{danger}")].as_str());
        let same = |length: usize| {
            texts
                .iter()
                .all(|text| text.get(..length).is_some_and(|start| texts[0].starts_with(start)))
        };
        let common = (0..texts[0].len()).rev().find(|length| same(*length)).unwrap_or_default();
        let steps = texts[0][..common].matches('.').count();
        assert!(common >= 100 && steps >= 2, "{language}: {}", &texts[0][..common]);
    }
}

/// Four tabs stand side by side on a phone.
#[test]
fn the_names_of_the_tabs_are_short() {
    for (language, words) in languages() {
        for key in ["overview.name", "overview.control", "overview.details", "common.settings"] {
            let length = words[key].chars().count();
            assert!((4..=10).contains(&length), "{language}: {key} is “{}”", words[key]);
        }
    }
}

#[test]
fn only_english_counts_as_checked() {
    for (language, words) in languages() {
        let expected = if language == "en" { "yes" } else { "no" };
        assert_eq!(
            words["reviewed"], expected,
            "{language}: set it when a native speaker has read it"
        );
    }
}
