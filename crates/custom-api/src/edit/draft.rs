//! A draft: a text as the server reads it.

use std::ops::Range;

use gateway_api::custom_api::SourceKind;
use gateway_api::custom_api::edit::{Draft, DraftSection, DraftValue, Problem};
use nrgkick_model::custom_api::{DeviceField, FileName, Observed, Place, Section};
use serde_json::{Map, Value as Json};
use tokio::time::Instant;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml_edit::DocumentMut;

use super::hosts::hosts;
use super::json::to_json;
use crate::config::{Config, Source};
use crate::describe::describe;
use crate::document::View;
use crate::store::{Sighting, Store};

/// Describes a text that was parsed, or has mistakes.
pub(super) fn draft(text: String, parsed: &Result<Config, Vec<Problem>>) -> Draft {
    let mut draft = structure(&text);
    match parsed {
        Ok(config) => {
            let (house, from) = told(config);
            draft.house = house;
            for value in &mut draft.values {
                let index = config.index_of(&value.at);
                value.from = index.map(|index| from[index].clone()).unwrap_or_default();
            }
        }
        Err(problems) => draft.problems.clone_from(problems),
    }
    Draft { text, ..draft }
}

/// Returns the derivation of the house's load and the description of each value, as if every source
/// gave a number.
fn told(config: &Config) -> (String, Vec<String>) {
    let store = Store::new(config);
    for (index, value) in config.values.iter().enumerate() {
        let is_asked = value.ageing.is_some();
        let number = Observed::Number(0.0_f64.max(value.bounds.min.unwrap_or(0.0)));
        let sighting = Sighting { is_final: true, ..Sighting::from(number) };
        if is_asked && value.accept(number).is_ok() {
            store.record(config, index, Ok(sighting));
        }
    }
    let cells = store.cells();
    let view = View::new(config, &store, &cells, Instant::now());
    let from = config.values.iter().map(|value| describe(config, value, view.house())).collect();
    let is_own = |value: &crate::config::Value| {
        value.place == Some(Place::HOUSE) && !matches!(value.source, Source::House(_))
    };
    let house = match config.values.iter().any(is_own) {
        true => "as configured".to_owned(),
        false => view.house().to_string(),
    };
    (house, from)
}

/// Returns the values and sections of a text; none if it is no TOML.
fn structure(text: &str) -> Draft {
    let mut draft = Draft::default();
    let Ok(root) = DeTable::parse(text) else { return draft };
    let mut lines = Lines { text, draft: &mut draft };
    lines.section("", 0..0, Map::new());
    for (key, entry) in sorted(root.get_ref()) {
        match (Section::find(key), entry.get_ref()) {
            (Some(section), DeValue::Table(devices)) => {
                for (number, device) in sorted(devices) {
                    if let DeValue::Table(table) = device.get_ref() {
                        lines.device(section, number, device.span(), table);
                    }
                }
            }
            (None, DeValue::Table(parts)) if key == "values" => {
                for (name, part) in sorted(parts) {
                    lines.value(name.to_owned(), part);
                }
            }
            (None, DeValue::Table(sections)) if ["brokers", "logins"].contains(&key) => {
                for (name, section) in sorted(sections) {
                    if let Json::Object(settings) = to_json(section.get_ref()) {
                        lines.section(&format!("{key}.{name}"), section.span(), settings);
                    }
                }
            }
            (None, _) if DeviceField::find(None, key).is_some() => {
                lines.value(key.to_owned(), entry)
            }
            (None, value) if !value.is_table() => lines.top(key, to_json(value)),
            _ => {}
        }
    }
    draft.hosts = match text.parse::<DocumentMut>() {
        Ok(mut document) => hosts(&mut document),
        Err(_) => Vec::new(),
    };
    draft
}

type Entry<'a, 't> = (&'a str, &'a Spanned<DeValue<'t>>);

/// Returns the entries of a table in the order of the file.
fn sorted<'a, 't>(table: &'a DeTable<'t>) -> Vec<Entry<'a, 't>> {
    let mut entries: Vec<_> =
        table.iter().map(|(key, value)| (key.span().start, &**key.get_ref(), value)).collect();
    entries.sort_by_key(|(start, ..)| *start);
    entries.into_iter().map(|(_, key, value)| (key, value)).collect()
}

struct Lines<'a> {
    text: &'a str,
    draft: &'a mut Draft,
}

impl Lines<'_> {
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }

    fn section(&mut self, at: &str, span: Range<usize>, settings: Map<String, Json>) {
        let line = self.line(&span);
        self.draft.sections.push(DraftSection { at: at.to_owned(), line, settings });
    }

    fn top(&mut self, key: &str, value: Json) {
        self.draft.sections[0].settings.insert(key.to_owned(), value);
    }

    fn device(&mut self, section: Section, number: &str, span: Range<usize>, table: &DeTable<'_>) {
        let at = format!("{}.{number}", section.key());
        let is_info = |key: &str| {
            DeviceField::find(Some(section), key).is_some_and(|field| field.file == FileName::Info)
        };
        let (info, values): (Vec<_>, Vec<_>) =
            sorted(table).into_iter().partition(|(key, _)| is_info(key));
        let info = info.into_iter().map(|(key, value)| (key.to_owned(), to_json(value.get_ref())));
        self.section(&at, span, info.collect());
        for (key, value) in values {
            self.value(format!("{at}.{key}"), value);
        }
    }

    fn value(&mut self, at: String, entry: &Spanned<DeValue<'_>>) {
        let settings = match to_json(entry.get_ref()) {
            Json::Object(settings) => settings,
            bare => Map::from_iter([("fixed".to_owned(), bare)]),
        };
        let mut kinds =
            SourceKind::ALL.into_iter().filter(|kind| settings.contains_key(kind.word()));
        let kind = kinds.next().filter(|_| kinds.next().is_none());
        let place = at.parse::<Place>().ok();
        self.draft.values.push(DraftValue {
            line: self.line(&entry.span()),
            is_shown: place.is_some(),
            unit: place.map_or("", |place| place.field().unit.symbol()).to_owned(),
            kind,
            from: String::new(),
            settings,
            at,
        });
    }
}
