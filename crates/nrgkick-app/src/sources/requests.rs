//! The requests for the values, in words: clients, ages, counts.

use std::time::Duration;

use gateway_api::custom_api::{ClientStatus, Status};
use gateway_api::link::LinkState;
use nrgkick_model::number::fixed;

use crate::format;
use crate::words::sources as words;

/// Returns `true` for a simulated charger. A real one cannot be told from a program that fetches
/// the same addresses.
pub(super) fn is_simulated(last: &ClientStatus) -> bool {
    last.name.as_ref().is_some_and(|name| name.contains("simulated"))
}

/// Describes the last request: client, age, result. `since` is the age of `status`.
pub fn fetched(status: &Status, since: Duration, state: LinkState) -> String {
    let [values, info] = &status.fetched;
    let Some(last) = values.clients.first() else {
        return words::not_fetched().to_owned();
    };
    let age = Duration::from_millis(last.age_ms);
    let by = if is_simulated(last) { words::by_simulated() } else { words::by_charger() };
    let client = named(last);
    let pace = last.interval_ms.map(seconds);
    let when = if state == LinkState::Live {
        let age = format::age((age + since).as_secs());
        match pace {
            Some(pace) => words::fetched_pace(&age, by, &client, &pace),
            None => words::fetched(&age, by, &client),
        }
    } else {
        // Later requests are not known.
        let before = format::length(age.as_secs());
        match pace {
            Some(pace) => words::fetched_before_pace(by, &client, &before, &pace),
            None => words::fetched_before(by, &client, &before),
        }
    };
    let counts = words::counts(&words::times(info.count), &words::times(values.count));
    match last.status {
        200 => format!("{when} {counts}"),
        _ => format!("{when} {} {counts}", words::got_none()),
    }
}

/// Describes the other clients that fetched the values; empty if there are none. `since` is the age
/// of `status`.
pub fn others(status: &Status, since: Duration) -> String {
    let [values, _] = &status.fetched;
    let other = |client: &ClientStatus| {
        let age = Duration::from_millis(client.age_ms) + since;
        let age = format::age(age.as_secs());
        words::also_client(&age, &named(client), &words::times(client.count))
    };
    let others: Vec<String> = values.clients.iter().skip(1).map(other).collect();
    if others.is_empty() { String::new() } else { words::also(&others.join("; ")) }
}

fn named(client: &ClientStatus) -> String {
    match &client.name {
        Some(name) => words::client_named(&client.address, name),
        None => client.address.clone(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a pause between two questions")]
fn seconds(milliseconds: u64) -> String {
    format::grouped(&fixed(milliseconds as f64 / 1000.0, 1)) + " s"
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::value_text::tests::status;
    use super::*;

    const LIVE: LinkState = LinkState::Live;
    const NOW: Duration = Duration::ZERO;

    /// A server whose values were fetched three times, the last time `age_ms` ago.
    pub(in crate::sources) fn fetched_before(age_ms: u64) -> Status {
        let mut status = status();
        status.fetched[0].count = 3;
        status.fetched[1].count = 1;
        status.fetched[0].clients = vec![ClientStatus {
            age_ms,
            address: "192.168.1.40".into(),
            name: None,
            count: 3,
            status: 200,
            interval_ms: Some(6_020),
        }];
        status
    }

    #[test]
    fn who_fetched_is_told_with_address_age_and_pace() {
        let none = fetched(&status(), NOW, LIVE);
        assert_eq!(none, "Not fetched since this server began.");
        let mut status = fetched_before(2_000);
        assert_eq!(
            fetched(&status, Duration::from_secs(2), LIVE),
            "Last fetched 4 s ago by the charger, from 192.168.1.40, 6.0 s after the time before. \
             Values 3 times, descriptions once."
        );
        let own = status.fetched[0].clients[0].clone();
        let last = &mut status.fetched[0].clients[0];
        last.name = Some("nrgkick-sim/0.1.0 (simulated charger)".into());
        last.interval_ms = None;
        let told = fetched(&status, NOW, LIVE);
        let named =
            "by a simulated charger, from 192.168.1.40 (“nrgkick-sim/0.1.0 (simulated charger)”).";
        assert!(told.contains(named), "{told}");
        assert_eq!(others(&status, NOW), "");
        status.fetched[0].clients.push(own);
        assert_eq!(others(&status, NOW), "Also fetched by 192.168.1.40, 3 times, 2 s ago.");
    }
}
