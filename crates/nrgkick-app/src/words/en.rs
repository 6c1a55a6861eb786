//! English.
//!
//! Names are the usual technical terms; advice is limited to what a person at the charger can do:
//! anything about the installation goes to an electrician.

pub mod accounts;
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
/// Shown in place of a missing value.
pub const NONE: &str = "—";

/// Reason for a lock through a gateway that only reads.
pub const READ_ONLY: &str = "This proxy only reads; changes are switched off.";
/// Reason for a lock while the charger does not answer.
pub const NO_ANSWER: &str = "No answer: nothing can be changed.";
/// Returns the text for a change that did not reach the charger; `reason` is a whole sentence.
pub fn nothing_changed(reason: &str) -> String {
    const NOTHING: &str = "Nothing was changed";
    if reason.starts_with(NOTHING) { reason.to_owned() } else { format!("{NOTHING}. {reason}") }
}

/// Reason why a change was not sent.
pub const NOT_LOADED: &str = "Nothing was sent: a part of this page has not come. Try again.";
/// Shown in place of a chunk that is not loaded.
pub const PART_MISSING: &str = "This part of the page has not come yet. It is asked for again by itself. \
                          If that does not help, reload the page.";
/// Reason for a lock while another charger answers.
pub const OTHER_CHARGER_LOCKED: &str = "Another charger: confirm it above first.";
/// The button that confirms another charger.
pub const CONFIRM_OTHER_CHARGER: &str = "It is the right one";
/// Shown while the state is unknown.
pub const STATE_UNKNOWN: &str = "Not known";
/// Heading over the consequences of documents that could not be read.
pub const INCOMPLETE: &str = "The charger has not told everything yet.";
/// The consequence of a missing `/info`.
pub const NO_INFO: &str = "Its name, its attachment and its rated current are not known: no more \
                           than 16 A can be set until they are.";
/// The consequence of missing `/control`.
pub const NO_SETTINGS: &str = "Its settings are not known: nothing can be changed until they are.";
/// Heading of the warning about a charger without a password.
pub const UNPROTECTED: &str = "This charger takes commands without a password.";
/// The advice in that warning.
pub const SET_PASSWORD: &str = "Any web page that is opened in this network can switch it. Set a user \
                            and a password in the NRGkick app: Extended, Local API, \
                            Authentication (JSON). Then start the proxy with them.";

/// Reason for a lock while the settings are from an `age` ago or, if that is empty, while all
/// values are old. It fits the one line that is reserved for it on a phone.
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

/// Heading over the house's own value.
pub const HOUSE: &str = "House";
/// Label of the house's load in the overview.
pub const HOUSE_TAKES: &str = "The house takes";
/// Heading over values that are only parts of others.
pub const PARTS: &str = "Parts of other values";

/// Returns the name of a kind of device.
pub const fn device(section: Section) -> &'static str {
    match section {
        Section::Inverters => "Inverter",
        Section::EnergyMeters => "Energy meter",
        Section::Batteries => "Battery",
        Section::SmartLoads => "Smart load",
    }
}

/// Returns the word for a yes or no.
pub const fn flag(flag: bool) -> &'static str {
    if flag { "Yes" } else { "No" }
}

/// Shown under every alert.
pub const RETRY: &str = "The page keeps trying.";

/// Capitalises `text` for the start of a sentence.
pub fn upper_first(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Lowers the first letter of `name` for use inside a sentence; abbreviations keep their capitals.
pub fn lower_first(name: &str) -> String {
    let mut name = name.to_owned();
    let word = name.as_bytes().get(1).is_some_and(u8::is_ascii_lowercase);
    if let (true, Some(first)) = (word, name.get_mut(..1)) {
        first.make_ascii_lowercase();
    }
    name
}
