//! The payloads about a charger: JSON with what is known, and nothing in the place of what is not.

use std::time::SystemTime;

use gateway_api::LinkState;
use humantime::format_rfc3339_millis;
use nrgkick_model::field::{DocumentName, Field, FieldId, Kind};
use nrgkick_model::{Readings, Scalar};
use serde::Serialize;
use serde_json::{Map, Value};

/// The payload of `NAME/state`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct State {
    #[serde(flatten)]
    pub(super) what: What,
    /// Time of this message, RFC 3339, UTC.
    pub(super) at: String,
    /// At that time: since when the charger was asked for its measured values, ms.
    pub(super) values_age_ms: Option<u64>,
    /// The same for the settings.
    pub(super) control_age_ms: Option<u64>,
    /// The same for the master data.
    pub(super) info_age_ms: Option<u64>,
}

/// What of a state is published at once when it changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct What {
    /// The charger's name in this gateway.
    pub(super) charger: String,
    /// `null` until it is known.
    pub(super) serial_number: Option<String>,
    /// `true` for a simulated charger; `null` until it is known.
    pub(super) simulated: Option<bool>,
    /// The word of a [`LinkState`].
    pub(super) link: &'static str,
    /// Why the charger does not answer.
    pub(super) failure: Option<String>,
    /// The charger's name of what it does, or the number of one that is not listed. This and all
    /// below is `null` while the charger is not there or does not say it.
    pub(super) status: Value,
    /// Whether charging is paused by a setting.
    pub(super) paused: Option<bool>,
    /// The reported warning, as `status`.
    pub(super) warning: Value,
    /// The reported error, as `status`.
    pub(super) error: Value,
}

impl What {
    /// Takes what the charger says.
    pub(super) fn take(&mut self, values: Option<&Readings>, control: Option<&Readings>) {
        let code = |field| {
            let scalar = values.and_then(|values| values.get(field));
            scalar.map_or(Value::Null, |scalar| value(field, scalar).unwrap_or_default())
        };
        self.status = code(FieldId::Status);
        self.warning = code(FieldId::WarningCode);
        self.error = code(FieldId::ErrorCode);
        let paused = control.and_then(|control| control.number(FieldId::ChargePause));
        self.paused = paused.map(|flag| flag != 0.0);
    }

    /// The payload at this time, with the ages in ms by [`DocumentName`].
    pub(super) fn at(self, now: SystemTime, ages: [Option<u64>; DocumentName::ALL.len()]) -> State {
        let [info_age_ms, control_age_ms, values_age_ms] = ages;
        let at = format_rfc3339_millis(now).to_string();
        State { what: self, at, values_age_ms, control_age_ms, info_age_ms }
    }
}

/// `true` if what a charger said is still told of it.
pub(super) const fn is_there(link: LinkState) -> bool {
    match link {
        LinkState::Live | LinkState::Stale => true,
        LinkState::Connecting | LinkState::Lost => false,
    }
}

/// The known values of `document` in the charger's form, codes by name. Private ones are left out
/// unless they are shown to everyone. That they are simulated stands beside them.
pub(super) fn document(
    document: DocumentName,
    readings: &Readings,
    shows_private: bool,
    is_simulated: bool,
) -> Map<String, Value> {
    let mut root = Map::new();
    for field in document.fields().filter(|field| shows_private || !field.is_private()) {
        if let Some(value) = readings.get(field.id).and_then(|scalar| value(field.id, scalar)) {
            let keys: Vec<_> = field.keys().collect();
            insert(&mut root, &keys, value);
        }
    }
    if is_simulated {
        root.insert("simulated".to_owned(), Value::Bool(true));
    }
    root
}

fn insert(branch: &mut Map<String, Value>, keys: &[&str], value: Value) {
    match keys {
        [] => {}
        [key] => {
            branch.insert((*key).to_owned(), value);
        }
        [key, rest @ ..] => {
            let below = branch.entry(*key).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(below) = below {
                insert(below, rest, value);
            }
        }
    }
}

/// A value as JSON; `None` for an empty text and for a code without a number of which no name is
/// listed.
fn value(field: FieldId, scalar: &Scalar) -> Option<Value> {
    Some(match scalar {
        Scalar::Text(text) => Value::from(Some(text.trim()).filter(|text| !text.is_empty())?),
        Scalar::Unsigned(number) => Value::from(*number),
        Scalar::Signed(number) => Value::from(*number),
        Scalar::Decimal(number) => Value::from(*number),
        Scalar::Flag(flag) => Value::from(u8::from(*flag)),
        Scalar::Code(code) => {
            let number = code.number()?;
            match Field::of(field).kind {
                Kind::Code(kind) if kind.listed().contains(&number) => Value::from(code.name()),
                // A name would be a guess, and the number is what support asks for.
                _ => Value::from(number),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn readings(document: DocumentName, json: &Value) -> Readings {
        Readings::from_json(document, json).unwrap()
    }

    #[test]
    fn what_is_not_known_has_no_key_and_a_code_keeps_its_number() {
        let values = readings(
            DocumentName::Values,
            &json!({
                "general": {"status": 3, "error_code": 250, "charge_permitted": 1},
                "temperatures": {"housing": 21.5, "domestic_plug_1": 0},
                "powerflow": {"total_active_power": "much", "l1": {"voltage": 230.25}}
            }),
        );
        let shown = Value::Object(document(DocumentName::Values, &values, false, false));
        assert_eq!(
            shown,
            json!({
                "general": {"status": "CHARGING", "error_code": 250, "charge_permitted": 1},
                "temperatures": {"housing": 21.5},
                "powerflow": {"l1": {"voltage": 230.25}}
            })
        );
    }

    #[test]
    fn private_values_are_left_out_and_simulated_ones_say_so() {
        let info = readings(
            DocumentName::Info,
            &json!({
                "general": {"serial_number": "A1", "device_name": " "},
                "network": {"ssid": "home", "ip_address": "192.168.1.20"}
            }),
        );
        let hidden = Value::Object(document(DocumentName::Info, &info, false, true));
        let network = json!({"ip_address": "192.168.1.20"});
        let expected =
            json!({"general": {"serial_number": "A1"}, "network": network, "simulated": true});
        assert_eq!(hidden, expected);
        let shown = Value::Object(document(DocumentName::Info, &info, true, false));
        assert_eq!(shown["network"]["ssid"], "home");
    }
}
