//! Reading one value's source: the number, switch or table behind its key.

use std::sync::Arc;

use gateway_api::custom_api::SourceKind;
use http::{HeaderName, HeaderValue};
use nrgkick_model::custom_api::{DeviceKind, Observed, Place};
use toml::de::DeValue;

use super::accept::accept;
use super::address;
use super::broker::Broker;
use super::error::Problems;
use super::reader::{Entry, Reader, integer, number};
use super::source::{
    HttpSource, ModbusSource, MqttSource, Pick, Source, WordOrder, WordType, keys,
};
use super::suggest::nearest;
use super::{Bounds, Defaults};

/// A source, and for sums the names of their parts.
pub(super) struct Parsed<'a> {
    pub(super) source: Source,
    pub(super) bounds: Bounds,
    pub(super) parts: Vec<&'a str>,
}

/// Reads the value at `entry`, which is to stand at `place`; at none where it is a part of others.
pub(super) fn read_source<'a>(
    entry: Entry<'a, '_>,
    place: Option<Place>,
    defaults: &Defaults,
    brokers: &mut Vec<Broker>,
    problems: &mut Problems<'_>,
) -> Option<Parsed<'a>> {
    let bounds = Bounds::default();
    if !entry.value.get_ref().is_table() {
        let source = Source::Fixed(read_fixed(&entry, place, bounds, problems)?);
        return Some(Parsed { source, bounds, parts: Vec::new() });
    }
    let reader = entry.table(problems)?;
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
        reader.wrong(problems, format!("a value has one source of: {}{guess}", all.join(", ")));
        return None;
    };
    reader.only(keys(kind), problems);
    let bounds = read_bounds(&reader, place, problems);
    if place.is_some_and(|place| place.field().kind == DeviceKind::Flag) {
        for key in ["factor", "offset", "sum", "difference"] {
            if let Some(entry) = reader.get(key) {
                entry.wrong(problems, "this value is true or false; there is nothing to compute");
            }
        }
    }
    let mut parts = Vec::new();
    let source = match kind {
        SourceKind::Fixed => {
            Source::Fixed(read_fixed(&reader.get("fixed")?, place, bounds, problems)?)
        }
        SourceKind::Http => Source::Http(read_http(&reader, defaults, problems)?),
        SourceKind::Mqtt => Source::Mqtt(read_mqtt(&reader, defaults, brokers, problems)?),
        SourceKind::Modbus => Source::Modbus(read_modbus(&reader, defaults, problems)?),
        SourceKind::Push => Source::Push(read_push(&reader, problems)?),
        SourceKind::Sum | SourceKind::Difference => {
            parts = reader.strings(kind.word(), problems);
            if parts.is_empty() {
                reader.wrong(problems, "name the values, as [\"NAME\", \"NAME\"]");
            }
            let source = if kind == SourceKind::Sum { Source::Sum } else { Source::Difference };
            source(Vec::new())
        }
        // Not among those that are looked for.
        SourceKind::Derived => return None,
    };
    Some(Parsed { source, bounds, parts })
}

fn read_fixed(
    entry: &Entry<'_, '_>,
    place: Option<Place>,
    bounds: Bounds,
    problems: &mut Problems<'_>,
) -> Option<Observed> {
    let observed = match entry.value.get_ref() {
        DeValue::Boolean(flag) => Some(Observed::Flag(*flag)),
        value => number(value).and_then(Observed::number),
    };
    let Some(observed) = observed else {
        let expected =
            place.map_or_else(|| "a finite number".to_owned(), |place| place.field().expected());
        entry.wrong(
            problems,
            format!("must be {expected}, or a source as {{ http = \"http://192.168.1.20/\" }}"),
        );
        return None;
    };
    // A file can say true: 1 is how registers say it.
    let fitted = match place {
        Some(place) => place.field().fit(observed).map(drop).map_err(|misfit| misfit.to_string()),
        None => Ok(()),
    };
    fitted
        .and_then(|()| accept(place, bounds, observed))
        .map_err(|misfit| entry.wrong(problems, misfit))
        .ok()
}

/// `min` and `max`.
fn read_bounds(
    reader: &Reader<'_, '_>,
    place: Option<Place>,
    problems: &mut Problems<'_>,
) -> Bounds {
    let bounds =
        Bounds { min: reader.number("min", problems), max: reader.number("max", problems) };
    if let Bounds { min: Some(min), max: Some(max) } = bounds
        && min > max
    {
        reader.wrong_at("max", format!("must not be below min, which is {min}"), problems);
    }
    if place.is_some_and(|place| place.field().kind == DeviceKind::Flag) {
        for key in ["min", "max"] {
            if let Some(entry) = reader.get(key) {
                entry.wrong(problems, "this value is true or false; it has no bounds");
            }
        }
    }
    bounds
}

fn read_pick(reader: &Reader<'_, '_>, problems: &mut Problems<'_>) -> Pick {
    Pick {
        pointers: read_pointers(reader, problems),
        text: reader.flag("text", problems),
        factor: reader.number("factor", problems).unwrap_or(1.0),
        offset: reader.number("offset", problems).unwrap_or(0.0),
        null: reader.number("null", problems),
    }
}

/// One pointer or a list of them.
fn read_pointers(reader: &Reader<'_, '_>, problems: &mut Problems<'_>) -> Vec<String> {
    let Some(entry) = reader.get("pointer") else { return vec![String::new()] };
    let pointers = match entry.value.get_ref() {
        DeValue::Array(_) => reader.strings("pointer", problems),
        _ => reader.string("pointer", problems).into_iter().collect(),
    };
    for pointer in &pointers {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            entry.wrong(problems, format!("a JSON pointer begins with a slash: \"/{pointer}\""));
        }
    }
    if let DeValue::Array(list) = entry.value.get_ref()
        && list.is_empty()
    {
        entry.wrong(problems, "name one pointer at least, as \"/power\"");
    }
    pointers.into_iter().map(str::to_owned).collect()
}

fn read_http(
    reader: &Reader<'_, '_>,
    defaults: &Defaults,
    problems: &mut Problems<'_>,
) -> Option<HttpSource> {
    let text = reader.string("http", problems);
    let url = text.and_then(|text| {
        address::url(text, &defaults.allow_hosts)
            .map_err(|message| reader.wrong_at("http", message, problems))
            .ok()
    });
    let headers = read_headers(reader, defaults, problems);
    let pick = read_pick(reader, problems);
    let every = reader.duration("every", problems).unwrap_or(defaults.every);
    Some(HttpSource { url: url?, headers: Arc::new(headers), pick, every })
}

/// `Name: value` lines; empty ones and those that begin with `#` do not count.
fn read_headers(
    reader: &Reader<'_, '_>,
    defaults: &Defaults,
    problems: &mut Problems<'_>,
) -> Vec<(HeaderName, HeaderValue)> {
    let Some(path) = reader.file("headers_file", &defaults.folder, problems) else {
        return Vec::new();
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            let message = format!("cannot read {}: {error}", path.display());
            reader.wrong_at("headers_file", message, problems);
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
                reader.wrong_at("headers_file", format!("{at}: write \"Name: value\""), problems);
            }
        }
    }
    headers
}

fn read_mqtt(
    reader: &Reader<'_, '_>,
    defaults: &Defaults,
    brokers: &mut Vec<Broker>,
    problems: &mut Problems<'_>,
) -> Option<MqttSource> {
    let name = reader.string("mqtt", problems);
    let topic = reader.required("topic", problems);
    if let Some(topic) = topic
        && (topic.is_empty() || topic.contains(['#', '+', '\0']))
    {
        reader.wrong_at("topic", "a topic is one name, without + and #".to_owned(), problems);
    }
    let pick = read_pick(reader, problems);
    let retained = reader.flag("retained", problems);
    let name = name?;
    let broker = match brokers.iter().position(|broker| broker.name == name) {
        Some(broker) => broker,
        None => match address::host_port(name, 1883, &defaults.allow_hosts) {
            Ok(at) => {
                brokers.push(Broker { name: name.to_owned(), at, login: None, publish: None });
                brokers.len() - 1
            }
            Err(message) => {
                let message = format!("there is no section [brokers.{name}], and {message}");
                reader.wrong_at("mqtt", message, problems);
                return None;
            }
        },
    };
    Some(MqttSource { broker, topic: topic?.to_owned(), pick, retained })
}

fn read_modbus(
    reader: &Reader<'_, '_>,
    defaults: &Defaults,
    problems: &mut Problems<'_>,
) -> Option<ModbusSource> {
    let at = reader.string("modbus", problems).and_then(|text| {
        address::host_port(text, 502, &defaults.allow_hosts)
            .map_err(|message| reader.wrong_at("modbus", message, problems))
            .ok()
    });
    let unit = reader.integer("unit", 255, problems).and_then(|unit| u8::try_from(unit).ok());
    let function = reader.integer("function", 4, problems).unwrap_or(3);
    if function < 3 {
        let message = "must be 3 (holding registers) or 4 (input registers)".to_owned();
        reader.wrong_at("function", message, problems);
    }
    for key in ["address", "type"] {
        if !reader.has(key) {
            reader.wrong(problems, format!("{key} is missing"));
        }
    }
    let address = reader.integer("address", u16::MAX, problems);
    let word_type = reader.word("type", WordType::WORDS, problems);
    let orders = [("high-first", WordOrder::HighFirst), ("low-first", WordOrder::LowFirst)];
    let word_order = reader.word("word_order", &orders, problems);
    let scale_factor = reader.integer("scale_factor", u16::MAX, problems);
    let factor = reader.number("factor", problems).unwrap_or(1.0);
    let offset = reader.number("offset", problems).unwrap_or(0.0);
    let every = reader.duration("every", problems).unwrap_or(defaults.every);
    let (address, word_type) = (address?, word_type?);
    if u32::from(address) + u32::from(word_type.quantity()) > 0x1_0000 {
        reader.wrong_at("address", "the last register is 65535".to_owned(), problems);
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
        nan: read_nan(reader, word_type, problems),
        every,
    })
}

/// Raw contents that mean "no value": the type's own where the file names none.
fn read_nan(reader: &Reader<'_, '_>, kind: WordType, problems: &mut Problems<'_>) -> Vec<u64> {
    let Some(entry) = reader.get("nan") else { return kind.nan().to_vec() };
    let raw = |item: &DeValue<'_>| {
        let text = item.as_integer()?;
        let most = u64::MAX >> (64 - kind.bits());
        match u64::from_str_radix(text.as_str(), text.radix()) {
            Ok(raw) => Some(raw).filter(|raw| *raw <= most),
            // As the device's list of registers may write it: -32768 is 0x8000.
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
        entry.wrong(problems, message);
        Vec::new()
    })
}

fn read_push(reader: &Reader<'_, '_>, problems: &mut Problems<'_>) -> Option<String> {
    let name = reader.string("push", problems)?;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if name.is_empty() || !name.bytes().all(fits) {
        let message = "a name for PUT /push/NAME is made of letters, digits, - and _".to_owned();
        reader.wrong_at("push", message, problems);
    }
    Some(name.to_owned())
}
