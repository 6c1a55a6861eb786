//! Pushed values: a document is checked as a whole before any of it counts.

use nrgkick_model::custom_api::{DeviceField, FileName, Observed, Place, Section, ValuesDocument};
use serde_json::{Map, Value};

use super::pick::is_nothing;
use super::unique::Unique;
use crate::config::{Config, Source};

/// A refused push.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// The body is not JSON, such as `True`, `NaN` or a truncated document.
    #[error("the body is no JSON: {0}")]
    Malformed(String),
    /// The body is JSON without a usable value.
    #[error("{0}")]
    Unusable(String),
}

/// A value, or the message that there is none.
type Sent = Result<Observed, String>;

/// Parses a body of `PUT /push/NAME`: a number, `true` or `false`.
///
/// # Errors
/// If it is none of these, or does not fit the field or the bounds.
pub fn one(config: &Config, value: usize, body: &[u8]) -> Result<Observed, PushError> {
    let name = &config.values[value].name;
    let bare = str::from_utf8(body).ok().filter(|text| is_nothing(text)).map(nothing);
    let sent = match bare {
        Some(nothing) => Err(nothing),
        None => observed(&parse(body)?, config, value)?,
    };
    sent.map_err(|nothing| PushError::Unusable(format!("{name}: {nothing}")))
}

/// Parses a body of `PUT /push`: the charger's document or a part of it. A value sent as
/// unavailable does not affect the others.
///
/// # Errors
/// If any part is unusable; then nothing is taken.
pub fn many(config: &Config, body: &[u8]) -> Result<Vec<(usize, Sent)>, PushError> {
    let root = parse(body)?;
    let body = object(&root, "the body")?;
    let values = match body.get(ValuesDocument::ROOT) {
        Some(values) if body.len() == 1 => object(values, "the body")?,
        Some(_) => {
            let message = format!("beside {} there may be nothing else", ValuesDocument::ROOT);
            return Err(PushError::Unusable(message));
        }
        None => body,
    };
    let mut taken = Vec::new();
    for (key, child) in values {
        if let Some(section) = Section::find(key) {
            for (number, device) in object(child, key)? {
                let index = section.index(number).ok_or_else(|| {
                    PushError::Unusable(format!("{key}.{number}: {}", section.limit()))
                })?;
                for (key, child) in object(device, &format!("{}.{number}", section.key()))? {
                    let field = DeviceField::find(Some(section), key);
                    let place = field.and_then(|field| Place::new(field.id, index));
                    let name = format!("{}.{number}.{key}", section.key());
                    taken.push(pushed(config, place, &name, child)?);
                }
            }
        } else {
            let place = DeviceField::find(None, key).map(|_| Place::HOUSE);
            taken.push(pushed(config, place, key, child)?);
        }
    }
    if taken.is_empty() {
        return Err(PushError::Unusable("there is no value in the body".to_owned()));
    }
    Ok(taken)
}

fn pushed(
    config: &Config,
    place: Option<Place>,
    name: &str,
    child: &Value,
) -> Result<(usize, Sent), PushError> {
    let place = place.filter(|place| place.field().file == FileName::Values);
    let Some(place) = place else {
        return Err(PushError::Unusable(format!("there is no value {name}")));
    };
    let index = config.values.iter().position(|value| value.place == Some(place));
    let index =
        index.filter(|index| matches!(config.values[*index].source, Source::Push(_))).ok_or_else(
            || PushError::Unusable(format!("{name} is not configured as a value that is pushed")),
        )?;
    Ok((index, observed(child, config, index)?))
}

/// Checks a sent value; an inner `Err` is the message for a text or `null` that means "no value".
fn observed(value: &Value, config: &Config, index: usize) -> Result<Sent, PushError> {
    let name = &config.values[index].name;
    let observed = match value {
        Value::Bool(flag) => Some(Observed::Flag(*flag)),
        Value::Number(number) => number.as_f64().and_then(Observed::number),
        Value::Null => return Ok(Err(nothing("null"))),
        Value::String(text) if is_nothing(text) => return Ok(Err(nothing(text))),
        Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let observed = observed
        .ok_or_else(|| PushError::Unusable(format!("{name}: this is a number, true or false")))?;
    // It is converted when it is recorded.
    let accepted = config.values[index].take(observed);
    accepted
        .map(|_| Ok(observed))
        .map_err(|misfit| PushError::Unusable(format!("{name}: {misfit}")))
}

fn nothing(text: &str) -> String {
    format!("what was sent is {text:?}: no value")
}

fn object<'v>(value: &'v Value, name: &str) -> Result<&'v Map<String, Value>, PushError> {
    value.as_object().ok_or_else(|| {
        PushError::Unusable(format!("{name}: devices are objects keyed by \"0\" to \"4\""))
    })
}

fn parse(body: &[u8]) -> Result<Value, PushError> {
    let Unique(value) =
        serde_json::from_slice(body).map_err(|error| PushError::Malformed(error.to_string()))?;
    Ok(value)
}
