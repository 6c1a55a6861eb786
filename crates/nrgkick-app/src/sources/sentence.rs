//! The state of the server in one sentence with its hue.

use std::time::Duration;

use gateway_api::custom_api::{Freshness, Status, ValueStatus, ValuesAnswer};
use gateway_api::link::LinkState;

use super::requests::is_simulated;
use super::value_text::named;
use crate::sentence::{Sentence, Tone};
use crate::words::sources as words;

/// A charger without a request for this long has stopped: its manufacturer speaks of new values
/// every 7 s at most (seed 1); its real interval is not known.
const STOPPED_AFTER: Duration = Duration::from_secs(30);

/// Returns the state in `status`, as of the answer; unknown unless the link is live.
pub fn sentence(status: &Status, state: LinkState) -> Sentence {
    if state != LinkState::Live {
        return Sentence::new(Tone::Idle, words::unknown(), "");
    }
    if let ValuesAnswer::Unavailable(reason) = &status.values {
        let is = |wanted| status.sources.iter().any(|source| source.freshness == wanted);
        return if is(Freshness::Awaited) && !is(Freshness::Missing) {
            Sentence::new(Tone::Waiting, words::waiting(), reason.clone())
        } else {
            Sentence::new(Tone::Error, words::gets_none(), reason.clone())
        };
    }
    let [values, _] = &status.fetched;
    let Some(last) = values.clients.first() else {
        return Sentence::new(Tone::Waiting, words::not_asked(), words::enter());
    };
    let replaced = replaced(status);
    if Duration::from_millis(last.age_ms) >= STOPPED_AFTER {
        Sentence::new(Tone::Waiting, words::no_longer_asks(), words::stopped())
    } else if last.status != 200 {
        Sentence::new(Tone::Waiting, words::ready_again(), "")
    } else if replaced.is_empty() {
        let gets = if is_simulated(last) { words::gets_simulated } else { words::gets };
        Sentence::new(Tone::Charging, gets(), "")
    } else {
        let is_simulated = is_simulated(last);
        let gets = if is_simulated { words::gets_partly_simulated } else { words::gets_partly };
        Sentence::new(Tone::Waiting, gets(), replaced)
    }
}

/// Lists the values that are too old and still count, as the last value or as zero, and the house's
/// load if it is left out.
fn replaced(status: &Status) -> String {
    let names = |freshness| {
        let old = status.sources.iter();
        let old = old.filter(|s| s.freshness == freshness && !s.source.kind.is_derived());
        old.map(named).collect::<Vec<_>>().join(", ")
    };
    let (zero, last) = (names(Freshness::Zero), names(Freshness::Last));
    let is_left_out = |source: &ValueStatus| source.freshness == Freshness::LeftOut;
    let all = [
        (!zero.is_empty()).then(|| words::zero_for(&zero)),
        (!last.is_empty()).then(|| words::last_for(&last)),
        status.sources.iter().any(is_left_out).then(|| words::house_left_out(&status.house)),
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use gateway_api::custom_api::SourceKind;
    use nrgkick_model::custom_api::house::NoHouseLoad;

    use super::super::requests::fetched;
    use super::super::requests::tests::fetched_before;
    use super::super::value_text::tests::{status, value};
    use super::*;

    const LIVE: LinkState = LinkState::Live;
    const NOW: Duration = Duration::ZERO;

    fn said(status: &Status) -> (Tone, String, String) {
        let Sentence { tone, text, reason, .. } = sentence(status, LIVE);
        (tone, text, reason)
    }

    #[test]
    fn ready_is_not_asked_and_asked_is_not_for_ever() {
        let (tone, text, reason) = said(&status());
        assert_eq!((tone, text.as_str()), (Tone::Waiting, "Ready, but the charger has not asked"));
        assert!(reason.contains("brand Custom"), "{reason}");
        let (tone, text, reason) = said(&fetched_before(29_999));
        assert_eq!((tone, text.as_str()), (Tone::Charging, "The charger gets its values"));
        assert_eq!(reason, "");
        let (tone, text, _) = said(&fetched_before(30_000));
        assert_eq!((tone, text.as_str()), (Tone::Waiting, "Ready, but the charger no longer asks"));
    }

    #[test]
    fn a_simulated_charger_is_named_as_one() {
        let mut status = fetched_before(0);
        status.fetched[0].clients[0].name = Some("nrgkick-sim/0.1.0 (simulated charger)".into());
        assert_eq!(said(&status).1, "A simulated charger gets its values");
    }

    #[test]
    fn a_server_that_does_not_answer_is_no_fault_of_the_charger() {
        let status = fetched_before(4_000);
        for state in [LinkState::Stale, LinkState::Lost] {
            assert_eq!(sentence(&status, state).text, words::unknown());
            let told = fetched(&status, Duration::from_secs(600), state);
            assert!(
                told.starts_with("When the server last answered: fetched 4 s before"),
                "{told}"
            );
        }
    }

    #[test]
    fn what_the_last_request_got_counts() {
        let mut status = fetched_before(0);
        status.fetched[0].clients[0].status = 503;
        assert_eq!(said(&status).1, words::ready_again());
        assert!(fetched(&status, NOW, LIVE).contains("It got no values."));
    }

    #[test]
    fn a_value_that_is_missing_is_told_from_one_that_is_awaited_or_does_not_fit() {
        let mut status = fetched_before(0);
        status.sources = vec![value("batteries.0.soc")];
        status.values = ValuesAnswer::Unavailable("batteries.0.soc: why".into());
        for (freshness, wanted) in [
            (Freshness::Awaited, (Tone::Waiting, words::waiting())),
            (Freshness::Missing, (Tone::Error, words::gets_none())),
            (Freshness::Fresh, (Tone::Error, words::gets_none())),
        ] {
            status.sources[0].freshness = freshness;
            let (tone, text, reason) = said(&status);
            assert_eq!((tone, text.as_str()), wanted, "{freshness:?}");
            assert_eq!(reason, "batteries.0.soc: why");
        }
    }

    #[test]
    fn what_is_old_is_named_once_and_by_what_becomes_of_it() {
        let mut status = fetched_before(0);
        status.sources = ["roof", "batteries.0.soc", "load_power_w"].map(value).to_vec();
        status.sources[0].freshness = Freshness::Zero;
        status.sources[1].freshness = Freshness::Last;
        status.sources[2].freshness = Freshness::Zero;
        status.sources[2].source.kind = SourceKind::Sum;
        let (tone, text, reason) = said(&status);
        assert_eq!(tone, Tone::Waiting);
        assert_eq!(text, "The charger gets values, but not all as they should be");
        assert_eq!(
            reason,
            "Zero in place of roof. Too old, but passed on: State of charge (Battery 0)."
        );
    }

    #[test]
    fn a_load_that_is_left_out_is_told_with_its_reason() {
        let mut status = fetched_before(0);
        status.sources = vec![value("load_power_w")];
        status.sources[0].freshness = Freshness::LeftOut;
        status.house = NoHouseLoad::NoMeter.to_string();
        let (tone, _, reason) = said(&status);
        assert_eq!(tone, Tone::Waiting);
        assert!(reason.starts_with("What the house takes is left out: there is no energy meter"));
    }
}
