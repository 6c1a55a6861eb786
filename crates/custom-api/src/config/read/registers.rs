//! Reading a value in registers.

use modbus_client::Framing;
use toml::de::DeValue;

use super::super::address;
use super::super::reader::{Reader, integer};
use super::super::registers::{
    MOST_REGISTERS, ModbusLink, ModbusSource, NegativeIf, Order, WordType,
};
use super::Context;

const FRAMINGS: &[(&str, Framing)] = &[("tcp", Framing::Tcp), ("rtu", Framing::Rtu)];

pub(super) fn read_modbus(reader: &Reader<'_, '_>, context: &Context) -> Option<ModbusSource> {
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
    let word_type = read_type(reader);
    let word_order = reader.word("word_order", Order::WORDS).unwrap_or_default();
    let byte_order = reader.word("byte_order", Order::WORDS).unwrap_or_default();
    let scale_factor = reader.integer("scale_factor", u16::MAX);
    let negative_if = read_negative(reader);
    let null = reader.number("null");
    let every = reader.duration("every").unwrap_or(context.every);
    let link = ModbusLink {
        connect_delay: reader.duration("connect_delay"),
        timeout: reader.duration("timeout"),
        framing: reader.word("framing", FRAMINGS),
    };
    let (address, word_type) = (address?, word_type?);
    if u32::from(address) + u32::from(word_type.quantity()) > 0x1_0000 {
        reader.wrong_at("address", "the last register is 65535".to_owned());
    }
    let mask = read_mask(reader, word_type.bits());
    if mask.is_some() && word_type.is_float() {
        reader.wrong(format!("{} has no bits of its own to choose", word_type.word()));
    }
    let nan = read_nan(reader, word_type);
    let source = ModbusSource {
        at: at?,
        unit: unit.unwrap_or(1),
        input: function == 4,
        address,
        word_type,
        word_order,
        byte_order,
        mask,
        scale_factor,
        negative_if,
        nan,
        null,
        every,
        link,
    };
    let span = source.span();
    if span.end - span.start > MOST_REGISTERS {
        reader.wrong(format!(
            "registers {} to {} are too many for one read, which has at most {MOST_REGISTERS}: \
             the number and its scale factor or sign have to be of the same moment",
            span.start,
            span.end - 1
        ));
    }
    Some(source)
}

fn read_type(reader: &Reader<'_, '_>) -> Option<WordType> {
    let named = reader.get("type")?.value.get_ref().as_str()?.to_ascii_lowercase();
    if let Some((_, right)) = WordType::ALIASES.iter().find(|(alias, _)| *alias == named) {
        reader.wrong_at("type", format!("write {right:?}, not {named:?}"));
        return None;
    }
    reader.word("type", WordType::WORDS)
}

/// Reads `bit` or `mask` of a number of `bits` bits.
fn read_mask(reader: &Reader<'_, '_>, bits: u16) -> Option<u64> {
    match (reader.has("bit"), reader.has("mask")) {
        (false, false) => None,
        (true, true) => {
            reader.wrong("write bit or mask, not both");
            None
        }
        (true, false) => reader.integer("bit", bits - 1).map(|bit| 1 << bit),
        (false, true) => {
            let entry = reader.get("mask")?;
            let most = u64::MAX >> (64 - bits);
            let text = entry.value.get_ref().as_integer();
            let mask = text
                .and_then(|text| u64::from_str_radix(text.as_str(), text.radix()).ok())
                .filter(|mask| (1..=most).contains(mask));
            if mask.is_none() {
                entry.wrong(format!("must be the bits to take, as 0x00f0, of {bits} bits"));
            }
            mask
        }
    }
}

fn read_negative(reader: &Reader<'_, '_>) -> Option<NegativeIf> {
    let sign = reader.get("negative_if")?.table()?;
    sign.only(&["address", "bit", "mask", "equals"]);
    if !sign.has("address") {
        sign.wrong("address is missing");
    }
    let address = sign.integer("address", u16::MAX);
    let equals = sign.integer("equals", u16::MAX);
    let mask = match sign.has("bit") || sign.has("mask") {
        true => read_mask(&sign, 16).and_then(|mask| u16::try_from(mask).ok()),
        false if sign.has("equals") => Some(u16::MAX),
        false => {
            sign.wrong("bit, mask or equals is missing: what in the register means negative?");
            None
        }
    };
    Some(NegativeIf { address: address?, mask: mask?, equals })
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
                .filter(|number| kind.is_signed() && *number >= i64::MIN >> (64 - kind.bits()))
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
