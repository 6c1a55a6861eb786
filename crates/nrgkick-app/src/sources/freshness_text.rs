//! The freshness of one value in words: its age, its substitute, its last error.

use std::time::Duration;

use gateway_api::custom_api::{Freshness, ValueStatus};

use crate::format;
use crate::words::sources as words;

/// Describes the age of `value` and its substitute, `since` after the answer; empty without an age.
pub fn describe(value: &ValueStatus, since: Duration) -> String {
    let age = value.age_ms.map(|age| ago(age, since));
    let lacking = if value.is_shown { words::no_values() } else { words::part_of() };
    if value.freshness == Freshness::LeftOut {
        return words::left_out().to_owned();
    }
    if value.source.kind.is_derived() {
        return match (value.freshness, age) {
            (Freshness::Fresh, None) => String::new(),
            (Freshness::Fresh, Some(age)) => words::oldest_part(&age),
            (Freshness::Awaited, _) => words::part_awaited().to_owned(),
            (Freshness::Missing | Freshness::LeftOut | Freshness::Omitted, _) => {
                words::part_missing(lacking)
            }
            (Freshness::Zero, _) => words::part_zero().to_owned(),
            (Freshness::Last, _) => words::part_last().to_owned(),
        };
    }
    let found = match &age {
        Some(age) => words::too_old(age),
        None => words::nothing_came().to_owned(),
    };
    match value.freshness {
        Freshness::Fresh => age.map(|age| words::fresh(&age)).unwrap_or_default(),
        Freshness::Awaited => words::awaited().to_owned(),
        Freshness::Missing | Freshness::LeftOut => words::missing(lacking, &found),
        Freshness::Zero => words::zero(&found),
        Freshness::Last => words::last(&found),
        Freshness::Omitted => words::omitted(&found),
    }
}

/// Returns the reason why `value` is left out, or its last error with its age; empty if there was
/// none since the last success.
pub fn last_error(value: &ValueStatus, house: &str, since: Duration) -> String {
    match (value.freshness, &value.error) {
        (Freshness::LeftOut, _) => house.to_owned(),
        (_, Some(error)) => words::last_error(&ago(error.age_ms, since), &error.message),
        (_, None) => String::new(),
    }
}

fn ago(milliseconds: u64, since: Duration) -> String {
    format::age((Duration::from_millis(milliseconds) + since).as_secs())
}

/// Returns the freshness's name in the style sheet.
pub const fn attribute(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Fresh => "fresh",
        Freshness::Zero | Freshness::Last | Freshness::Omitted => "old",
        Freshness::Awaited => "awaited",
        Freshness::Missing | Freshness::LeftOut => "missing",
    }
}

#[cfg(test)]
mod tests {
    use gateway_api::custom_api::{ErrorStatus, SourceKind};
    use nrgkick_model::custom_api::house::NoHouseLoad;

    use super::super::value_text::tests::value;
    use super::*;

    const NOW: Duration = Duration::ZERO;

    #[test]
    fn ages_go_on_while_the_server_is_silent() {
        let mut value = value("batteries.0.soc");
        assert_eq!(describe(&value, Duration::from_secs(4)), "From 7 s ago.");
        value.freshness = Freshness::Missing;
        assert_eq!(describe(&value, NOW), "Too old, from 3 s ago. The charger gets no values.");
        value.freshness = Freshness::Zero;
        assert_eq!(
            describe(&value, NOW),
            "Too old, from 3 s ago; it counts as zero, as configured."
        );
        value.freshness = Freshness::Last;
        assert_eq!(
            describe(&value, NOW),
            "Too old, from 3 s ago; it counts all the same, as configured."
        );
        value.error = Some(ErrorStatus { message: "connection refused".into(), age_ms: 1_000 });
        assert_eq!(
            last_error(&value, "as configured", Duration::from_secs(1)),
            "2 s ago: connection refused"
        );
    }

    #[test]
    fn what_never_came_is_awaited_and_then_missing() {
        let mut value = value("batteries.0.soc");
        value.age_ms = None;
        assert_eq!(describe(&value, NOW), "", "fixed");
        value.freshness = Freshness::Awaited;
        assert_eq!(describe(&value, NOW), "Nothing has come yet.");
        value.freshness = Freshness::Missing;
        assert_eq!(describe(&value, NOW), "Nothing has come. The charger gets no values.");
        value.is_shown = false;
        assert_eq!(describe(&value, NOW), "Nothing has come. What is made of it is missing.");
    }

    #[test]
    fn what_is_made_of_others_is_not_itself_too_old() {
        let mut sum = value("load_power_w");
        sum.source.kind = SourceKind::Sum;
        assert_eq!(describe(&sum, NOW), "Its oldest part is from 3 s ago.");
        for (freshness, words) in [
            (Freshness::Zero, "Made with zero in place of a part"),
            (Freshness::Last, "Made with a part that is too old"),
            (Freshness::Missing, "A part of it is missing. The charger gets no values."),
            (Freshness::Awaited, "A part of it has not come yet."),
        ] {
            sum.freshness = freshness;
            assert!(describe(&sum, NOW).starts_with(words), "{}", describe(&sum, NOW));
        }
    }

    #[test]
    fn what_is_left_out_says_why_and_that_the_rest_goes_on() {
        let mut load = value("load_power_w");
        load.source.kind = SourceKind::Derived;
        load.freshness = Freshness::LeftOut;
        assert_eq!(describe(&load, NOW), "Left out; the charger gets the other values.");
        let said = last_error(&load, &NoHouseLoad::BelowZero(-300).to_string(), NOW);
        assert!(said.starts_with("\u{2212}300 W is below zero"), "{said}");
    }
}
