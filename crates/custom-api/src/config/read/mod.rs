//! Reading one value's source: the number, switch or table behind its key.

mod http;
mod mqtt;
mod operands;
mod pick;
mod registers;

use gateway_api::custom_api::SourceKind;
use http_service::nearest;
use nrgkick_model::custom_api::{DeviceKind, Observed, Place};
use toml::de::DeValue;

use super::accept::{accept, adjusted};
use super::adjust::{Adjust, Operands};
use super::keys::keys;
use super::reader::{Entry, Reader, number};
use super::source::Source;
use super::{Bounds, Context};

pub(super) use http::read_request;
pub(super) use operands::Written;
pub(super) use pick::read_pointer;

/// A source, with the operands of one that is computed from others.
pub(super) struct Parsed<'a> {
    pub(super) source: Source,
    pub(super) adjust: Adjust,
    pub(super) bounds: Bounds,
    pub(super) operands: Vec<Written<'a>>,
}

/// Reads the value at `entry` for `place`; `None` there for a part of others.
pub(super) fn read_source<'a>(
    entry: Entry<'a, '_>,
    place: Option<Place>,
    context: &Context,
) -> Option<Parsed<'a>> {
    let (adjust, bounds) = (Adjust::default(), Bounds::default());
    if !entry.value.get_ref().is_table() {
        let source = Source::Fixed(read_fixed(&entry, place, adjust, bounds)?);
        return Some(Parsed { source, adjust, bounds, operands: Vec::new() });
    }
    let reader = entry.table()?;
    let kinds: Vec<SourceKind> =
        SourceKind::ALL.into_iter().filter(|kind| reader.has(kind.word())).collect();
    let [kind] = kinds[..] else {
        let all: Vec<_> = SourceKind::ALL.iter().map(|kind| kind.word()).collect();
        let found: Vec<_> = reader.entries().into_iter().map(|(key, ..)| key).collect();
        let guess = match kinds.as_slice() {
            [] => found.iter().find_map(|key| nearest(key, all.iter().copied())),
            _ => None,
        };
        let guess = guess.map(|guess| format!("; did you mean {guess}?")).unwrap_or_default();
        reader.wrong(format!("a value has one source of: {}{guess}", all.join(", ")));
        return None;
    };
    reader.only(&keys(kind));
    let bounds = read_bounds(&reader, place);
    let adjust = read_adjust(&reader);
    if place.is_some_and(|place| place.field().kind == DeviceKind::Flag) {
        for key in ["factor", "offset", "sum", "difference", "product"] {
            if let Some(entry) = reader.get(key) {
                entry.wrong("this value is true or false; there is nothing to compute");
            }
        }
    }
    let mut operands = Vec::new();
    let source = match kind {
        SourceKind::Fixed => {
            Source::Fixed(read_fixed(&reader.get("fixed")?, place, adjust, bounds)?)
        }
        SourceKind::Http => Source::Http(http::read_http(&reader, place, adjust, context)?),
        SourceKind::Mqtt => Source::Mqtt(mqtt::read_mqtt(&reader, place, adjust, context)?),
        SourceKind::Modbus => Source::Modbus(registers::read_modbus(&reader, context)?),
        SourceKind::Push => Source::Push(read_push(&reader)?),
        SourceKind::Sum | SourceKind::Difference | SourceKind::Product => {
            operands = operands::read_operands(&reader, kind.word());
            match kind {
                SourceKind::Sum => Source::Sum(Operands::default()),
                SourceKind::Product => Source::Product(Operands::default()),
                _ => Source::Difference(Operands::default()),
            }
        }
        // Not in `SourceKind::ALL`.
        SourceKind::Derived => return None,
    };
    Some(Parsed { source, adjust, bounds, operands })
}

fn read_adjust(reader: &Reader<'_, '_>) -> Adjust {
    let Adjust { factor, offset, .. } = Adjust::default();
    Adjust {
        factor: reader.number("factor").unwrap_or(factor),
        offset: reader.number("offset").unwrap_or(offset),
        invert: reader.flag("invert"),
    }
}

fn read_fixed(
    entry: &Entry<'_, '_>,
    place: Option<Place>,
    adjust: Adjust,
    bounds: Bounds,
) -> Option<Observed> {
    let observed = match entry.value.get_ref() {
        DeValue::Boolean(flag) => Some(Observed::Flag(*flag)),
        value => number(value).and_then(Observed::number),
    };
    let Some(observed) = observed else {
        let expected =
            place.map_or_else(|| "a finite number".to_owned(), |place| place.field().expected());
        entry.wrong(format!(
            "must be {expected}, or a source as {{ http = \"http://192.168.1.20/\" }}"
        ));
        return None;
    };
    // 1 for a switch is only for registers: a file can write true.
    let fitted = match place {
        Some(place) => place.field().fit(observed).map(drop).map_err(|misfit| misfit.to_string()),
        None => Ok(()),
    };
    let accepted = fitted.and_then(|()| {
        let observed = adjusted(adjust, observed)?;
        accept(place, bounds, observed)
    });
    accepted.map_err(|misfit| entry.wrong(misfit)).ok()
}

/// `min` and `max`.
fn read_bounds(reader: &Reader<'_, '_>, place: Option<Place>) -> Bounds {
    let bounds = Bounds { min: reader.number("min"), max: reader.number("max") };
    if let Bounds { min: Some(min), max: Some(max) } = bounds
        && min > max
    {
        reader.wrong_at("max", format!("must not be below min, which is {min}"));
    }
    if place.is_some_and(|place| place.field().kind == DeviceKind::Flag) {
        for key in ["min", "max"] {
            if let Some(entry) = reader.get(key) {
                entry.wrong("this value is true or false; it has no bounds");
            }
        }
    }
    bounds
}

fn read_push(reader: &Reader<'_, '_>) -> Option<String> {
    let name = reader.string("push")?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.is_empty() || !name.bytes().all(fits) {
        let message = "a name for PUT /push/NAME is made of letters, digits, - and _".to_owned();
        reader.wrong_at("push", message);
    }
    Some(name.to_owned())
}
