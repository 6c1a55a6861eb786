//! The lines of the accounts, out of what the gateway keeps.

use gateway_api::accounts::{SettingChange, WriteEntry};
use nrgkick_model::field::{DocumentName, Field, FieldId};
use nrgkick_model::number::shortest;

use crate::api::Accounts;
use crate::format;
use crate::words::{self, accounts, local_time};

/// One line of a list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    pub(super) what: String,
    /// May be empty.
    pub(super) outcome: String,
    /// Local time, and where it came from.
    pub(super) when: String,
    /// The charger's own words; may be empty.
    pub(super) message: String,
}

/// The text above the lists.
pub(super) fn summary(accounts: &Accounts) -> String {
    let charger = &accounts.charger;
    let count = |count: u64| format::grouped(&count.to_string());
    let failures: Vec<_> = charger
        .failed
        .iter()
        .map(|(kind, number)| accounts::failure(&count(*number), failure(kind)))
        .collect();
    let (answered, failed) = (count(charger.answered), failures.join(", "));
    let failed = if failed.is_empty() { accounts::no_failures() } else { &failed };
    match charger.answers_since.as_deref().map(local_time) {
        Some(since) => accounts::answers_since(&answered, failed, &since),
        None => accounts::no_answer(&answered, failed),
    }
}

fn failure(kind: &str) -> &str {
    match kind {
        "connect" => accounts::connect(),
        "timeout" => accounts::timeout(),
        "closed" => accounts::closed(),
        "protocol" => accounts::protocol(),
        "too_large" => accounts::too_large(),
        "undecided" => accounts::undecided(),
        "declined" => accounts::declined(),
        other => other,
    }
}

fn outcome(outcome: &str) -> &str {
    match outcome {
        "verified" => accounts::confirmed(),
        "refused" => accounts::refused(),
        "mismatch" => accounts::mismatch(),
        "unknown" | "outcome_lost" => accounts::unknown(),
        "not_sent" | "charger_down" | "busy" | "stopping" | "superseded" | "invalid_value"
        | "write_id_reused" => accounts::not_sent(),
        // Of a newer gateway: better a foreign word than a wrong one.
        other => other,
    }
}

fn pause(is_on: bool) -> &'static str {
    if is_on { accounts::pause_on() } else { accounts::pause_off() }
}

pub(super) fn of_write(write: &WriteEntry) -> Entry {
    let settings: Vec<_> = write.settings.split('&').map(setting).collect();
    let when = local_time(&write.at);
    Entry {
        what: settings.join(", "),
        outcome: outcome(&write.outcome).to_owned(),
        when: match &write.caller {
            Some(caller) => accounts::caller(caller, &when),
            None => when,
        },
        message: write.message.clone().unwrap_or_default(),
    }
}

pub(super) fn of_change(change: &SettingChange) -> Entry {
    let label = match field(&change.setting) {
        Some(field) => words::label(field),
        None => &change.setting,
    };
    let [from, to] = [change.from, change.to].map(|number| value(&change.setting, number));
    Entry {
        what: accounts::changed(&from, label, &to),
        outcome: String::new(),
        when: local_time(&change.at),
        message: String::new(),
    }
}

/// `current_set=16.0` as `Set current 16 A`.
fn setting(pair: &str) -> String {
    let Some((key, text)) = pair.split_once('=') else { return pair.to_owned() };
    match field(key) {
        Some(field) => accounts::setting(words::label(field), &value_text(field.id, text)),
        None => pair.to_owned(),
    }
}

/// A value of a query, which is written as the page shows it but for its unit.
fn value_text(field: FieldId, text: &str) -> String {
    match field {
        FieldId::CurrentSet => format!("{} A", format::grouped(text.trim_end_matches(".0"))),
        FieldId::ChargePause => pause(text == "1").to_owned(),
        FieldId::EnergyLimit => text.parse().map_or_else(|_| text.to_owned(), limit),
        _ => text.to_owned(),
    }
}

fn limit(watt_hours: u32) -> String {
    match watt_hours {
        0 => accounts::no_limit().to_owned(),
        _ => format::limit(Some(watt_hours.into())).text(),
    }
}

fn field(key: &str) -> Option<&'static Field> {
    DocumentName::Control.fields().find(|field| field.key() == key)
}

fn value(key: &str, number: f64) -> String {
    match field(key).map(|field| field.id) {
        Some(FieldId::CurrentSet) => format::current(Some(number)).text(),
        Some(FieldId::ChargePause) => pause(number != 0.0).to_owned(),
        Some(FieldId::EnergyLimit) if number == 0.0 => accounts::no_limit().to_owned(),
        Some(FieldId::EnergyLimit) => format::limit(Some(number)).text(),
        _ => shortest(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_names_its_settings_as_the_controls_do() {
        let write = WriteEntry {
            at: "2026-11-28T17:20:00Z".to_owned(),
            caller: Some("192.168.1.7".to_owned()),
            settings: "current_set=16.0&charge_pause=0&energy_limit=10000&phase_count=3".to_owned(),
            outcome: "busy".to_owned(),
            message: None,
        };
        let entry = of_write(&write);
        assert_eq!(
            entry.what,
            "Set current 16 A, Charge pause off, Energy limit 10 kWh, Phases to charge with 3"
        );
        assert_eq!(entry.outcome, "not sent");
        assert!(entry.when.ends_with(", from 192.168.1.7"));
    }

    #[test]
    fn a_change_names_both_values() {
        let change = SettingChange {
            at: String::new(),
            setting: "energy_limit".to_owned(),
            from: 0.0,
            to: 5_000.0,
        };
        assert_eq!(of_change(&change).what, "Energy limit from none to 5 kWh");
    }
}
