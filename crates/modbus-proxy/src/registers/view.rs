//! JSON bodies of `GET /registers` and `GET /registers/map`.

use charger_gateway::RegisterRange;
use nrgkick_model::Scalar;
use nrgkick_model::field::{Access, FIELDS, Field};
use nrgkick_model::register::RowsOf as _;
use serde::Serialize;
use serde_json::Value;

/// A range of words and the table rows in it.
#[derive(Serialize)]
pub(super) struct Reading {
    address: u16,
    quantity: usize,
    /// `null` if the value is private.
    words: Vec<Option<u16>>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    address: u16,
    path: &'static str,
    label: &'static str,
    words: Option<Vec<u16>>,
    /// Codes as numbers. `null` if the value is private, absent or undecodable.
    value: Value,
    unit: &'static str,
    /// The error of a value that cannot be decoded.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// The registers of the last documents, in the blocks in which they were read.
#[derive(Serialize)]
pub(super) struct CachedRanges {
    blocks: Vec<Block>,
}

#[derive(Serialize)]
struct Block {
    /// Age of the read, ms.
    age_ms: u64,
    #[serde(flatten)]
    reading: Reading,
}

/// Renders the cached `runs`; private values only with `shows_private`.
pub(super) fn cached(runs: &[RegisterRange], shows_private: bool) -> CachedRanges {
    let block = |run: &RegisterRange| Block {
        age_ms: u64::try_from(run.at.elapsed().as_millis()).unwrap_or(u64::MAX),
        reading: reading(run.address, &run.words, shows_private),
    };
    CachedRanges { blocks: runs.iter().map(block).collect() }
}

/// Renders `words`, read from `address` on; private values only with `shows_private`.
pub(super) fn reading(address: u16, words: &[u16], shows_private: bool) -> Reading {
    let mut visible: Vec<_> = words.iter().copied().map(Some).collect();
    let mut rows = Vec::new();
    let end = address.saturating_add(u16::try_from(words.len()).unwrap_or(u16::MAX));
    for field in (address..end).rows() {
        let first = usize::from(field.register.address - address);
        let place = first..first + usize::from(field.register.encoding.words());
        let hides = field.is_private() && !shows_private;
        if hides {
            visible[place.clone()].fill(None);
        }
        rows.push(row(field, (!hides).then(|| &words[place])));
    }
    Reading { address, quantity: words.len(), words: visible, rows }
}

fn row(field: &Field, words: Option<&[u16]>) -> Row {
    let decoded = words.map(|words| field.decode(words));
    let (value, error) = match decoded {
        Some(Ok(scalar)) => (json(&scalar), None),
        Some(Err(error)) => (Value::Null, Some(error.to_string())),
        None => (Value::Null, None),
    };
    Row {
        address: field.register.address,
        path: field.path,
        label: field.label(),
        words: words.map(<[u16]>::to_vec),
        value,
        unit: field.unit.symbol(),
        error,
    }
}

fn json(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Text(text) => Value::from(text.as_str()),
        Scalar::Unsigned(number) => Value::from(*number),
        Scalar::Signed(number) => Value::from(*number),
        Scalar::Decimal(number) => Value::from(*number),
        Scalar::Flag(flag) => Value::from(u8::from(*flag)),
        Scalar::Code(code) => Value::from(code.number()),
    }
}

/// The table of registers.
#[derive(Serialize)]
pub(super) struct Map {
    rows: Vec<MapRow>,
}

#[derive(Serialize)]
struct MapRow {
    address: u16,
    quantity: u16,
    path: &'static str,
    label: &'static str,
    about: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    /// The register holds the value times this factor.
    factor: u16,
    unit: &'static str,
    writable: bool,
}

pub(super) fn map() -> Map {
    let rows = FIELDS.iter().map(|field| MapRow {
        address: field.register.address,
        quantity: field.register.encoding.words(),
        path: field.path,
        label: field.label(),
        about: field.about(),
        kind: field.register.encoding.name(),
        factor: field.register.factor,
        unit: field.unit.symbol(),
        writable: field.access == Access::Write,
    });
    Map { rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_words_are_nowhere_in_the_answer() {
        let private = Field::at("info.network.ssid").unwrap().register;
        let next = Field::at("info.network.rssi").unwrap().register;
        let mut words = vec![0x4142; usize::from(next.end() - private.address)];
        words[usize::from(next.address - private.address)] = 0xffba;
        let open = serde_json::to_value(reading(private.address, &words, true)).unwrap();
        assert_eq!(open["rows"][0]["value"], "AB".repeat(16));
        let hidden = serde_json::to_value(reading(private.address, &words, false)).unwrap();
        assert_eq!(hidden["rows"][0]["value"], Value::Null);
        assert_eq!(hidden["rows"][0]["words"], Value::Null);
        assert_eq!(hidden["words"][0], Value::Null);
        assert_eq!(hidden["words"][15], Value::Null);
        assert_eq!(hidden["words"][16], 0xffba);
        assert_eq!(hidden["rows"][1]["value"], -70);
        assert_eq!(hidden["rows"][1]["unit"], "dBm");
    }

    #[test]
    fn a_word_that_cannot_be_is_shown_with_the_reason() {
        let status = Field::at("values.general.status").unwrap().register;
        let shown = serde_json::to_value(reading(status.address, &[300], true)).unwrap();
        assert_eq!(shown["rows"][0]["words"][0], 300);
        assert_eq!(shown["rows"][0]["value"], Value::Null);
        assert!(shown["rows"][0]["error"].as_str().unwrap().contains("register 251"));
    }

    #[test]
    fn the_map_is_the_table() {
        let map = serde_json::to_value(map()).unwrap();
        let rows = map["rows"].as_array().unwrap();
        assert_eq!(rows.len(), FIELDS.len());
        let writable = rows.iter().filter(|row| row["writable"] == true).count();
        assert_eq!(writable, 4);
        assert_eq!((&rows[0]["type"], &rows[0]["quantity"]), (&"string16".into(), &11.into()));
    }
}
