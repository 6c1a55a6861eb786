//! Extracts one value from a reply: its number, unit and age, if the reply counts at all.

mod clock;
mod find;
mod text;
mod unit;

use std::time::SystemTime;

use nrgkick_model::custom_api::Observed;
use serde_json::Value;

use crate::config::{JsonPlace, Pick, ValidIf};
use crate::store::Sighting;
use find::{find, reason};

/// Longest quote of a device's answer in an error, in characters.
const LONGEST_PIECE: usize = 60;

/// The place of a state of Home Assistant, and of its unit beside it.
const STATE: &str = "/state";
const STATE_UNIT: &str = "/attributes/unit_of_measurement";
/// Keys under which replies name the unit of the number beside them.
const UNIT_KEYS: &[&str] = &["unit", "Unit", "units", "uom", "unit_of_measurement"];

/// A parsed reply.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reply {
    /// JSON.
    Json(Value),
    /// A text that is no JSON, with the reason.
    Text(String, String),
}

impl Reply {
    /// Parses strict JSON, in which `NaN` and numbers beyond a double are no JSON; anything else is
    /// a text.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        match serde_json::from_slice(bytes) {
            Ok(document) => Self::Json(document),
            Err(error) => {
                let begin = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * LONGEST_PIECE)]);
                let why = format!("the answer is no JSON ({error}): {:?}", piece(&begin));
                Self::Text(String::from_utf8_lossy(bytes).into_owned(), why)
            }
        }
    }
}

/// A number or switch with what is known of its unit.
struct Found {
    observed: Observed,
    unit: Option<String>,
}

impl Pick {
    /// Extracts the value from a reply. `is_kept` is set where it lay somewhere for an unknown time.
    ///
    /// # Errors
    /// A message with what stands in its place.
    pub(super) fn sighting(&self, reply: &Reply, is_kept: bool) -> Result<Sighting, String> {
        let document = match reply {
            Reply::Json(document) => document,
            Reply::Text(text, _) if is_nothing(text) => {
                return Err(format!(
                    "what came is {:?}: the device has no value now",
                    piece(text.trim())
                ));
            }
            Reply::Text(text, why) => return self.bare(text, why, is_kept),
        };
        if let Some(valid_if) = &self.valid_if {
            valid_if.check(document)?;
        }
        let found = find(document, &self.place)?;
        let age = self.clock.age(document, is_kept, SystemTime::now())?;
        let mut numbers = Vec::new();
        for (place, value) in found {
            if let (Value::Null, Some(null)) = (value, self.null) {
                numbers.push(Sighting { is_final: true, ..number(null)?.into() });
                continue;
            }
            let found = self.value(&place, value)?;
            let observed = self.in_unit(document, &place, &found)?;
            numbers.push(observed.into());
        }
        match numbers[..] {
            [one] => Ok(Sighting { age, ..one }),
            _ => {
                let sum: Option<f64> = numbers
                    .iter()
                    .map(|part| match part.observed {
                        Observed::Number(number) => Some(number),
                        Observed::Flag(_) => None,
                    })
                    .sum();
                let sum =
                    sum.ok_or_else(|| format!("{} finds switches, not numbers", self.place))?;
                Ok(Sighting { age, ..number(sum)?.into() })
            }
        }
    }

    /// Reads a reply that is the value itself, as many programs publish it.
    fn bare(&self, text: &str, why: &str, is_kept: bool) -> Result<Sighting, String> {
        let is_whole = match &self.place {
            JsonPlace::Pointers(pointers) => pointers.iter().any(String::is_empty),
            JsonPlace::Path { .. } => false,
        };
        if !is_whole || self.valid_if.is_some() {
            return Err(why.to_owned());
        }
        let age = self.clock.age(&Value::Null, is_kept, SystemTime::now())?;
        let found = self.text("the answer", text).map_err(|wrong| format!("{wrong}; {why}"))?;
        let observed = self.in_unit(&Value::Null, "", &found)?;
        Ok(Sighting { age, ..observed.into() })
    }

    /// Reads a value of JSON.
    fn value(&self, place: &str, value: &Value) -> Result<Found, String> {
        let observed = match value {
            Value::Bool(flag) => Observed::Flag(*flag),
            Value::Number(found) => {
                let number = found.as_f64().and_then(Observed::number);
                number.ok_or_else(|| format!("{place} is {found}, which is no finite number"))?
            }
            Value::Null => {
                return Err(format!(
                    "{place} is null: the device has no value now (null = 0 where that means zero)"
                ));
            }
            Value::String(text) if is_nothing(text) => {
                return Err(format!("{place} is {text:?}: the device has no value now"));
            }
            Value::String(text) if self.text => return self.text(place, text),
            Value::String(text) => {
                let hint = match text::written(text, self.decimal_comma) {
                    Ok(_) => "; add text = true if it is a number",
                    Err(_) => "",
                };
                return Err(format!("{place} is the text {:?}{hint}", piece(text)));
            }
            Value::Array(_) => return Err(format!("{place} is a list, not a number")),
            Value::Object(map) => {
                let names: Vec<_> = map.keys().take(8).map(String::as_str).collect();
                return Err(format!(
                    "{place} is an object, not a number; in it there is: {}",
                    names.join(", ")
                ));
            }
        };
        Ok(Found { observed, unit: None })
    }

    fn text(&self, place: &str, text: &str) -> Result<Found, String> {
        let written = text::written(text, self.decimal_comma)
            .map_err(|wrong| format!("{place} is {:?}, which {wrong}", piece(text)))?;
        let unit = Some(written.unit).filter(|unit| !unit.is_empty()).map(str::to_owned);
        Ok(Found { observed: written.observed, unit })
    }

    /// Converts the number from the unit in its text, from the one at `unit_pointer`, or from the
    /// one that Home Assistant names.
    fn in_unit(&self, document: &Value, place: &str, found: &Found) -> Result<Observed, String> {
        let Observed::Number(plain) = found.observed else { return Ok(found.observed) };
        let told = match (&found.unit, &self.unit_pointer) {
            (Some(unit), _) => Some(unit.clone()),
            (None, Some(pointer)) => {
                let unit = document.pointer(pointer).and_then(Value::as_str);
                Some(unit.ok_or_else(|| format!("the answer has no unit at {pointer}"))?.to_owned())
            }
            // A factor in the file converts already.
            (None, None) if self.is_converted => None,
            (None, None) => self.unit_beside(document, place)?,
        };
        let Some(unit) = told else { return Ok(found.observed) };
        let factor = unit::factor(&unit, self.unit).map_err(|wrong| format!("{place} {wrong}"))?;
        number(plain * factor)
    }

    /// Returns the unit that Home Assistant names. Any other reply with a unit that would change the
    /// number has to be understood by whoever configures it.
    fn unit_beside(&self, document: &Value, place: &str) -> Result<Option<String>, String> {
        let Some((above, key)) = place.rsplit_once('/') else { return Ok(None) };
        if format!("/{key}") == STATE {
            let unit = document.pointer(&format!("{above}{STATE_UNIT}")).and_then(Value::as_str);
            // A value without a unit of its own takes what comes, of any quantity.
            let counts = |unit: &&str| match self.unit {
                "" => unit::is_known(unit),
                _ => !unit.trim().is_empty(),
            };
            return Ok(unit.filter(counts).map(str::to_owned));
        }
        let beside = UNIT_KEYS.iter().find_map(|name| {
            let pointer = format!("{above}/{name}");
            let unit = document.pointer(&pointer)?.as_str()?;
            Some((pointer, unit))
        });
        if let Some((pointer, unit)) = beside
            && let Ok(factor) = unit::factor(unit, self.unit)
            && (factor - 1.0).abs() > f64::EPSILON
        {
            let remedy = match self.place {
                JsonPlace::Pointers(_) => format!("unit_pointer = {pointer:?}, or "),
                // The next answer may have it elsewhere.
                JsonPlace::Path { .. } => String::new(),
            };
            return Err(format!(
                "{place} is in {unit}, as the answer says: write {remedy}factor = {factor}"
            ));
        }
        Ok(None)
    }
}

impl ValidIf {
    fn check(&self, document: &Value) -> Result<(), String> {
        let found = document.pointer(&self.pointer);
        let is = |wanted: &Value| match (found, wanted.as_f64()) {
            // 0 and 0.0 are the same.
            (Some(found), Some(wanted)) => found.as_f64() == Some(wanted),
            (found, _) => found == Some(wanted),
        };
        if self.equals.iter().any(is) {
            return Ok(());
        }
        let wanted: Vec<_> = self.equals.iter().map(Value::to_string).collect();
        let found = found.map_or("missing".to_owned(), |found| piece(&found.to_string()));
        let said = reason(document).map(|said| format!("; it says {said:?}")).unwrap_or_default();
        Err(format!(
            "the answer does not count: {} is {found}, not {}{said}",
            self.pointer,
            wanted.join(" or ")
        ))
    }
}

fn number(number: f64) -> Result<Observed, String> {
    Observed::number(number).ok_or_else(|| format!("{number} is no finite number"))
}

/// `true` for texts that devices send in place of a value.
pub(super) fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || ["unavailable", "unknown", "nan", "none", "null", "n/a", "-", "--"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
}

/// Returns the beginning of a text, for a message.
pub(super) fn piece(text: &str) -> String {
    let mut piece: String = text.chars().take(LONGEST_PIECE).collect();
    if piece.len() < text.len() {
        piece.push('…');
    }
    piece
}

#[cfg(test)]
mod tests;
