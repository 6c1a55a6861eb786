//! Whether the charger gets values, in one sentence with its hue, and who asked last.

use std::time::Duration;

use nrgkick_model::custom_api::status::{FetchStatus, Freshness, Status, ValuesAnswer};
use nrgkick_model::link::LOST_AFTER;

use crate::format;
use crate::sentence::{Sentence, Tone};

/// The state of `status`, which is as old as `since`.
pub fn sentence(status: &Status, since: Duration) -> Sentence {
    if let ValuesAnswer::Unavailable(reason) = &status.values {
        let is_missing = |freshness| freshness == Freshness::Missing;
        return if status.sources.iter().any(|source| is_missing(source.freshness)) {
            Sentence::new(Tone::Error, "The charger gets no values", reason.clone())
        } else {
            Sentence::new(Tone::Waiting, "Waiting for the first values", reason.clone())
        };
    }
    let replaced = replaced(status);
    match asked(status, since) {
        None => Sentence::new(Tone::Waiting, "Ready, but the charger has not asked", ENTER),
        Some(age) if age >= LOST_AFTER => {
            Sentence::new(Tone::Waiting, "Ready, but the charger no longer asks", STOPPED)
        }
        Some(_) if replaced.is_empty() => {
            Sentence::new(Tone::Charging, "The charger gets its values", "")
        }
        Some(_) => {
            Sentence::new(Tone::Waiting, "The charger gets values, but not all are fresh", replaced)
        }
    }
}

const ENTER: &str = "In the NRGkick app: PV-Charging, new profile, manual search, brand Custom, \
                     with the address and the port of this server.";
const STOPPED: &str = "It asks at least every 7 s while its PV profile is on. Is it on, in the \
                       same network, and is the address in its profile still right?";

/// The values in whose place the charger gets another, as configured.
fn replaced(status: &Status) -> String {
    let is_replaced = |freshness| matches!(freshness, Freshness::Zero | Freshness::Last);
    let old = status.sources.iter().filter(|source| is_replaced(source.freshness));
    let names: Vec<&str> = old.map(|source| source.name.as_str()).collect();
    if names.is_empty() {
        return String::new();
    }
    format!("Too old, and replaced as configured: {}.", names.join(", "))
}

/// How long ago somebody fetched the values.
fn asked(status: &Status, since: Duration) -> Option<Duration> {
    let [values, _] = &status.fetched;
    Some(Duration::from_millis(values.last.as_ref()?.age_ms) + since)
}

/// Who fetched last, when and how; `status` is as old as `since`.
pub fn fetched(status: &Status, since: Duration) -> String {
    let [values, info] = &status.fetched;
    let Some(last) = &values.last else {
        return "Not fetched since this server began.".to_owned();
    };
    let age = format::age((Duration::from_millis(last.age_ms) + since).as_secs());
    let client = last
        .client
        .as_ref()
        .map(|name| format!(", which calls itself “{name}”"))
        .unwrap_or_default();
    let every = match last.interval_ms {
        Some(interval) => format!(", {} s after the time before", interval.div_ceil(1000)),
        None => String::new(),
    };
    let refused = if last.status == 200 { "" } else { " It got no values." };
    format!(
        "Last fetched by the charger {age}, from {}{client}{every}.{refused} {}",
        last.address,
        times(values, info)
    )
}

fn times(values: &FetchStatus, info: &FetchStatus) -> String {
    format!("Values {} times, descriptions {} times.", values.count, info.count)
}

#[cfg(test)]
mod tests {
    use nrgkick_model::custom_api::status::LastFetch;

    use super::super::words::tests::{status, value};
    use super::*;

    const NOW: Duration = Duration::ZERO;

    fn fetched_by(status: &mut Status, age_ms: u64) {
        status.fetched[0].count = 3;
        status.fetched[0].last = Some(LastFetch {
            age_ms,
            address: "192.168.1.40".into(),
            client: None,
            status: 200,
            interval_ms: Some(6_000),
        });
    }

    #[test]
    fn ready_is_not_asked_and_asked_is_not_for_ever() {
        let mut status = status();
        let said = sentence(&status, NOW);
        assert_eq!(said.tone, Tone::Waiting);
        assert!(said.text.contains("has not asked") && said.reason.contains("brand Custom"));
        fetched_by(&mut status, 4_000);
        let said = sentence(&status, NOW);
        assert_eq!((said.tone, said.reason.as_str()), (Tone::Charging, ""));
        let said = sentence(&status, Duration::from_secs(26));
        assert_eq!(said.tone, Tone::Waiting, "30 s later than its last question");
        assert!(said.text.contains("no longer asks"), "{}", said.text);
    }

    #[test]
    fn a_value_that_is_missing_is_told_from_one_that_is_awaited_or_replaced() {
        let mut status = status();
        fetched_by(&mut status, 0);
        status.sources = vec![value("batteries.0.soc")];
        status.sources[0].freshness = Freshness::Zero;
        let said = sentence(&status, NOW);
        assert_eq!(said.tone, Tone::Waiting);
        assert!(said.reason.contains("batteries.0.soc"), "{}", said.reason);
        status.values = ValuesAnswer::Unavailable("batteries.0.soc: no value has come yet".into());
        status.sources[0].freshness = Freshness::Awaited;
        assert_eq!(sentence(&status, NOW).tone, Tone::Waiting);
        status.sources[0].freshness = Freshness::Missing;
        let said = sentence(&status, NOW);
        assert_eq!((said.tone, said.text.as_str()), (Tone::Error, "The charger gets no values"));
        assert_eq!(said.reason, "batteries.0.soc: no value has come yet");
    }

    #[test]
    fn who_fetched_is_told_with_address_age_and_pace() {
        let mut status = status();
        assert_eq!(fetched(&status, NOW), "Not fetched since this server began.");
        fetched_by(&mut status, 2_000);
        assert_eq!(
            fetched(&status, Duration::from_secs(2)),
            "Last fetched by the charger 4 s ago, from 192.168.1.40, 6 s after the time before. \
             Values 3 times, descriptions 0 times."
        );
        if let Some(last) = &mut status.fetched[0].last {
            last.client = Some("nrgkick-sim/0.1.0 (simulated charger)".into());
            last.status = 503;
            last.interval_ms = None;
        }
        let told = fetched(&status, NOW);
        assert!(
            told.contains(
                "192.168.1.40, which calls itself “nrgkick-sim/0.1.0 (simulated charger)”."
            ),
            "{told}"
        );
        assert!(told.contains("It got no values."), "{told}");
    }
}
