//! Rules for the texts of the 46 codes: required words and forbidden ones.

use std::collections::HashSet;

use super::*;

/// A rule for the text of a code.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rule {
    /// Stop, unplug from the wall, electrician.
    Stop,
    /// Less current, shade, cooling; the electrician for what gets hot.
    Warm,
    /// The grid's: wait, and have it checked if it stays.
    Grid,
    /// Unplug the vehicle; service for charger and vehicle.
    Pilot,
    /// Nothing about danger.
    Other,
}

/// Numbers of the manufacturer's list, with the rule of each.
const ERRORS: [(u8, Rule); 30] = [
    (1, Rule::Stop),
    (2, Rule::Stop),
    (3, Rule::Stop),
    (4, Rule::Stop),
    (5, Rule::Other),
    (16, Rule::Stop),
    (32, Rule::Pilot),
    (33, Rule::Pilot),
    (34, Rule::Pilot),
    (48, Rule::Stop),
    (49, Rule::Stop),
    (50, Rule::Stop),
    (51, Rule::Stop),
    (52, Rule::Stop),
    (53, Rule::Stop),
    (54, Rule::Stop),
    (64, Rule::Stop),
    (65, Rule::Grid),
    (66, Rule::Stop),
    (67, Rule::Stop),
    (68, Rule::Stop),
    (69, Rule::Stop),
    (70, Rule::Grid),
    (71, Rule::Grid),
    (72, Rule::Grid),
    (73, Rule::Stop),
    (80, Rule::Stop),
    (81, Rule::Stop),
    (82, Rule::Stop),
    (83, Rule::Stop),
];

const WARNINGS: [(u8, Rule); 11] = [
    (1, Rule::Stop),
    (2, Rule::Other),
    (3, Rule::Other),
    (4, Rule::Pilot),
    (5, Rule::Pilot),
    (6, Rule::Stop),
    (7, Rule::Stop),
    (16, Rule::Warm),
    (17, Rule::Warm),
    (18, Rule::Warm),
    (19, Rule::Warm),
];

/// Words that suggest to try once more.
const INVITATIONS: [&str; 14] = [
    "again",
    "another socket",
    "another vehicle",
    "other vehicle",
    "other socket",
    "another outlet",
    "try ",
    "retry",
    "if it comes back",
    "if it happens",
    "resume",
    "restart",
    "replug",
    "until then",
];

fn every_code() -> Vec<(FaultText, Rule)> {
    let mut all: Vec<_> =
        ERRORS.iter().map(|(n, rule)| (error(ErrorCode::from_number(*n)), *rule)).collect();
    all.extend(WARNINGS.iter().map(|(n, rule)| (warning(WarningCode::from_number(*n)), *rule)));
    let trips = RcdTrigger::LISTED.iter().filter(|n| **n != 0);
    all.extend(trips.map(|n| (residual_current(RcdTrigger::from_number(*n)), Rule::Stop)));
    all
}

/// `true` if `text` has the words in this order.
fn in_order(text: &str, words: &[&str]) -> bool {
    let mut rest = text;
    words.iter().all(|word| rest.find(word).map(|at| rest = &rest[at + word.len()..]).is_some())
}

#[track_caller]
fn obeys(words: &FaultText, rule: Rule) {
    let text = words.remedy.text().to_lowercase();
    let says = |parts: &[&str]| assert!(in_order(&text, parts), "{words:?}: {parts:?} in {text}");
    match rule {
        Rule::Stop => {
            says(&["stop charging", "unplug the vehicle", "unplug the charger from the wall"]);
            says(&["from the wall", "electrician"]);
        }
        Rule::Warm => {
            says(&["lower the current", "shade", "cool", "electrician", "plug"]);
            says(&["electrician", "attachment", "socket", "hot"]);
        }
        Rule::Grid => says(&["grid", "wait", "if it stays", "check"]),
        Rule::Pilot => {
            says(&["unplug the vehicle", "charge no vehicle"]);
            says(&["charger", "vehicle", "looked at by those who service them"]);
        }
        Rule::Other => {}
    }
    for invitation in INVITATIONS {
        assert!(!text.contains(invitation), "{words:?} invites: {invitation:?} in {text}");
    }
    if text.contains("attachment off") {
        says(&["from the wall", "attachment off"]);
    }
    assert!(text.ends_with('.'), "{words:?}");
    assert!(!words.name.ends_with('.'), "{words:?}");
}

#[test]
fn each_of_the_46_codes_says_what_its_kind_must_and_invites_nobody_to_retry() {
    let all = every_code();
    assert_eq!(all.len(), 46);
    for (words, rule) in &all {
        obeys(words, *rule);
    }
    // Every listed number is in the tables above, so a new one needs a rule.
    let listed = ErrorCode::LISTED.len() + WarningCode::LISTED.len() + RcdTrigger::LISTED.len();
    assert_eq!(listed - 3, all.len());
    let names: HashSet<_> = all.iter().map(|(words, _)| words.name.clone()).collect();
    assert_eq!(names.len(), 46, "each has a name of its own");
}

#[test]
fn residual_current_also_speaks_of_the_vehicle_and_heat_of_touching() {
    for words in [error(ErrorCode::ResidualCurrent), residual_current(RcdTrigger::Unknown(9))] {
        assert!(words.remedy.text().contains("a workshop the vehicle"), "{words:?}");
    }
    let hot = error(ErrorCode::DomesticPlugOvertemperature);
    assert!(hot.remedy.text().contains("Do not touch a hot plug"), "{hot:?}");
}

#[test]
fn an_error_or_trip_that_this_page_does_not_know_is_taken_for_dangerous() {
    for number in [6, 55, 84, 200, 255] {
        let words = error(ErrorCode::from_number(number));
        assert_eq!(words.name, format!("Unknown code {number}"));
        obeys(&words, Rule::Stop);
        obeys(&residual_current(RcdTrigger::from_number(number)), Rule::Stop);
    }
    obeys(&error(ErrorCode::from_name("NEW")), Rule::Stop);
    obeys(&residual_current(RcdTrigger::from_name("NEW")), Rule::Stop);
    let new = warning(WarningCode::from_name("NEW"));
    assert_eq!(new.name, "Unknown to this page");
    obeys(&new, Rule::Other);
    assert!(new.remedy.text().contains("Stop charging until you know"));
}
