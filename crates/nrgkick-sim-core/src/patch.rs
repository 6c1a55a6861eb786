//! Patches: changes of the state by tests and demonstrations.

use nrgkick_model::field::{DocumentName, FIELDS};
use nrgkick_model::reading::SIMULATED;
use nrgkick_model::{Field, FieldId, Readings, Scalar};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{Simulator, Switches, Vehicle};

/// A refused patch. The message begins with the path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatchError(String);

impl PatchError {
    fn at(path: &str, problem: impl std::fmt::Display) -> Self {
        Self(format!("{path}: {problem}"))
    }
}

impl Simulator {
    /// Merges `patch` into the state, all of it or nothing.
    ///
    /// Under `info`, `control` and `values` a value is held from now on in place of the computed
    /// one, and values derived from it follow; a setting is held until a write sets it. `null`
    /// releases a value, a group or a whole document. Codes are numbers or names. Under `switches`
    /// and `vehicle` (see [`Switches`], [`Vehicle`]) values are changed.
    ///
    /// The status follows from all other values: holding it changes only what is shown.
    ///
    /// # Errors
    /// With the path that does not exist or has an invalid value; nothing has been applied.
    pub fn patch(&mut self, patch: &Value) -> Result<(), PatchError> {
        let mut leaves = Vec::new();
        let (mut switches, mut vehicle) = (self.switches.clone(), self.vehicle.clone());
        for (key, part) in object("the patch", patch)? {
            match key.as_str() {
                "switches" => {
                    switches = merge(key, &switches, part)?;
                    check(key, switches.validate())?;
                }
                "vehicle" => {
                    vehicle = merge(key, &vehicle, part)?;
                    check(key, vehicle.validate())?;
                }
                name => {
                    let document = DocumentName::ALL.into_iter().find(|d| d.name() == name);
                    let document = document
                        .ok_or_else(|| PatchError::at(name, "no such part of the state"))?;
                    collect(document, part, &mut leaves)?;
                }
            }
        }
        self.apply(leaves, switches, vehicle);
        Ok(())
    }

    fn apply(
        &mut self,
        leaves: Vec<(FieldId, Option<Scalar>)>,
        switches: Switches,
        vehicle: Vehicle,
    ) {
        for (id, scalar) in leaves {
            if scalar.is_some() {
                self.settings.forget(id);
            }
            self.held.set(id, scalar);
        }
        self.switches = switches;
        self.vehicle = vehicle;
        self.refresh();
    }
}

type Leaves = Vec<(FieldId, Option<Scalar>)>;

fn collect(document: DocumentName, part: &Value, leaves: &mut Leaves) -> Result<(), PatchError> {
    let mut found = Vec::new();
    walk(document.name(), part, &mut found)?;
    // The model checks types and ranges; `null` releases a value and is not checked.
    let mut readings = if part.is_null() {
        Readings::default()
    } else {
        Readings::from_json(document, part).map_err(|error| PatchError(error.to_string()))?
    };
    for (field, value) in &found {
        if value.is_null() {
            readings.set(field.id, None);
        }
    }
    let readings = readings.whole().map_err(|error| PatchError(error.to_string()))?;
    for (field, _) in found {
        let scalar = readings.reported(field.id).cloned();
        if let Some(scalar) = &scalar {
            if field.id == FieldId::SerialNumber && !is_marked(scalar) {
                let problem = format_args!("must begin with {SIMULATED}, so that nobody is misled");
                return Err(PatchError::at(field.path, problem));
            }
            // An unlisted name has no number; it is held all the same.
            let unnamed = matches!(scalar, Scalar::Code(code) if code.number().is_none());
            if !unnamed {
                field.encode(scalar).map_err(|error| PatchError(error.to_string()))?;
            }
        }
        leaves.push((field.id, scalar));
    }
    Ok(())
}

fn is_marked(serial: &Scalar) -> bool {
    matches!(serial, Scalar::Text(text) if text.starts_with(SIMULATED))
}

/// Collects the rows that `part` names, at and below `path`.
fn walk<'v>(
    path: &str,
    part: &'v Value,
    found: &mut Vec<(&'static Field, &'v Value)>,
) -> Result<(), PatchError> {
    if let Some(field) = Field::at(path) {
        found.push((field, part));
        return Ok(());
    }
    let group = format!("{path}.");
    let mut below = FIELDS.iter().filter(|field| field.path.starts_with(&group)).peekable();
    if below.peek().is_none() {
        return Err(PatchError::at(path, "no such value or group"));
    }
    if part.is_null() {
        found.extend(below.map(|field| (field, part)));
        return Ok(());
    }
    for (key, value) in object(path, part)? {
        walk(&format!("{group}{key}"), value, found)?;
    }
    Ok(())
}

fn object<'v>(path: &str, value: &'v Value) -> Result<&'v Map<String, Value>, PatchError> {
    let shown = || value.to_string().chars().take(60).collect::<String>();
    value.as_object().ok_or_else(|| {
        PatchError::at(path, format_args!("expected a JSON object, found {}", shown()))
    })
}

/// Replaces keys of `current` by those of `part`; `null` restores a key's default.
fn merge<T: Serialize + DeserializeOwned + Default>(
    name: &str,
    current: &T,
    part: &Value,
) -> Result<T, PatchError> {
    let fields = |value: &T| match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let (mut merged, defaults) = (fields(current), fields(&T::default()));
    let mut result = serde_json::from_value(Value::Object(merged.clone()));
    for (key, value) in object(name, part)? {
        let path = format!("{name}.{key}");
        let Some(default) = defaults.get(key) else {
            return Err(PatchError::at(&path, "no such switch or property"));
        };
        let value = if value.is_null() { default } else { value };
        merged.insert(key.clone(), value.clone());
        result = serde_json::from_value(Value::Object(merged.clone()));
        if let Err(error) = &result {
            return Err(PatchError::at(&path, error));
        }
    }
    result.map_err(|error| PatchError::at(name, error))
}

fn check(name: &str, checked: Result<(), (&'static str, String)>) -> Result<(), PatchError> {
    checked.map_err(|(key, problem)| PatchError::at(&format!("{name}.{key}"), problem))
}
