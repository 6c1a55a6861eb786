//! The texts of the page.
//!
//! Every message is a function that `build/words.rs` writes from `i18n/en.json`, in a module named
//! by the part of its key before the first dot. It returns the message in the language in use;
//! `…` until that has come, unless the page must never be mute about it. Codes and errors have
//! their words by exhaustive matches, so that a missing one does not compile.
//!
//! Not here: fetching a language ([`translation`](crate::translation)), and numbers
//! ([`format`](mod@crate::format)).

mod codes;
mod faults;
mod language;
mod locale;
mod remedy;
mod request_advice;
mod table;

use messages::Argument;
use nrgkick_model::custom_api::{DeviceField, Section};
use nrgkick_model::field::Field;

pub use codes::{code, heading};
pub use faults::{FaultText, error, residual_current, warning};
pub use language::Language;
pub use locale::{decimal_sign, local_clock, local_time, month_name};
pub use remedy::Remedy;
pub use request_advice::{Advice, advice};
pub use table::{adopt, language as used_language, parse};

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// Shown in place of a missing value.
pub const NONE: &str = "—";

/// The message at `index` in the file of words; `None` where it has not come.
pub fn at(index: usize) -> Option<&'static str> {
    table::found(index)
}

fn plain(index: usize) -> &'static str {
    table::get(index)
}

fn filled(index: usize, values: &[(&str, &str)]) -> String {
    let values: Vec<_> = values.iter().map(|(name, text)| (*name, Argument::Text(text))).collect();
    messages::fill(table::get(index), &values)
}

fn counted(index: usize, values: &[(&str, &str)], name: &str, count: u64) -> String {
    let number = count.to_string();
    let mut all = vec![(name, Argument::Count(&number, locale::category(count)))];
    all.extend(values.iter().map(|(name, text)| (*name, Argument::Text(text))));
    messages::fill(table::get(index), &all)
}

/// The name of a value of the charger.
pub fn label(field: &Field) -> &'static str {
    plain(FIELDS_AT + field.id as usize * 2)
}

/// The explanation of a value of the charger.
pub fn about(field: &Field) -> &'static str {
    plain(FIELDS_AT + field.id as usize * 2 + 1)
}

/// The name of a value that `custom-api` passes to the charger.
pub fn device_label(field: &DeviceField) -> &'static str {
    plain(DEVICE_FIELDS_AT + field.id as usize * 2)
}

/// The explanation of a value that `custom-api` passes to the charger.
pub fn device_about(field: &DeviceField) -> &'static str {
    plain(DEVICE_FIELDS_AT + field.id as usize * 2 + 1)
}

/// Returns the name of a kind of device.
pub fn device(section: Section) -> &'static str {
    match section {
        Section::Inverters => sources::inverters(),
        Section::EnergyMeters => sources::energy_meters(),
        Section::Batteries => sources::batteries(),
        Section::SmartLoads => sources::smart_loads(),
    }
}

/// Returns the word for a yes or no.
pub fn flag(flag: bool) -> &'static str {
    if flag { common::yes() } else { common::no() }
}

/// Returns the text for a change that did not reach the charger; `reason` is a whole sentence.
pub fn nothing_changed(reason: &str) -> String {
    // Gateways begin so where they know it, in English.
    if reason.starts_with("Nothing was changed") {
        return reason.to_owned();
    }
    control::nothing_changed(reason)
}

/// `name` for use inside a sentence: with a small first letter, where the language writes nouns so;
/// abbreviations keep their capitals.
fn in_sentence(name: &str) -> String {
    let mut name = name.to_owned();
    let is_word = name.as_bytes().get(1).is_some_and(u8::is_ascii_lowercase);
    if let (true, "no", Some(first)) = (is_word, capitals(), name.get_mut(..1)) {
        first.make_ascii_lowercase();
    }
    name
}

/// An error in the words of the state.
pub fn error_state(name: &str) -> String {
    state::error(&in_sentence(name))
}

/// A warning in the words of the state.
pub fn warning_state(name: &str) -> String {
    state::warning(&in_sentence(name))
}

#[cfg(test)]
mod tests {
    use nrgkick_model::field::FieldId;

    use super::*;

    #[test]
    fn rows_have_the_words_of_the_table() {
        let field = Field::of(FieldId::EnergyLimit);
        assert_eq!((label(field), about(field)), (field.label(), field.about()));
        let field = &nrgkick_model::custom_api::FIELDS[27];
        assert_eq!((device_label(field), device_about(field)), (field.label, field.about));
    }

    #[test]
    fn a_number_chooses_its_form() {
        assert_eq!(state::charging_on(1), "Charging on 1 phase");
        assert_eq!(state::charging_on(3), "Charging on 3 phases");
        assert_eq!(sources::times(1), "once");
    }

    #[test]
    fn names_are_lowered_inside_a_sentence_and_abbreviations_are_not() {
        assert_eq!(error_state("Too hot"), "Error: too hot");
        assert_eq!(warning_state("CEE plug"), "Warning: CEE plug");
        assert_eq!(error_state("32 A attachment"), "Error: 32 A attachment");
    }
}
