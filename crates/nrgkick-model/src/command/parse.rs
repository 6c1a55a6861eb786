//! Parses writes from the bodies and queries of our own clients.

use serde::Deserialize;
use serde_json::Value;

use super::{ChargingCurrent, Command, ControlWrite, EnergyLimit, InvalidCommand, PhaseCount};
use crate::field::{Access, FIELDS, Field, FieldId};

/// The body of a write; serde refuses other keys and duplicate keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    current_set: Option<Value>,
    charge_pause: Option<Value>,
    energy_limit: Option<Value>,
    phase_count: Option<Value>,
}

impl ControlWrite {
    /// Parses the body of `POST /control`: a JSON object with one to four of the charger's keys.
    ///
    /// # Errors
    /// Names the key and the invalid value; a write with an error is refused as a whole.
    pub fn from_json(body: &[u8]) -> Result<Self, InvalidCommand> {
        // serde would also read the settings from an array, by their position.
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(InvalidCommand::WrongKeys("expected a JSON object".to_owned()));
        }
        let body: Body = serde_json::from_slice(body).map_err(|error| {
            if error.is_data() {
                InvalidCommand::WrongKeys(error.to_string())
            } else {
                InvalidCommand::NotJson(error.to_string())
            }
        })?;
        let settings = [
            (FieldId::CurrentSet, body.current_set),
            (FieldId::ChargePause, body.charge_pause),
            (FieldId::EnergyLimit, body.energy_limit),
            (FieldId::PhaseCount, body.phase_count),
        ];
        Self::collect(settings.into_iter().filter_map(|(id, value)| Some((id, value?))))
    }

    /// Parses a decoded query, for clients that can only send `GET /control?current_set=16.0`.
    ///
    /// # Errors
    /// As [`from_json`](Self::from_json).
    pub fn from_pairs<'a>(
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, InvalidCommand> {
        let mut settings: Vec<(FieldId, Value)> = Vec::new();
        for (key, value) in pairs {
            let field = FIELDS
                .iter()
                .find(|field| field.access == Access::Write && field.key() == key)
                .ok_or_else(|| InvalidCommand::WrongKeys(format!("{key} is no setting")))?;
            if settings.iter().any(|(id, _)| *id == field.id) {
                return Err(InvalidCommand::WrongKeys(format!("{key} is there twice")));
            }
            // `16.0` is a number; anything else stays a text, which no setting accepts.
            let value = serde_json::from_str(value)
                .ok()
                .filter(Value::is_number)
                .unwrap_or_else(|| Value::from(value));
            settings.push((field.id, value));
        }
        Self::collect(settings)
    }

    fn collect(
        settings: impl IntoIterator<Item = (FieldId, Value)>,
    ) -> Result<Self, InvalidCommand> {
        let write = settings
            .into_iter()
            .try_fold(Self::new(), |write, (id, value)| Ok(write.with(command(id, &value)?)))?;
        if write.is_empty() {
            let keys: Vec<_> =
                FIELDS.iter().filter(|f| f.access == Access::Write).map(Field::key).collect();
            return Err(InvalidCommand::Empty(keys.join(", ")));
        }
        Ok(write)
    }
}

fn command(id: FieldId, value: &Value) -> Result<Command, InvalidCommand> {
    let key = Field::of(id).key();
    let wrong_type = |expected| InvalidCommand::WrongType {
        key,
        found: value.to_string().chars().take(40).collect(),
        expected,
    };
    match id {
        FieldId::CurrentSet => {
            let amperes = value.as_f64().ok_or_else(|| wrong_type("a number of amperes"))?;
            ChargingCurrent::from_amperes(amperes).map(Command::CurrentSet)
        }
        FieldId::ChargePause => match (value.as_bool(), value.as_f64()) {
            (Some(pause), _) => Ok(Command::ChargePause(pause)),
            (_, Some(0.0)) => Ok(Command::ChargePause(false)),
            (_, Some(1.0)) => Ok(Command::ChargePause(true)),
            _ => Err(wrong_type("0 (no pause) or 1 (pause)")),
        },
        FieldId::EnergyLimit => match (whole(value), value.is_number()) {
            (Some(limit), _) => EnergyLimit::from_watt_hours(limit).map(Command::EnergyLimit),
            (None, true) => Err(EnergyLimit::out_of_range(value.to_string())),
            (None, false) => Err(wrong_type("a whole number of watt-hours")),
        },
        _ => match (whole(value), value.is_number()) {
            (Some(count), _) => PhaseCount::from_number(count).map(Command::PhaseCount),
            (None, true) => Err(PhaseCount::out_of_range(value.to_string())),
            (None, false) => Err(wrong_type("1, 2 or 3")),
        },
    }
}

/// Parses a whole number, written `3` or `3.0`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within u32")]
fn whole(value: &Value) -> Option<u32> {
    let number = value.as_f64()?;
    let fits = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    fits.then_some(number as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<String, String> {
        ControlWrite::from_json(body.as_bytes())
            .map(|write| write.query())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn bodies_become_writes() {
        assert_eq!(parse(r#"{"current_set":16.5}"#).unwrap(), "current_set=16.5");
        assert_eq!(
            parse(r#"{"current_set":6,"charge_pause":true}"#).unwrap(),
            "current_set=6.0&charge_pause=1"
        );
        assert_eq!(
            parse(r#"{"phase_count":1.0,"energy_limit":0}"#).unwrap(),
            "energy_limit=0&phase_count=1"
        );
    }

    #[test]
    fn each_wrong_value_is_named() {
        for (body, part) in [
            (
                r#"{"current_set":5.9}"#,
                "current_set: 5.9 is outside the allowed range of 6.0 to 32.0 A",
            ),
            (r#"{"current_set":32.1}"#, "32.1 is outside"),
            (r#"{"current_set":"abc"}"#, r#"current_set: "abc" is no valid value"#),
            (r#"{"current_set":"6"}"#, r#""6" is no valid value"#),
            (r#"{"current_set":16.55}"#, "16.55 has more decimals"),
            (r#"{"charge_pause":2}"#, "charge_pause: 2 is no valid value"),
            (r#"{"energy_limit":1000001}"#, "energy_limit: 1000001 is outside"),
            (r#"{"energy_limit":-1}"#, "energy_limit: -1 is outside"),
            (r#"{"energy_limit":0.5}"#, "0.5 is outside"),
            (r#"{"phase_count":4}"#, "phase_count: 4 is outside the allowed range of 1 to 3"),
            (r#"{"phase_count":0}"#, "phase_count: 0 is outside"),
            (r#"{"phases":1}"#, "unknown field `phases`"),
            (r#"{"charge_pause":1,"charge_pause":0}"#, "duplicate field `charge_pause`"),
            (r"{}", "nothing to write"),
            (r"[]", "expected a JSON object"),
            (r" [16.5, null, null, null]", "expected a JSON object"),
            (r"16", "expected struct"),
            (r#"{"current_set":NaN}"#, "no valid JSON"),
            (r#"{"current_set":1e999}"#, "no valid JSON"),
            (r#"{"current_set":16"#, "no valid JSON"),
        ] {
            let error = parse(body).unwrap_err();
            assert!(error.contains(part), "{body}: {error}");
        }
    }

    #[test]
    fn a_wrong_second_value_leaves_nothing_of_the_first() {
        assert!(parse(r#"{"current_set":10,"charge_pause":9}"#).is_err());
    }

    #[test]
    fn queries_become_writes_by_the_same_rules() {
        let pairs = |pairs: &[(&str, &str)]| {
            ControlWrite::from_pairs(pairs.iter().copied()).map(|write| write.query())
        };
        assert_eq!(pairs(&[("current_set", "16")]).unwrap(), "current_set=16.0");
        assert!(pairs(&[("current_set", "abc")]).is_err());
        assert!(pairs(&[("current_set", "8"), ("current_set", "9")]).is_err());
        assert!(pairs(&[("serial_number", "8")]).is_err());
        assert!(pairs(&[]).is_err());
    }
}
