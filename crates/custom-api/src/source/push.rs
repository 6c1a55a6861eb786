//! Values that somebody sends: what a pushed document says, checked whole before any of it counts.

use nrgkick_model::custom_api::{DeviceField, FileName, Observed, Place, Section, ValuesDocument};
use serde_json::{Map, Value};

use super::unique::Unique;
use crate::config::{Config, Source};

/// What is pushed cannot be taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// It is no JSON: `True`, `NaN`, an end in the middle.
    #[error("the body is no JSON: {0}")]
    Malformed(String),
    /// It is JSON that says nothing usable.
    #[error("{0}")]
    Unusable(String),
}

/// The values of a body for `PUT /push/NAME`, which is a number, `true` or `false`.
///
/// # Errors
/// Where it is none, or does not fit the place of the value.
pub fn one(config: &Config, value: usize, body: &[u8]) -> Result<Observed, PushError> {
    let observed = observed(&parse(body)?, &config.values[value].name)?;
    check(config, value, observed)?;
    Ok(observed)
}

/// The values of a body for `PUT /push`: the charger's document or a part of it.
///
/// # Errors
/// Where any of it cannot be taken; then none of it is.
pub fn many(config: &Config, body: &[u8]) -> Result<Vec<(usize, Observed)>, PushError> {
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
) -> Result<(usize, Observed), PushError> {
    let place = place.filter(|place| place.field().file == FileName::Values);
    let Some(place) = place else {
        return Err(PushError::Unusable(format!("there is no value {name}")));
    };
    let index = config.values.iter().position(|value| value.place == Some(place));
    let index =
        index.filter(|index| matches!(config.values[*index].source, Source::Push(_))).ok_or_else(
            || PushError::Unusable(format!("{name} is not configured as a value that is pushed")),
        )?;
    let observed = observed(child, name)?;
    check(config, index, observed)?;
    Ok((index, observed))
}

fn check(config: &Config, value: usize, observed: Observed) -> Result<(), PushError> {
    let value = &config.values[value];
    let misfit = match (value.place, observed) {
        (Some(place), _) => place.field().fit(observed).err().map(|misfit| misfit.to_string()),
        (None, Observed::Flag(flag)) => Some(format!("{flag} is not a number")),
        (None, Observed::Number(_)) => None,
    };
    match misfit {
        Some(misfit) => Err(PushError::Unusable(format!("{}: {misfit}", value.name))),
        None => Ok(()),
    }
}

fn observed(value: &Value, name: &str) -> Result<Observed, PushError> {
    let observed = match value {
        Value::Bool(flag) => Some(Observed::Flag(*flag)),
        Value::Number(number) => number.as_f64().and_then(Observed::number),
        Value::Null | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
    };
    observed.ok_or_else(|| PushError::Unusable(format!("{name}: this is a number, true or false")))
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
