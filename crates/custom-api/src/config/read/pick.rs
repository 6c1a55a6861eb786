//! Reading the place of a value in JSON, and what else the JSON tells of it.

use std::time::Duration;

use nrgkick_model::custom_api::{DeviceUnit, Place};
use serde_json::Value as Json;
use serde_json_path::JsonPath;
use toml::de::DeValue;

use super::super::adjust::Adjust;
use super::super::pick::{Clock, JsonPlace, Pick, ValidIf};
use super::super::reader::{Reader, number};

const AGE_UNITS: &[(&str, Duration)] = &[
    ("s", Duration::from_secs(1)),
    ("ms", Duration::from_millis(1)),
    ("min", Duration::from_secs(60)),
];

pub(super) fn read_pick(reader: &Reader<'_, '_>, place: Option<Place>, adjust: Adjust) -> Pick {
    let decimal_comma = match reader.string("decimal") {
        Some(",") => true,
        None | Some(".") => false,
        Some(_) => {
            reader.wrong_at("decimal", "must be \",\" or \".\"");
            false
        }
    };
    Pick {
        place: read_place(reader),
        text: reader.flag("text"),
        decimal_comma,
        unit: place.map_or(DeviceUnit::None, |place| place.field().unit).symbol(),
        unit_pointer: read_pointer(reader, "unit_pointer"),
        null: reader.number("null"),
        clock: read_clock(reader),
        valid_if: read_valid(reader),
        // A factor of 1 or -1 is a sign; any other has to do with the unit.
        is_converted: (adjust.factor.abs() - 1.0).abs() > f64::EPSILON,
    }
}

fn read_place(reader: &Reader<'_, '_>) -> JsonPlace {
    if !reader.has("path") {
        if reader.has("several") {
            reader.wrong_at("several", "belongs to path");
        }
        let pointers = match reader.has("pointer") {
            true => read_pointers(reader, "pointer"),
            false => vec![String::new()],
        };
        return JsonPlace::Pointers(pointers);
    }
    if reader.has("pointer") {
        reader.wrong("write pointer or path, not both");
    }
    let is_sum = reader.word("several", &[("sum", true)]).unwrap_or_default();
    let path = reader.string("path").and_then(|text| {
        let parsed = JsonPath::parse(text);
        let told = |error: &serde_json_path::ParseError| {
            let message = format!("this is no JSONPath, as $.meters[0].power: {error}");
            reader.wrong_at("path", message);
        };
        parsed.inspect_err(told).ok()
    });
    match path {
        Some(path) => JsonPlace::Path { path: Box::new(path), is_sum },
        None => JsonPlace::Pointers(vec![String::new()]),
    }
}

/// One pointer or a list of them.
fn read_pointers(reader: &Reader<'_, '_>, key: &str) -> Vec<String> {
    let Some(entry) = reader.get(key) else { return Vec::new() };
    let pointers = match entry.value.get_ref() {
        DeValue::Array(_) => reader.strings(key),
        _ => reader.string(key).into_iter().collect(),
    };
    for pointer in &pointers {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            entry.wrong(begin_with_slash(pointer));
        }
    }
    if let DeValue::Array(list) = entry.value.get_ref()
        && list.is_empty()
    {
        entry.wrong("name one pointer at least, as \"/power\"");
    }
    pointers.into_iter().map(str::to_owned).collect()
}

pub(in super::super) fn read_pointer(reader: &Reader<'_, '_>, key: &str) -> Option<String> {
    let pointer = reader.string(key)?;
    if !pointer.is_empty() && !pointer.starts_with('/') {
        reader.wrong_at(key, begin_with_slash(pointer));
    }
    Some(pointer.to_owned())
}

/// Writes a path with dots and brackets as a pointer.
fn begin_with_slash(text: &str) -> String {
    let bare = text.strip_prefix('$').unwrap_or(text);
    let parts = bare.split(['.', '[', '/']).map(|part| part.trim_matches(['"', '\'', ']']));
    let pointer: String =
        parts.filter(|part| !part.is_empty()).map(|part| format!("/{part}")).collect();
    format!("a JSON pointer begins with a slash and has no dots: write {pointer:?}")
}

fn read_clock(reader: &Reader<'_, '_>) -> Clock {
    let unit = reader.word("age_unit", AGE_UNITS);
    match (reader.has("age_pointer"), reader.has("time_pointer")) {
        (true, true) => reader.wrong("write age_pointer or time_pointer, not both"),
        (true, false) => {
            let unit = unit.unwrap_or(Duration::from_secs(1));
            return Clock::Age(read_pointers(reader, "age_pointer"), unit);
        }
        (false, true) => return Clock::Time(read_pointers(reader, "time_pointer")),
        (false, false) => {}
    }
    if unit.is_some() && !reader.has("age_pointer") {
        reader.wrong_at("age_unit", "belongs to age_pointer");
    }
    Clock::Answer
}

fn read_valid(reader: &Reader<'_, '_>) -> Option<ValidIf> {
    let table = reader.get("valid_if")?.table()?;
    table.only(&["pointer", "equals"]);
    for key in ["pointer", "equals"] {
        if !table.has(key) {
            table.wrong(format!("{key} is missing, as {{ pointer = \"/valid\", equals = true }}"));
        }
    }
    let pointer = read_pointer(&table, "pointer");
    let entry = table.get("equals")?;
    let equals = match entry.value.get_ref() {
        DeValue::Array(list) => list.iter().map(|item| constant(item.get_ref())).collect(),
        item => constant(item).map(|constant| vec![constant]),
    };
    if equals.as_ref().is_none_or(Vec::is_empty) {
        entry.wrong("must be a number, a text, true or false, or a list of them");
    }
    Some(ValidIf { pointer: pointer?, equals: equals? })
}

fn constant(item: &DeValue<'_>) -> Option<Json> {
    match item {
        DeValue::String(text) => Some(text.as_ref().into()),
        DeValue::Boolean(flag) => Some((*flag).into()),
        item => number(item).map(Json::from),
    }
}
