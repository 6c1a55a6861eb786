//! The requests for the values, in words: clients, ages, counts.

use std::time::Duration;

use gateway_api::custom_api::{ClientStatus, Status};
use gateway_api::link::LinkState;
use nrgkick_model::number::fixed;

use crate::format;

/// Names the client. A real charger cannot be told from a program that fetches the same addresses,
/// except for one that calls itself simulated.
pub(super) fn who(last: &ClientStatus) -> &'static str {
    let name = last.name.as_deref().unwrap_or_default();
    if name.contains("simulated") { "a simulated charger" } else { "the charger" }
}

/// Describes the last request: client, age, result. `since` is the age of `status`.
pub fn fetched(status: &Status, since: Duration, state: LinkState) -> String {
    let [values, info] = &status.fetched;
    let Some(last) = values.clients.first() else {
        return "Not fetched since this server began.".to_owned();
    };
    let age = Duration::from_millis(last.age_ms);
    let when = match state {
        LinkState::Live => format!("Last fetched {}", format::age((age + since).as_secs())),
        // Later requests are not known.
        LinkState::Connecting | LinkState::Stale | LinkState::Lost => {
            let before = format::length(age.as_secs());
            format!("When the server last answered: fetched {before} before")
        }
    };
    let pause = last.interval_ms.map(|pause| format!(", {} after the time before", seconds(pause)));
    let pause = pause.unwrap_or_default();
    let refused = if last.status == 200 { "" } else { " It got no values." };
    let counts = format!("Values {}, descriptions {}.", times(values.count), times(info.count));
    format!("{when} by {}, from {}{pause}.{refused} {counts}", who(last), named(last))
}

/// Describes the other clients that fetched the values; empty if there are none. `since` is the age
/// of `status`.
pub fn others(status: &Status, since: Duration) -> String {
    let [values, _] = &status.fetched;
    let other = |client: &ClientStatus| {
        let age = Duration::from_millis(client.age_ms) + since;
        format!("{}, {}, {}", named(client), times(client.count), format::age(age.as_secs()))
    };
    let others: Vec<String> = values.clients.iter().skip(1).map(other).collect();
    if others.is_empty() {
        String::new()
    } else {
        format!("Also fetched by {}.", others.join("; "))
    }
}

fn named(client: &ClientStatus) -> String {
    match &client.name {
        Some(name) => format!("{} (“{name}”)", client.address),
        None => client.address.clone(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a pause between two questions")]
fn seconds(milliseconds: u64) -> String {
    fixed(milliseconds as f64 / 1000.0, 1) + " s"
}

fn times(count: u64) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
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
