//! The browser's knowledge about the language in use: plural forms, decimal sign, dates.

use std::cell::Cell;

use js_sys::{Array, Date, Intl, Number, Object, Reflect};

/// Set if there is a browser to ask.
const IS_BROWSER: bool = cfg!(target_arch = "wasm32");

thread_local! {
    static TAG: Cell<&'static str> = const { Cell::new("en") };
    static DECIMAL: Cell<char> = const { Cell::new('.') };
}

/// Follows the language and country of `tag`.
pub(super) fn adopt(tag: &'static str) {
    TAG.set(tag);
    if IS_BROWSER {
        let shown = String::from(Number::from(1.5).to_locale_string(tag));
        DECIMAL.set(shown.chars().find(|sign| !sign.is_ascii_digit()).unwrap_or('.'));
    }
}

/// The sign between a number and its decimals.
pub fn decimal_sign() -> char {
    DECIMAL.get()
}

/// The plural category of `count` in the language in use. On a host English.
#[expect(clippy::cast_precision_loss, reason = "a category of so large a number is that of all")]
pub(super) fn category(count: u64) -> &'static str {
    if !IS_BROWSER {
        return if count == 1 { "one" } else { "other" };
    }
    let tags = Array::of1(&TAG.get().into());
    let found = String::from(Intl::PluralRules::new(&tags, &Object::new()).select(count as f64));
    ["zero", "one", "two", "few", "many"]
        .into_iter()
        .find(|category| *category == found)
        .unwrap_or("other")
}

/// A time of the form `2026-11-28T17:20:00Z` in the time zone of this device and as the language
/// writes it. On a host unchanged.
pub fn local_time(rfc3339: &str) -> String {
    localised(rfc3339, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// The same, of which only the time of day is told.
pub fn local_clock(rfc3339: &str) -> String {
    localised(rfc3339, &[("timeStyle", "short")])
}

/// The name of a month with its year. On a host as `2026-11`.
pub fn month_name(month: &str) -> String {
    // The same for everybody: it is no moment.
    let options = [("month", "long"), ("year", "numeric"), ("timeZone", "UTC")];
    if IS_BROWSER {
        localised(&format!("{month}-15T12:00:00Z"), &options)
    } else {
        month.to_owned()
    }
}

fn localised(rfc3339: &str, choices: &[(&str, &str)]) -> String {
    if !IS_BROWSER {
        return rfc3339.to_owned();
    }
    let options = Object::new();
    for (key, value) in choices {
        // A plain object takes any key.
        let _ = Reflect::set(&options, &(*key).into(), &(*value).into());
    }
    let date = Date::new(&rfc3339.into());
    date.to_locale_string(TAG.get(), &options).into()
}
