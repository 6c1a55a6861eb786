//! Tests of the table's registers.

use super::*;
use crate::field::{Access, FIELDS, Field, FieldId, Kind, Presence};
use crate::reading::{Readings, Scalar};

#[test]
fn rows_are_contiguous_from_0_to_263() {
    let mut next = 0;
    for field in FIELDS {
        assert_eq!(field.register.address, next, "{}", field.path);
        next = field.register.end();
    }
    assert_eq!(next, 264);
}

#[test]
fn factors_go_with_decimals() {
    for field in FIELDS {
        let scaled = field.register.factor != 1;
        assert!(!scaled || field.kind == Kind::Decimal, "{}", field.path);
        assert!(field.register.factor > 0, "{}", field.path);
    }
}

#[test]
fn texts_and_only_texts_are_wired_as_texts() {
    for field in FIELDS {
        let text = matches!(field.register.encoding, Encoding::Text { .. });
        assert_eq!(text, field.kind == Kind::Text, "{}", field.path);
    }
}

/// Values at the limits of a row that its kind and its registers both hold, without those that
/// stand for no value: all ones and the least of a signed type.
fn edges(field: &Field) -> Vec<Scalar> {
    let factor = f64::from(field.register.factor);
    let decimals = |raw: &[f64]| raw.iter().map(|n| Scalar::Decimal(n / factor)).collect();
    match (field.kind, field.register.encoding) {
        (Kind::Text, Encoding::Text { words }) => {
            let full = "x".repeat(usize::from(words) * 2);
            ["", "x", &full].map(|text| Scalar::Text(text.into())).to_vec()
        }
        (Kind::Unsigned { max }, encoding) => {
            let room = if encoding == Encoding::U16 { u64::from(u16::MAX) } else { u64::MAX };
            let most = if field.id == FieldId::ChargeCount { max } else { max.min(room) - 1 };
            [0, 1, most].map(Scalar::Unsigned).to_vec()
        }
        (Kind::Int8, _) => [-128, -1, 0, 127].map(Scalar::Signed).to_vec(),
        (Kind::Flag, _) => [false, true].map(Scalar::Flag).to_vec(),
        (Kind::Code(kind), _) => {
            (0..=u8::MAX).map(|number| Scalar::Code(kind.from_number(number))).collect()
        }
        (Kind::Decimal, Encoding::U16) => decimals(&[0.0, 1.0, 65534.0]),
        (Kind::Decimal, Encoding::I16) => decimals(&[-32767.0, -1.0, 0.0, 32767.0]),
        (Kind::Decimal, Encoding::U32) => decimals(&[0.0, 1.0, 4_294_967_294.0]),
        (Kind::Decimal, Encoding::I32) => decimals(&[-2_147_483_647.0, -2.0, 0.0, 2_147_483_647.0]),
        (Kind::Decimal, _) => decimals(&[-12.5, 0.0, 46.911_354]),
        (Kind::Text, _) => Vec::new(),
    }
}

#[test]
fn every_row_decodes_what_it_encodes() {
    for field in FIELDS {
        let edges = edges(field);
        assert!(edges.len() >= 2, "{}", field.path);
        for scalar in edges {
            let words = field.encode(&scalar).unwrap();
            assert_eq!(words.len(), usize::from(field.register.encoding.words()));
            assert_eq!(field.decode(&words), Ok(scalar), "{}", field.path);
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_and_never_wrapped() {
    let of = |id| Field::of(id);
    for (id, scalar) in [
        (FieldId::CurrentL1, Scalar::Decimal(65.536)),
        (FieldId::CurrentL1, Scalar::Decimal(-0.001)),
        (FieldId::PowerFactor, Scalar::Decimal(32.768)),
        (FieldId::ActivePower, Scalar::Decimal(2_147_483.648)),
        (FieldId::EnergyLimit, Scalar::Unsigned(1 << 32)),
        (FieldId::ChargeCount, Scalar::Unsigned(65536)),
        (FieldId::SerialNumber, Scalar::Unsigned(1)),
        (FieldId::Status, Scalar::Text("CHARGING".into())),
    ] {
        let error = of(id).encode(&scalar).unwrap_err();
        assert_eq!(error.path, of(id).path);
    }
}

#[test]
fn a_register_outside_its_kind_is_an_error_that_names_it() {
    let error = Field::of(FieldId::Status).decode(&[300]).unwrap_err();
    assert_eq!(error.place, "values.general.status");
    assert_eq!(error.found, "300 in register 251");
    assert!(Field::of(FieldId::ChargePermitted).decode(&[2]).is_err());
    assert!(Field::of(FieldId::RatedCurrent).decode(&[256]).is_err());
    assert!(Field::of(FieldId::WifiRssi).decode(&[0x0100]).is_err());
    assert!(Field::of(FieldId::EnergyLimit).decode(&[1]).is_err());
}

#[test]
fn words_that_stand_for_no_value_are_none() {
    for field in FIELDS {
        let ones = vec![u16::MAX; usize::from(field.register.encoding.words())];
        let is_text = field.kind == Kind::Text;
        // A count may reach its maximum; signed words of ones are -1, which a temperature, a signal
        // and a power factor may have.
        let is_one = field.register.encoding == Encoding::I16 || field.id == FieldId::ChargeCount;
        assert_eq!(field.decode(&ones).is_ok(), is_text || is_one, "{}", field.path);
        if field.register.encoding == Encoding::I16 {
            let error = field.decode(&[0x8000]).unwrap_err();
            assert!(error.to_string().contains(field.path), "{error}");
        }
    }
    assert_eq!(Field::of(FieldId::Ssid).decode(&[u16::MAX; 16]), Ok(Scalar::Text(String::new())));
}

#[test]
fn a_float_that_is_not_a_number_is_no_reading() {
    for bits in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let bits = bits.to_bits();
        let words = [(bits & 0xffff) as u16, (bits >> 16) as u16];
        assert!(Field::of(FieldId::Altitude).decode(&words).is_err());
    }
}

#[test]
fn one_word_changed_changes_at_most_its_row() {
    let mut readings = Readings::default();
    for field in FIELDS {
        readings.set(field.id, Some(edges(field).swap_remove(1)));
    }
    let words = readings.to_words(0..264).unwrap().unwrap();
    for place in 0..words.len() {
        for word in [0, 1, 2, 300, 0x7fff, 0x8000, 0xfffe, 0xffff] {
            let mut changed = words.clone();
            changed[place] = word;
            let mut read = Readings::default();
            read.read_words(0, &changed);
            for field in FIELDS {
                let register = field.register;
                let holds =
                    (register.address..register.end()).contains(&u16::try_from(place).unwrap());
                let same = read.reported(field.id) == readings.reported(field.id);
                assert!(holds || same, "{word} in register {place} changed {}", field.path);
            }
        }
    }
}

#[test]
fn a_name_cut_inside_a_character_is_decoded_without_an_error() {
    let field = Field::of(FieldId::DeviceName);
    let words = field.encode(&Scalar::Text("NRGkick 🔌⚡\u{fe0f}".into())).unwrap();
    let Ok(Scalar::Text(name)) = field.decode(&words) else { panic!("no text") };
    assert!(name.starts_with("NRGkick 🔌⚡"), "{name}");
}

#[test]
fn blocks_of_words_become_readings_and_readings_blocks() {
    let mut readings = Readings::default();
    for field in FIELDS {
        readings.set(field.id, Some(edges(field).swap_remove(1)));
    }
    let words = readings.to_words(0..264).unwrap().unwrap();
    let mut back = Readings::default();
    back.read_words(0, &words);
    assert_eq!(back, readings);

    let mut part = Readings::default();
    part.read_words(195, &words[195..198]);
    let known: Vec<_> = part.iter().map(|(field, _)| field.id).collect();
    assert_eq!(known, [FieldId::ChargePause, FieldId::EnergyLimit]);
    assert_eq!(readings.to_words(197..198).unwrap(), None, "cuts a row");
}

#[test]
fn optional_rows_are_the_modems() {
    let optional: Vec<_> = FIELDS
        .iter()
        .filter(|field| field.presence != Presence::Always)
        .map(|field| field.register.address)
        .collect();
    assert_eq!(optional, [80, 88, 96, 112, 113, 114, 116, 118, 120, 186]);
}

#[test]
fn writable_rows_are_the_documented_four() {
    let writable: Vec<_> =
        FIELDS.iter().filter(|f| f.access == Access::Write).map(|f| f.register.address).collect();
    assert_eq!(writable, [194, 195, 196, 198]);
}
