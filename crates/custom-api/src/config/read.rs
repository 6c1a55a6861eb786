//! Reading one value's source: the number, switch or table behind its key.

use std::sync::Arc;

use gateway_api::custom_api::SourceKind;
use http::{HeaderName, HeaderValue};
use nrgkick_model::custom_api::{DeviceKind, Observed, Place};
use toml::de::DeValue;

use super::accept::accept;
use super::address;
use super::broker::Broker;
use super::reader::{Entry, Reader, integer, number};
use super::source::{
    HttpSource, ModbusSource, MqttSource, Pick, Source, WordOrder, WordType, keys,
};
use super::suggest::nearest;
use super::{Bounds, Context};

/// A source, with the names of the parts of a sum or difference.
pub(super) struct Parsed<'a> {
    pub(super) source: Source,
    pub(super) bounds: Bounds,
    pub(super) parts: Vec<&'a str>,
}

/// Reads the value at `entry` for `place`; `None` there for a part of others.
pub(super) fn read_source<'a>(
    entry: Entry<'a, '_>,
    place: Option<Place>,
    context: &Context,
) -> Option<Parsed<'a>> {
    let bounds = Bounds::default();
    if !entry.value.get_ref().is_table() {
        let source = Source::Fixed(read_fixed(&entry, place, bounds)?);
        return Some(Parsed { source, bounds, parts: Vec::new() });
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
    reader.only(keys(kind));
    let bounds = read_bounds(&reader, place);
    if place.is_some_and(|place| place.field().kind == DeviceKind::Flag) {
        for key in ["factor", "offset", "sum", "difference"] {
            if let Some(entry) = reader.get(key) {
                entry.wrong("this value is true or false; there is nothing to compute");
            }
        }
    }
    let mut parts = Vec::new();
    let source = match kind {
        SourceKind::Fixed => Source::Fixed(read_fixed(&reader.get("fixed")?, place, bounds)?),
        SourceKind::Http => Source::Http(read_http(&reader, context)?),
        SourceKind::Mqtt => Source::Mqtt(read_mqtt(&reader, context)?),
        SourceKind::Modbus => Source::Modbus(read_modbus(&reader, context)?),
        SourceKind::Push => Source::Push(read_push(&reader)?),
        SourceKind::Sum | SourceKind::Difference => {
            parts = reader.strings(kind.word());
            if parts.is_empty() {
                reader.wrong("name the values, as [\"NAME\", \"NAME\"]");
            }
            let source = if kind == SourceKind::Sum { Source::Sum } else { Source::Difference };
            source(Vec::new())
        }
        // Not in `SourceKind::ALL`.
        SourceKind::Derived => return None,
    };
    Some(Parsed { source, bounds, parts })
}

fn read_fixed(entry: &Entry<'_, '_>, place: Option<Place>, bounds: Bounds) -> Option<Observed> {
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
    fitted.and_then(|()| accept(place, bounds, observed)).map_err(|misfit| entry.wrong(misfit)).ok()
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

fn read_pick(reader: &Reader<'_, '_>) -> Pick {
    Pick {
        pointers: read_pointers(reader),
        text: reader.flag("text"),
        factor: reader.number("factor").unwrap_or(1.0),
        offset: reader.number("offset").unwrap_or(0.0),
        null: reader.number("null"),
    }
}

/// One pointer or a list of them.
fn read_pointers(reader: &Reader<'_, '_>) -> Vec<String> {
    let Some(entry) = reader.get("pointer") else { return vec![String::new()] };
    let pointers = match entry.value.get_ref() {
        DeValue::Array(_) => reader.strings("pointer"),
        _ => reader.string("pointer").into_iter().collect(),
    };
    for pointer in &pointers {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            entry.wrong(format!("a JSON pointer begins with a slash: \"/{pointer}\""));
        }
    }
    if let DeValue::Array(list) = entry.value.get_ref()
        && list.is_empty()
    {
        entry.wrong("name one pointer at least, as \"/power\"");
    }
    pointers.into_iter().map(str::to_owned).collect()
}

fn read_http(reader: &Reader<'_, '_>, context: &Context) -> Option<HttpSource> {
    let text = reader.string("http");
    let url = text.and_then(|text| {
        address::url(text, &context.allow_hosts)
            .map_err(|message| reader.wrong_at("http", message))
            .ok()
    });
    let headers = read_headers(reader, context);
    let pick = read_pick(reader);
    let every = reader.duration("every").unwrap_or(context.every);
    Some(HttpSource { url: url?, headers: Arc::new(headers), pick, every })
}

/// Reads lines `Name: value`; empty lines and lines that begin with `#` are skipped.
fn read_headers(reader: &Reader<'_, '_>, context: &Context) -> Vec<(HeaderName, HeaderValue)> {
    let Some(path) = reader.file("headers_file", &context.folder) else {
        return Vec::new();
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("cannot read {}: {error}", path.display());
            reader.wrong_at("headers_file", message);
            return Vec::new();
        }
    };
    let mut headers = Vec::new();
    for (place, line) in text.lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let header = line.split_once(':').and_then(|(name, value)| {
            let mut value: HeaderValue = value.trim().parse().ok()?;
            value.set_sensitive(true);
            Some((name.trim().parse().ok()?, value))
        });
        match header {
            Some(header) => headers.push(header),
            None => {
                let at = format!("{}:{}", path.display(), place + 1);
                reader.wrong_at("headers_file", format!("{at}: write \"Name: value\""));
            }
        }
    }
    headers
}

fn read_mqtt(reader: &Reader<'_, '_>, context: &Context) -> Option<MqttSource> {
    let name = reader.string("mqtt");
    let topic = reader.required("topic");
    if let Some(topic) = topic
        && (topic.is_empty() || topic.contains(['#', '+', '\0']))
    {
        reader.wrong_at("topic", "a topic is one name, without + and #".to_owned());
    }
    let pick = read_pick(reader);
    let retained = reader.flag("retained");
    let name = name?;
    let known = context.brokers.borrow().iter().position(|broker| broker.name == name);
    let broker = match known {
        Some(broker) => broker,
        None => match address::host_port(name, 1883, &context.allow_hosts) {
            Ok(at) => {
                let mut brokers = context.brokers.borrow_mut();
                brokers.push(Broker { name: name.to_owned(), at, login: None, publish: None });
                brokers.len() - 1
            }
            Err(message) => {
                let message = format!("there is no section [brokers.{name}], and {message}");
                reader.wrong_at("mqtt", message);
                return None;
            }
        },
    };
    Some(MqttSource { broker, topic: topic?.to_owned(), pick, retained })
}

fn read_modbus(reader: &Reader<'_, '_>, context: &Context) -> Option<ModbusSource> {
    let at = reader.string("modbus").and_then(|text| {
        address::host_port(text, 502, &context.allow_hosts)
            .map_err(|message| reader.wrong_at("modbus", message))
            .ok()
    });
    let unit = reader.integer("unit", 255).and_then(|unit| u8::try_from(unit).ok());
    let function = reader.integer("function", 4).unwrap_or(3);
    if function < 3 {
        let message = "must be 3 (holding registers) or 4 (input registers)".to_owned();
        reader.wrong_at("function", message);
    }
    for key in ["address", "type"] {
        if !reader.has(key) {
            reader.wrong(format!("{key} is missing"));
        }
    }
    let address = reader.integer("address", u16::MAX);
    let word_type = reader.word("type", WordType::WORDS);
    let orders = [("high-first", WordOrder::HighFirst), ("low-first", WordOrder::LowFirst)];
    let word_order = reader.word("word_order", &orders);
    let scale_factor = reader.integer("scale_factor", u16::MAX);
    let factor = reader.number("factor").unwrap_or(1.0);
    let offset = reader.number("offset").unwrap_or(0.0);
    let every = reader.duration("every").unwrap_or(context.every);
    let (address, word_type) = (address?, word_type?);
    if u32::from(address) + u32::from(word_type.quantity()) > 0x1_0000 {
        reader.wrong_at("address", "the last register is 65535".to_owned());
    }
    Some(ModbusSource {
        at: at?,
        unit: unit.unwrap_or(1),
        input: function == 4,
        address,
        word_type,
        word_order: word_order.unwrap_or(WordOrder::HighFirst),
        scale_factor,
        factor,
        offset,
        nan: read_nan(reader, word_type),
        every,
    })
}

/// Reads the raw contents that mean "no value"; by default those of the type.
fn read_nan(reader: &Reader<'_, '_>, kind: WordType) -> Vec<u64> {
    let Some(entry) = reader.get("nan") else { return kind.nan().to_vec() };
    let raw = |item: &DeValue<'_>| {
        let text = item.as_integer()?;
        let most = u64::MAX >> (64 - kind.bits());
        match u64::from_str_radix(text.as_str(), text.radix()) {
            Ok(raw) => Some(raw).filter(|raw| *raw <= most),
            // The device's register list may write it signed: -32768 is 0x8000.
            Err(_) => integer(item)
                .filter(|number| kind.is_signed() && *number >= -(1 << (kind.bits() - 1)))
                .map(|number| number.cast_unsigned() & most),
        }
    };
    let found = match entry.value.get_ref() {
        DeValue::String(word) if word == "none" => Some(Vec::new()),
        DeValue::Array(list) if !list.is_empty() => {
            list.iter().map(|item| raw(item.get_ref())).collect()
        }
        _ => None,
    };
    found.unwrap_or_else(|| {
        let bits = kind.bits();
        let message = format!(
            "must be a list of raw contents of {bits} bits that mean \"no value\", as [0x8000], or \
             \"none\" where every content is a number"
        );
        entry.wrong(message);
        Vec::new()
    })
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
