//! One value in words: what the charger sees of it, where it comes from, how it stands.

use std::time::Duration;

use nrgkick_model::custom_api::Quantity as Fitted;
use nrgkick_model::custom_api::status::{Freshness, SourceKind, Stale, ValueStatus};
use nrgkick_model::custom_api::{Observed, Place};
use nrgkick_model::number::shortest;

use crate::format::{self, Quantity};
use crate::words::en;

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

/// What the charger sees of `value` now: as it stands in the document, so powers are whole. What
/// does not fit there is not seen.
pub fn quantity(value: &ValueStatus) -> Quantity {
    let Some(observed) = value.value else { return Quantity::none() };
    let Some(place) = place(value) else {
        return Quantity::new(plain(observed), "");
    };
    let number = match place.field().fit(observed) {
        Ok(Fitted::Integer(number)) => number.to_string(),
        Ok(Fitted::Decimal(number)) => shortest(number),
        Ok(Fitted::Flag(flag)) => en::flag(flag).to_owned(),
        Err(_) => return Quantity::none(),
    };
    Quantity::new(number, place.field().unit.symbol())
}

fn plain(observed: Observed) -> String {
    match observed {
        Observed::Number(number) => shortest(number),
        Observed::Flag(flag) => en::flag(flag).to_owned(),
    }
}

/// Where `value` comes from, how often it is asked for, and what holds when it is too old.
pub fn source(value: &ValueStatus) -> String {
    let source = &value.source;
    let mut text = match source.kind {
        // The value itself stands above.
        SourceKind::Fixed => return "Fixed in the configuration".to_owned(),
        kind => format!("{}: {}", name(kind), source.from),
    };
    if let Some(every) = source.every_ms {
        text += &format!(", asked at least every {}", length(every));
    }
    if let Some(most) = source.max_age_ms {
        text += &format!("; too old after {}", length(most));
    }
    text + match source.stale {
        None => "",
        Some(Stale::Unavailable) => ", and then the charger gets no values",
        Some(Stale::Zero) => ", and then it counts as zero",
        Some(Stale::Last) => ", and then it counts all the same",
    }
}

const fn name(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Fixed => "Fixed",
        SourceKind::Http => "HTTP",
        SourceKind::Mqtt => "MQTT",
        SourceKind::Modbus => "Modbus",
        SourceKind::Push => "Pushed",
        SourceKind::Sum => "Sum",
        SourceKind::Difference => "Difference",
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
    if value.source.kind.is_derived() {
        return match (value.freshness, age) {
            (Freshness::Fresh, None) => String::new(),
            (Freshness::Fresh, Some(age)) => format!("Its oldest part is from {age}."),
            (Freshness::Awaited, _) => "A part of it has not come yet.".to_owned(),
            (Freshness::Missing, _) => format!("A part of it is missing. {lacking}"),
            (Freshness::Zero, _) => {
                "Made with zero in place of a part that is too old, as configured.".to_owned()
            }
            (Freshness::Last, _) => "Made with a part that is too old, as configured.".to_owned(),
        };
    }
    let found =
        age.map_or_else(|| "Nothing has come".to_owned(), |age| format!("Too old, from {age}"));
    match value.freshness {
        Freshness::Fresh => {
            value.age_ms.map(|age| format!("From {}.", ago(age, since))).unwrap_or_default()
        }
        Freshness::Awaited => "Nothing has come yet.".to_owned(),
        Freshness::Missing => format!("{found}. {lacking}"),
        Freshness::Zero => format!("{found}; it counts as zero, as configured."),
        Freshness::Last => format!("{found}; it counts all the same, as configured."),
    }
}

/// What is wrong with `value`: that it does not fit, or what failed last; empty where nothing has
/// since the last success.
pub fn error(value: &ValueStatus, since: Duration) -> String {
    let misfit = place(value)
        .zip(value.value)
        .and_then(|(place, observed)| place.field().fit(observed).err());
    match (misfit, &value.error) {
        (Some(misfit), _) => {
            format!("{} is not {}.", plain(misfit.found), misfit.expected)
        }
        (None, Some(error)) => format!("{}: {}", ago(error.age_ms, since), error.message),
        (None, None) => String::new(),
    }
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
        let fetch = |path: &str| FetchStatus { path: path.into(), count: 0, clients: Vec::new() };
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
                kind: SourceKind::Http,
                from: "http://192.168.1.20/ /w".into(),
                every_ms: Some(5_000),
                max_age_ms: Some(2_500),
                stale: Some(Stale::Unavailable),
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
        let mut much = value("batteries.0.soc");
        much.value = Some(Observed::Number(200.0));
        assert_eq!(quantity(&much).text(), "—", "the charger does not get it");
        assert_eq!(error(&much, NOW), "200 is not a number from 0 to 100 %.");
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
        assert_eq!(
            text,
            "HTTP: http://192.168.1.20/ /w, asked at least every 5 s; too old after 2.5 s, and then \
             the charger gets no values"
        );
        let mut fixed = value("batteries.0.soc");
        fixed.source.kind = SourceKind::Fixed;
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
        assert_eq!(
            standing(&value, NOW),
            "Too old, from 3 s ago; it counts as zero, as configured."
        );
        value.freshness = Freshness::Last;
        assert_eq!(
            standing(&value, NOW),
            "Too old, from 3 s ago; it counts all the same, as configured."
        );
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
    fn what_is_made_of_others_is_not_itself_too_old() {
        let mut sum = value("load_power_w");
        sum.source.kind = SourceKind::Sum;
        assert_eq!(standing(&sum, NOW), "Its oldest part is from 3 s ago.");
        for (freshness, words) in [
            (Freshness::Zero, "Made with zero in place of a part"),
            (Freshness::Last, "Made with a part that is too old"),
            (Freshness::Missing, "A part of it is missing. The charger gets no values."),
            (Freshness::Awaited, "A part of it has not come yet."),
        ] {
            sum.freshness = freshness;
            assert!(standing(&sum, NOW).starts_with(words), "{}", standing(&sum, NOW));
        }
    }
}
