//! One value in words: what the charger sees of it, where it comes from, how it stands.

use std::time::Duration;

use nrgkick_model::custom_api::Quantity as Fitted;
use nrgkick_model::custom_api::status::{Freshness, ValueStatus};
use nrgkick_model::custom_api::{Observed, Place};
use nrgkick_model::number::shortest;

use crate::format::{self, Quantity};
use crate::trouble::Trouble;
use crate::words::en::{self, Advice};

/// The row of the table that `value` belongs to; nothing for a part of others.
pub fn place(value: &ValueStatus) -> Option<Place> {
    value.name.parse().ok().filter(|_| value.is_shown)
}

/// What to call `value`.
pub fn label(value: &ValueStatus) -> String {
    place(value).map_or_else(|| value.name.clone(), |place| place.field().label.to_owned())
}

/// What `value` means; empty for a part of others.
pub fn about(value: &ValueStatus) -> String {
    place(value).map(|place| place.field().about.to_owned()).unwrap_or_default()
}

/// What the charger sees of `value` now: as it stands in the document, so powers are whole.
pub fn quantity(value: &ValueStatus) -> Quantity {
    let Some(observed) = value.value else { return Quantity::none() };
    let place = place(value);
    let fitted = place.and_then(|place| place.field().fit(observed).ok());
    let number = match (fitted, observed) {
        (Some(Fitted::Integer(number)), _) => number.to_string(),
        (Some(Fitted::Decimal(number)), _) | (None, Observed::Number(number)) => shortest(number),
        (Some(Fitted::Flag(flag)), _) | (None, Observed::Flag(flag)) => en::flag(flag).to_owned(),
    };
    Quantity::new(number, place.map_or("", |place| place.field().unit.symbol()))
}

/// Where `value` comes from, how often it is asked for and how old it may be.
pub fn source(value: &ValueStatus) -> String {
    let source = &value.source;
    let mut text = match source.kind.as_str() {
        // The value itself stands above.
        "fixed" => return "Fixed in the configuration".to_owned(),
        kind => format!("{}: {}", name(kind), source.from),
    };
    if let Some(every) = source.every_ms {
        text += &format!(", asked every {}", length(every));
    }
    if let Some(most) = source.max_age_ms {
        text += &format!(", at most {} old", length(most));
    }
    text
}

fn name(kind: &str) -> &str {
    match kind {
        "http" => "HTTP",
        "mqtt" => "MQTT",
        "modbus" => "Modbus",
        "push" => "Pushed",
        "sum" => "Sum",
        "difference" => "Difference",
        other => other,
    }
}

/// A time that the configuration names; short ones with as many decimals as they have.
#[expect(clippy::cast_precision_loss, reason = "less than two minutes")]
fn length(milliseconds: u64) -> String {
    match milliseconds {
        0..=119_999 => format!("{} s", shortest(milliseconds as f64 / 1000.0)),
        _ => format::length(milliseconds / 1000),
    }
}

/// How `value` stands, `since` after the server said so; empty for what has no age.
pub fn standing(value: &ValueStatus, since: Duration) -> String {
    let age = value.age_ms.map(|age| ago(age, since));
    let lacking = if value.is_shown {
        "The charger gets no values."
    } else {
        "What is made of it is missing."
    };
    match (value.freshness, age) {
        (Freshness::Fresh, Some(age)) => format!("From {age}."),
        (Freshness::Fresh, None) => String::new(),
        (Freshness::Awaited, _) => "Nothing has come yet.".to_owned(),
        (Freshness::Missing, None) => format!("Nothing has come. {lacking}"),
        (Freshness::Missing, Some(age)) => format!("Too old, from {age}. {lacking}"),
        (Freshness::Zero, None) => {
            "Nothing has come; the charger gets zero, as configured.".to_owned()
        }
        (Freshness::Zero, Some(age)) => {
            format!("Too old, from {age}; the charger gets zero, as configured.")
        }
        (Freshness::Last, age) => {
            let age = age.unwrap_or_default();
            format!("Too old, from {age}; the charger gets it all the same, as configured.")
        }
    }
}

/// What went wrong last with `value`; empty where nothing has since the last success.
pub fn error(value: &ValueStatus, since: Duration) -> String {
    let error = value.error.as_ref();
    error
        .map(|error| format!("{}: {}", en::upper_first(&ago(error.age_ms, since)), error.message))
        .unwrap_or_default()
}

fn ago(milliseconds: u64, since: Duration) -> String {
    format::age((Duration::from_millis(milliseconds) + since).as_secs())
}

/// How `value` stands, for the style sheet.
pub const fn mark(freshness: Freshness) -> &'static str {
    match freshness {
        Freshness::Fresh => "fresh",
        Freshness::Zero | Freshness::Last => "old",
        Freshness::Awaited => "awaited",
        Freshness::Missing => "missing",
    }
}

/// What to tell someone whose `custom-api` does not answer.
pub fn advice(trouble: &Trouble) -> Advice {
    let (title, text) = match trouble {
        Trouble::Unreachable => (
            "The server does not answer.".to_owned(),
            "Is custom-api, which served this page, still running, and is this device still in \
             the same network? Without it the charger gets no values either.",
        ),
        Trouble::Timeout => ("The server takes too long to answer.".to_owned(), ""),
        Trouble::Gateway(message) => (format!("The server says: {message}"), ""),
        Trouble::Status(status) => {
            (format!("The answer was status {status} without a reason."), "")
        }
        Trouble::Unreadable(_)
        | Trouble::NotShared
        | Trouble::MixedContent
        | Trouble::Unauthorized
        | Trouble::Disabled
        | Trouble::Refused(_) => (
            "What answers here is not custom-api.".to_owned(),
            "This page works only where custom-api serves it.",
        ),
    };
    Advice { title: title.into(), text: text.into() }
}

#[cfg(test)]
pub(super) mod tests {
    use nrgkick_model::custom_api::status::{
        ConfigurationStatus, ErrorStatus, FetchStatus, SourceStatus, Status, ValuesAnswer,
    };
    use nrgkick_model::custom_api::{INFO_PATH, InfoDocument, VALUES_PATH, ValuesDocument};

    use super::*;

    const NOW: Duration = Duration::ZERO;

    /// A server without values, which nobody asked.
    pub(in crate::sources) fn status() -> Status {
        let fetch = |path: &str| FetchStatus { path: path.into(), count: 0, last: None };
        Status {
            name: "custom-api".into(),
            version: "1".into(),
            uptime_ms: 0,
            values: ValuesAnswer::Document(ValuesDocument::default()),
            info: InfoDocument::default(),
            sources: Vec::new(),
            fetched: [fetch(VALUES_PATH), fetch(INFO_PATH)],
            configuration: ConfigurationStatus {
                file: "pv.toml".into(),
                push: false,
                allow_hosts: Vec::new(),
                brokers: Vec::new(),
            },
        }
    }

    /// A value of 7.6, 3 s old.
    pub(in crate::sources) fn value(name: &str) -> ValueStatus {
        ValueStatus {
            name: name.into(),
            is_shown: true,
            unit: String::new(),
            source: SourceStatus {
                kind: "http".into(),
                from: "http://192.168.1.20/ /w".into(),
                every_ms: Some(5_000),
                max_age_ms: Some(2_500),
                stale: Some("503".into()),
            },
            value: Some(Observed::Number(7.6)),
            observed: Some(Observed::Number(7.6)),
            age_ms: Some(3_000),
            freshness: Freshness::Fresh,
            error: None,
        }
    }

    #[test]
    fn a_value_is_shown_as_the_charger_gets_it() {
        assert_eq!(quantity(&value("inverters.0.inv_power_ac_w")).text(), "8 W");
        assert_eq!(quantity(&value("batteries.0.soc")).text(), "7.6 %");
        assert_eq!(quantity(&value("roof")).text(), "7.6");
        let mut flag = value("inverters.0.battery_connected");
        flag.value = Some(Observed::Flag(true));
        assert_eq!(quantity(&flag).text(), "Yes");
        flag.value = None;
        assert_eq!(quantity(&flag).text(), "—");
    }

    #[test]
    fn names_come_from_the_table_and_parts_keep_their_own() {
        let charge = value("batteries.0.soc");
        assert_eq!(label(&charge), "State of charge");
        assert_eq!(about(&charge), "How full the battery is.");
        let mut part = value("roof");
        part.is_shown = false;
        assert_eq!((label(&part).as_str(), about(&part).as_str()), ("roof", ""));
    }

    #[test]
    fn a_source_says_where_how_often_and_how_old() {
        let text = source(&value("batteries.0.soc"));
        assert_eq!(text, "HTTP: http://192.168.1.20/ /w, asked every 5 s, at most 2.5 s old");
        let mut fixed = value("batteries.0.soc");
        fixed.source.kind = "fixed".into();
        assert_eq!(source(&fixed), "Fixed in the configuration");
        assert_eq!([500, 119_999, 3_600_000].map(length), ["0.5 s", "119.999 s", "60 min"]);
    }

    #[test]
    fn ages_go_on_while_the_server_is_silent() {
        let mut value = value("batteries.0.soc");
        assert_eq!(standing(&value, Duration::from_secs(4)), "From 7 s ago.");
        value.freshness = Freshness::Missing;
        assert_eq!(standing(&value, NOW), "Too old, from 3 s ago. The charger gets no values.");
        value.freshness = Freshness::Zero;
        assert!(standing(&value, NOW).contains("gets zero, as configured"));
        value.freshness = Freshness::Last;
        assert!(standing(&value, NOW).contains("3 s ago; the charger gets it all the same"));
        value.error = Some(ErrorStatus { message: "connection refused".into(), age_ms: 1_000 });
        assert_eq!(error(&value, Duration::from_secs(1)), "2 s ago: connection refused");
    }

    #[test]
    fn what_never_came_is_awaited_and_then_missing() {
        let mut value = value("batteries.0.soc");
        value.age_ms = None;
        assert_eq!(standing(&value, NOW), "", "fixed");
        value.freshness = Freshness::Awaited;
        assert_eq!(standing(&value, NOW), "Nothing has come yet.");
        value.freshness = Freshness::Missing;
        assert_eq!(standing(&value, NOW), "Nothing has come. The charger gets no values.");
        value.is_shown = false;
        assert_eq!(standing(&value, NOW), "Nothing has come. What is made of it is missing.");
    }

    #[test]
    fn a_server_that_is_away_is_told_from_something_else_that_answers() {
        assert!(advice(&Trouble::Unreachable).text.contains("still running"));
        assert!(advice(&Trouble::Unreadable(String::new())).title.contains("not custom-api"));
        assert_eq!(advice(&Trouble::Gateway("No.".into())).title, "The server says: No.");
    }
}
