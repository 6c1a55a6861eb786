//! The sections of devices, the named parts, and the dependencies between values.

use std::ops::Range;

use gateway_api::custom_api::Stale;
use http_service::nearest;
use nrgkick_model::custom_api::{
    DeviceField, DeviceFieldId, DeviceIndex, DeviceInfo, DeviceKind, DeviceUnit, FileName,
    InfoDocument, Place, Section,
};
use serde_json::{Map, json};

use super::adjust::{Adjust, Operand, Operands};
use super::error::EntryErrors;
use super::order;
use super::read::{Parsed, Written, read_source};
use super::reader::{Entry, Reader, integer};
use super::source::Source;
use super::suggest::unknown;
use super::{Ageing, Bounds, Context, TOP, Value};

/// The values read so far, and the sums whose parts are still names.
struct Gathering<'a, 'r> {
    context: &'r Context,
    errors: &'r EntryErrors<'r>,
    values: Vec<Value>,
    sums: Vec<Sum<'a>>,
    info: Map<String, serde_json::Value>,
}

struct Sum<'a> {
    value: usize,
    operands: Vec<Written<'a>>,
    span: Range<usize>,
}

pub(super) fn read_values(
    root: &Reader<'_, '_>,
    context: &Context,
) -> (InfoDocument, Vec<Value>, Vec<usize>) {
    let errors = root.errors;
    let (values, sums, info) = (Vec::new(), Vec::new(), Map::new());
    let mut gathering = Gathering { context, errors, values, sums, info };
    for (key, span, entry) in root.entries() {
        if let Some(section) = Section::find(key) {
            if let Some(devices) = entry.table() {
                gathering.read_devices(section, &devices);
            }
        } else if let Some(field) = DeviceField::find(None, key) {
            let place = Place::new(field.id, DeviceIndex::FIRST);
            gathering.read_value(entry, place);
        } else if key == "values" {
            if let Some(parts) = entry.table() {
                gathering.read_parts(&parts);
            }
        } else if !["brokers", "logins"].contains(&key) && !TOP.contains(&key) {
            let sections = Section::ALL.into_iter().map(Section::key);
            let house = DeviceField::rows(FileName::Values, None).map(|field| field.key);
            let own = TOP.iter().copied().chain(["brokers", "logins", "values"]);
            let known: Vec<_> = sections.chain(house).chain(own).collect();
            errors.add(&span, key, unknown(key, &known));
        }
    }
    gathering.add_house();
    let order = gathering.resolve();
    if gathering.values.is_empty() && errors.is_empty() {
        let message = "there is no value; `custom-api example seed` prints an example";
        errors.add(&(0..0), "", message);
    }
    unique_pushes(&gathering.values, errors);
    let device_info = serde_json::from_value(gathering.info.into()).unwrap_or_else(|error| {
        errors.add(&(0..0), "", error.to_string());
        DeviceInfo::default()
    });
    (InfoDocument { device_info }, gathering.values, order)
}

impl<'a> Gathering<'a, '_> {
    fn read_devices(&mut self, section: Section, devices: &Reader<'a, '_>) {
        for (number, span, entry) in devices.entries() {
            let Some(index) = section.index(number) else {
                let message = match DeviceField::find(Some(section), number) {
                    Some(_) => format!("this belongs below a device: [{}.0]", section.key()),
                    None => section.limit().to_owned(),
                };
                self.errors.add(&span, entry.path, message);
                continue;
            };
            let Some(device) = entry.table() else { continue };
            let mut info = Map::new();
            for (key, span, entry) in device.entries() {
                let Some(field) = DeviceField::find(Some(section), key) else {
                    let known: Vec<_> = [FileName::Info, FileName::Values]
                        .into_iter()
                        .flat_map(|file| DeviceField::rows(file, Some(section)))
                        .map(|field| field.key)
                        .collect();
                    self.errors.add(&span, entry.path, unknown(key, &known));
                    continue;
                };
                match field.file {
                    FileName::Values => {
                        let place = Place::new(field.id, index);
                        self.read_value(entry, place);
                    }
                    FileName::Info => match read_info(&entry, field) {
                        Some(value) => drop(info.insert(key.to_owned(), value)),
                        None => entry.wrong(format!("must be {}", field.expected())),
                    },
                }
            }
            let devices = self.info.entry(section.key()).or_insert_with(|| json!({}));
            devices[index.to_string()] = info.into();
        }
    }

    fn read_parts(&mut self, parts: &Reader<'a, '_>) {
        for (name, span, entry) in parts.entries() {
            if name.parse::<Place>().is_ok() {
                let message = match name == Place::HOUSE.to_string() {
                    true => unknown(name, &[]),
                    false => "this is the name of a value of the charger's own; name the part \
                              otherwise"
                        .to_owned(),
                };
                self.errors.add(&span, entry.path, message);
                continue;
            }
            self.read_value(entry, None);
        }
    }

    fn read_value(&mut self, entry: Entry<'a, '_>, place: Option<Place>) {
        let name = match place {
            Some(place) => place.to_string(),
            None => entry.path.strip_prefix("values.").unwrap_or(&entry.path).to_owned(),
        };
        let (span, value) = (entry.span(), entry.value);
        let path = entry.path.clone();
        let parsed = read_source(entry, place, self.context);
        let Some(Parsed { source, adjust, bounds, operands }) = parsed else { return };
        if !operands.is_empty() {
            self.sums.push(Sum { value: self.values.len(), operands, span: span.clone() });
        }
        let ageing = Entry { path, value, errors: self.errors };
        let ageing = read_ageing(ageing, place, &source, self.context);
        let line = self.errors.line(span.start);
        self.values.push(Value { name, line, place, source, adjust, bounds, ageing });
    }

    /// Adds the house's load unless the file has it or there is no device to derive it from. The
    /// values that count are chosen at run time, as some of them tell how the battery is connected.
    fn add_house(&mut self) {
        if self.values.iter().any(|value| value.place == Some(Place::HOUSE)) {
            return;
        }
        let sections = [Section::Inverters, Section::EnergyMeters, Section::Batteries];
        if !sections.iter().any(|section| self.info.contains_key(section.key())) {
            return;
        }
        let may_count = |index: &usize| {
            self.values[*index].place.is_some_and(|place| {
                matches!(
                    place.field().id,
                    DeviceFieldId::InverterPower
                        | DeviceFieldId::InverterBattery
                        | DeviceFieldId::GridPower
                        | DeviceFieldId::BatteryPower
                )
            })
        };
        let parts = (0..self.values.len()).filter(may_count).collect();
        self.values.push(Value {
            name: Place::HOUSE.to_string(),
            line: 0,
            place: Some(Place::HOUSE),
            source: Source::House(parts),
            adjust: Adjust::default(),
            bounds: Bounds::default(),
            ageing: None,
        });
    }

    /// Replaces the names of parts, which may stand anywhere in the file, by indices; returns the
    /// order in which values are computed.
    fn resolve(&mut self) -> Vec<usize> {
        for sum in &self.sums {
            let name = self.values[sum.value].name.clone();
            let index_of = |name: &str| self.values.iter().position(|value| value.name == name);
            let mut found = Vec::new();
            for operand in &sum.operands {
                let term = match operand.resolve(index_of) {
                    Ok(term) => term,
                    Err(part) => {
                        let names = self.values.iter().map(|value| value.name.as_str());
                        let guess = nearest(part, names)
                            .map(|guess| format!("; did you mean {guess:?}?"))
                            .unwrap_or_default();
                        let message = format!("there is no value {part:?}{guess}");
                        self.errors.add(&sum.span, &name, message);
                        continue;
                    }
                };
                if let Operand::Value(index) = term.of {
                    let part = &self.values[index];
                    if part.place.is_some_and(|place| place.field().kind == DeviceKind::Flag) {
                        let part = &part.name;
                        let message =
                            format!("{part:?} is true or false, which cannot be added up");
                        self.errors.add(&sum.span, &name, message);
                    }
                }
                found.push(term);
            }
            if let Source::Sum(of) | Source::Difference(of) | Source::Product(of) =
                &mut self.values[sum.value].source
            {
                *of = Operands::new(found);
            }
        }
        let order = order::order(&self.values);
        for sum in self.sums.iter().filter(|sum| !order.contains(&sum.value)) {
            let name = &self.values[sum.value].name;
            self.errors.add(
                &sum.span,
                name,
                "this value is a part of itself, or made of one that is",
            );
        }
        order
    }
}

fn read_info(entry: &Entry<'_, '_>, field: &DeviceField) -> Option<serde_json::Value> {
    let value = entry.value.get_ref();
    match field.kind {
        DeviceKind::Text => value.as_str().map(Into::into),
        DeviceKind::Integer { min, max } => {
            integer(value).filter(|integer| (min..=max).contains(integer)).map(Into::into)
        }
        DeviceKind::Decimal { .. } | DeviceKind::Flag => None,
    }
}

fn read_ageing(
    entry: Entry<'_, '_>,
    place: Option<Place>,
    source: &Source,
    context: &Context,
) -> Option<Ageing> {
    match source {
        Source::Fixed(_)
        | Source::Sum(_)
        | Source::Difference(_)
        | Source::Product(_)
        | Source::House(_) => return None,
        Source::Http(_) | Source::Mqtt(_) | Source::Modbus(_) | Source::Push(_) => {}
    }
    let reader = entry.table()?;
    let max_age = reader.duration("max_age").unwrap_or(context.max_age);
    let stale = reader.word("stale", Stale::WORDS).unwrap_or(context.stale);
    if stale == Stale::Omit && !place.is_some_and(can_be_left_out) {
        let message = "the charger needs every power, and sums need all their parts; \"omit\" is for \
                       the state of charge, energies, temperatures and modes";
        reader.wrong_at("stale", message);
    }
    if source.every().is_some_and(|every| every >= max_age) {
        let message = "max_age must be longer than every, or the value is stale before each poll";
        reader.wrong(message);
    }
    Some(Ageing { max_age, stale })
}

/// `true` for values that the document can do without: all but the powers, and but the switch that
/// decides how the battery's power counts.
fn can_be_left_out(place: Place) -> bool {
    let DeviceField { unit, kind, .. } = place.field();
    *unit != DeviceUnit::Watt && *kind != DeviceKind::Flag
}

fn unique_pushes(values: &[Value], errors: &EntryErrors<'_>) {
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for value in values {
        let Source::Push(push) = &value.source else { continue };
        if let Some((_, other)) = seen.iter().find(|(name, _)| name == push) {
            let message = format!("push = {push:?} is the name of {other} already");
            errors.add_at(value.line, &value.name, message);
        }
        seen.push((push, &value.name));
    }
}
