//! English.
//!
//! Names are the trade's; advice says what a person at the charger can do and never more than
//! that: whatever concerns the installation goes to an electrician.

mod advice;
mod codes;
mod faults;
mod remedy;
mod unlisted;

use nrgkick_model::custom_api::Section;

pub use advice::{Advice, advice};
pub use codes::{code, heading};
pub use faults::{FaultText, error, residual_current, warning};
pub use remedy::Remedy;

/// The strip over every screen when nothing is real.
pub const SIMULATED: &str = "Simulated charger. These values are not real.";
/// Stands where there is no value.
pub const NONE: &str = "—";

/// Why nothing can be changed through a gateway that only reads.
pub const READ_ONLY: &str = "This proxy only reads; changes are switched off.";
/// Why nothing can be changed while the charger is away.
pub const NO_ANSWER: &str = "No answer: nothing can be changed.";
/// The text for a change that did not reach the charger; `reason` is a whole sentence.
pub fn nothing_changed(reason: &str) -> String {
    const NOTHING: &str = "Nothing was changed";
    if reason.starts_with(NOTHING) { reason.to_owned() } else { format!("{NOTHING}. {reason}") }
}

/// Why a change was not even sent.
pub const NOT_LOADED: &str = "Nothing was sent: a part of this page has not come. Try again.";
/// Stands where a chunk has not come.
pub const PART_MISSING: &str = "This part of the page has not come yet. It is asked for again by itself. \
                          If that does not help, reload the page.";
/// Why nothing can be changed while another charger answers.
pub const OTHER_CHARGER_LOCKED: &str = "Another charger: confirm it above first.";
/// The button that confirms another charger.
pub const CONFIRM_OTHER_CHARGER: &str = "It is the right one";
/// Stands where the state cannot be known.
pub const STATE_UNKNOWN: &str = "Not known";
/// Stands over the consequences of documents that could not be read.
pub const INCOMPLETE: &str = "The charger has not told everything yet.";
/// The consequence of a missing `/info`.
pub const NO_INFO: &str = "Its name, its attachment and its rated current are not known: no more \
                           than 16 A can be set until they are.";
/// The consequence of missing `/control`.
pub const NO_SETTINGS: &str = "Its settings are not known: nothing can be changed until they are.";
/// Stands over the warning about a charger without a password.
pub const UNPROTECTED: &str = "This charger takes commands without a password.";
/// The advice in that warning.
pub const SET_PASSWORD: &str = "Any web page that is opened in this network can switch it. Set a user \
                            and a password in the NRGkick app: Extended, Local API, \
                            Authentication (JSON). Then start the proxy with them.";

/// Why nothing can be changed while the settings are from an `age` ago or, where that is empty,
/// while all values are old. It fits the one line that is kept free for it on a phone.
pub fn old_settings(age: &str) -> String {
    match age {
        "" => "Old values: nothing can be changed now.".to_owned(),
        age => format!("Settings are from {age}: locked for now."),
    }
}

/// The text about a charger with the serial number `found` in place of the expected `meant`.
pub fn other_charger(found: &str, meant: &str) -> String {
    format!(
        "Its serial number is {found}; the one that this page knows here is {meant}. Nothing can \
         be changed until you confirm it."
    )
}

/// Asks for the charger's address.
pub const ENTER_ADDRESS: &str = "Enter the address of your NRGkick. It must be on, in the same network, and \
                       its JSON API switched on in the NRGkick app: Extended, Local API, JSON API.";

/// Stands over the house's own value.
pub const HOUSE: &str = "House";
/// The house's load at a glance.
pub const HOUSE_TAKES: &str = "The house takes";
/// Stands over values that are only parts of others.
pub const PARTS: &str = "Parts of other values";

/// A device that the charger can be told about.
pub const fn device(section: Section) -> &'static str {
    match section {
        Section::Inverters => "Inverter",
        Section::EnergyMeters => "Energy meter",
        Section::Batteries => "Battery",
        Section::SmartLoads => "Smart load",
    }
}

/// The word for a yes or no.
pub const fn flag(flag: bool) -> &'static str {
    if flag { "Yes" } else { "No" }
}

/// Stands under every alert.
pub const RETRY: &str = "The page keeps trying.";

/// `text` as it begins a sentence.
pub fn upper_first(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// `name` as it stands inside a sentence; abbreviations keep their capitals.
pub fn lower_first(name: &str) -> String {
    let mut name = name.to_owned();
    let word = name.as_bytes().get(1).is_some_and(u8::is_ascii_lowercase);
    if let (true, Some(first)) = (word, name.get_mut(..1)) {
        first.make_ascii_lowercase();
    }
    name
}
