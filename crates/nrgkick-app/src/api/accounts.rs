//! Parses the accounts of a charger in the answer of `/healthz`, by hand as the other answers.

use std::collections::BTreeMap;

use gateway_api::accounts::{ChargerHealth, SettingChange, WriteEntry};
use serde_json::Value;

/// The accounts of one charger, as the gateway keeps them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accounts {
    /// Start of the gateway, RFC 3339.
    pub started: String,
    /// The charger's entry; of what the page shows elsewhere it holds the defaults.
    pub charger: ChargerHealth,
}

/// Parses the entry of the charger called `name`, or of the gateway's `default`. `None` if the
/// gateway is older, or does not let this page see its accounts.
pub(super) fn accounts(answer: &Value, name: Option<&str>) -> Option<Accounts> {
    let name = name.or_else(|| answer.get("default")?.as_str())?;
    let charger = answer.get("chargers")?.get(name)?;
    // Inserted one by one: collecting would sort first, which weighs on the page.
    let mut failed = BTreeMap::new();
    for (kind, count) in charger.get("failed")?.as_object()? {
        failed.insert(kind.clone(), count.as_u64()?);
    }
    Some(Accounts {
        started: text(answer, "started")?,
        charger: ChargerHealth {
            answers_since: text(charger, "answers_since"),
            answered: charger.get("answered")?.as_u64()?,
            failed,
            writes: list(charger, "writes", write),
            changed_elsewhere: list(charger, "changed_elsewhere", change),
            ..ChargerHealth::default()
        },
    })
}

fn list<T>(charger: &Value, key: &str, entry: fn(&Value) -> Option<T>) -> Vec<T> {
    charger.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(entry).collect()
}

fn text(of: &Value, key: &str) -> Option<String> {
    of.get(key)?.as_str().map(str::to_owned)
}

fn write(entry: &Value) -> Option<WriteEntry> {
    Some(WriteEntry {
        at: text(entry, "at")?,
        caller: text(entry, "caller"),
        settings: text(entry, "settings")?,
        outcome: text(entry, "outcome")?,
        message: text(entry, "message"),
    })
}

fn change(entry: &Value) -> Option<SettingChange> {
    Some(SettingChange {
        at: text(entry, "at")?,
        setting: text(entry, "setting")?,
        from: entry.get("from")?.as_f64()?,
        to: entry.get("to")?.as_f64()?,
    })
}

#[cfg(test)]
mod tests {
    use gateway_api::accounts::Health;

    use super::*;

    #[test]
    fn what_a_gateway_writes_is_read_for_the_right_charger() {
        let at = "2026-11-28T17:20:00Z".to_owned();
        let write = WriteEntry {
            at: at.clone(),
            caller: Some("192.168.1.7".to_owned()),
            settings: "current_set=16.0".to_owned(),
            outcome: "verified".to_owned(),
            message: None,
        };
        let change = SettingChange {
            at: at.clone(),
            setting: "charge_pause".to_owned(),
            from: 0.0,
            to: 1.0,
        };
        let garage = ChargerHealth {
            answers_since: Some(at.clone()),
            answered: 12,
            failed: [("timeout".to_owned(), 3)].into(),
            writes: vec![write],
            changed_elsewhere: vec![change],
            ..ChargerHealth::default()
        };
        let health = Health {
            record: None,
            mqtt: None,
            status: "ok".to_owned(),
            started: Some(at.clone()),
            default: Some("yard".to_owned()),
            chargers: Some(
                [("garage".to_owned(), garage.clone()), ("yard".to_owned(), Default::default())]
                    .into(),
            ),
        };
        let answer = serde_json::to_value(health).unwrap();
        let expected = Accounts { started: at.clone(), charger: garage };
        assert_eq!(accounts(&answer, Some("garage")), Some(expected));
        let first = accounts(&answer, None).unwrap();
        assert_eq!((first.started, first.charger.answered), (at, 0));
        assert_eq!(accounts(&answer, Some("cellar")), None);
        assert_eq!(accounts(&serde_json::json!({"status":"ok"}), None), None, "a stranger");
    }
}
