//! Choices that are stored on this device. Without storage the page forgets; only the PIN of a
//! display says so, as nobody should rely on one that is not there.
//!
//! A password is kept only after the user asked for it, and with the one origin it belongs to.

use web_sys::Storage;

use crate::browser;

const CHARGER: &str = "nrgkick-web.charger";
const CHARGERS: &str = "nrgkick-web.chargers";
const OWNER: &str = "nrgkick-web.credentials-for";
const USERNAME: &str = "nrgkick-web.username";
const PASSWORD: &str = "nrgkick-web.password";
const SERIAL: &str = "nrgkick-web.serial.";
const PHASE_REFUSAL: &str = "nrgkick-web.phase-refusal.";
const LANGUAGE: &str = "nrgkick-web.language";
const TARIFF: &str = "nrgkick-web.tariff";
const THEME: &str = "nrgkick-web.theme";
const PIN: &str = "nrgkick-web.kiosk-pin";
const WRONG_PINS: &str = "nrgkick-web.kiosk-wrong-pins";

/// User name and password for one origin; a gateway's token is a password without a user.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The only origin that they are sent to.
    pub origin: String,
    /// User name.
    pub username: String,
    /// Password.
    pub password: String,
}

impl Credentials {
    /// A gateway's token.
    pub const fn token(origin: String, token: String) -> Self {
        Self { origin, username: String::new(), password: token }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("origin", &self.origin).finish_non_exhaustive()
    }
}

fn storage() -> Option<Storage> {
    browser::window()?.local_storage().ok()?
}

fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

fn set(key: &str, value: Option<&str>) {
    if let Some(storage) = storage() {
        // Full or forbidden storage means that the page forgets; it works all the same.
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

/// The charger's own words when it last refused to switch phases, by its serial number.
pub fn phase_refusal(serial: &str) -> Option<String> {
    get(&format!("{PHASE_REFUSAL}{serial}"))
}

/// Keeps the words with which the charger with `serial` refused to switch phases; `None` forgets
/// them.
pub fn set_phase_refusal(serial: &str, words: Option<&str>) {
    set(&format!("{PHASE_REFUSAL}{serial}"), words);
}

/// The origin of the charger that was saved.
pub fn charger() -> Option<String> {
    get(CHARGER)
}

/// Keeps the origin of the charger.
pub fn set_charger(origin: &str) {
    set(CHARGER, Some(origin));
}

/// The list of chargers that was kept, as [`saved_chargers`](crate::saved_chargers) writes it.
pub fn chargers() -> String {
    of_tab().or_else(|| get(CHARGERS)).unwrap_or_default()
}

/// Keeps the list of chargers. Without storage the tab keeps it until it is closed.
pub fn set_chargers(list: &str) {
    let is_kept = storage().is_some_and(|storage| storage.set_item(CHARGERS, list).is_ok());
    if let (true, Some(window)) = (!is_kept || of_tab().is_some(), browser::window()) {
        let name = if is_kept { String::new() } else { format!("{CHARGERS}\n{list}") };
        // The name of a window cannot be refused.
        let _ = window.set_name(&name);
    }
}

/// The list that the tab keeps, because the storage did not take it. A tab keeps its name from page
/// to page of one site; to choose a charger is to open another page.
pub fn of_tab() -> Option<String> {
    let name = browser::window()?.name().ok()?;
    name.strip_prefix(CHARGERS)?.strip_prefix('\n').map(str::to_owned)
}

/// The credentials that were kept for `origin`; `None` for any other origin.
pub fn credentials(origin: &str) -> Option<Credentials> {
    let owner = get(OWNER).filter(|owner| owner == origin)?;
    Some(Credentials { origin: owner, username: get(USERNAME)?, password: get(PASSWORD)? })
}

/// Keeps `credentials`, or forgets what was kept.
pub fn set_credentials(credentials: Option<&Credentials>) {
    // The owner goes first and comes last, so that no password ever stands under another's name.
    set(OWNER, None);
    set(USERNAME, credentials.map(|credentials| credentials.username.as_str()));
    set(PASSWORD, credentials.map(|credentials| credentials.password.as_str()));
    set(OWNER, credentials.map(|credentials| credentials.origin.as_str()));
}

/// The serial number of the charger that was confirmed at the endpoint with `key`.
pub fn serial(key: &str) -> Option<String> {
    get(&format!("{SERIAL}{key}"))
}

/// Keeps the serial number of the charger that was confirmed at the endpoint with `key`.
pub fn set_serial(key: &str, serial: &str) {
    set(&format!("{SERIAL}{key}"), Some(serial));
}

/// The code of the language that was saved.
pub fn language() -> Option<String> {
    get(LANGUAGE)
}

/// Keeps the code of the language; `None` forgets it.
pub fn set_language(code: Option<&str>) {
    set(LANGUAGE, code);
}

/// The name of the theme that was saved.
pub fn theme() -> Option<String> {
    get(THEME)
}

/// Keeps the name of the theme.
pub fn set_theme(name: &str) {
    set(THEME, Some(name));
}

/// The browser keeps nothing for this page: its storage is switched off or full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotKept;

/// The owner's tariff, as [`record`](crate::record::tariff) writes it.
pub fn tariff() -> String {
    get(TARIFF).unwrap_or_default()
}

/// Keeps the owner's tariff.
///
/// # Errors
/// [`NotKept`].
pub fn set_tariff(tariff: &str) -> Result<(), NotKept> {
    storage().ok_or(NotKept)?.set_item(TARIFF, tariff).or(Err(NotKept))
}

/// The PIN of the display as it was kept, unencrypted.
///
/// # Errors
/// [`NotKept`].
pub fn pin() -> Result<Option<String>, NotKept> {
    storage().ok_or(NotKept)?.get_item(PIN).or(Err(NotKept))
}

/// Keeps the PIN of the display; `None` forgets it. Wrong ones are forgotten either way.
///
/// # Errors
/// [`NotKept`].
pub fn set_pin(pin: Option<&str>) -> Result<(), NotKept> {
    let storage = storage().ok_or(NotKept)?;
    let done = match pin {
        Some(pin) => storage.set_item(PIN, pin),
        None => storage.remove_item(PIN),
    };
    done.or(Err(NotKept))?;
    set_wrong_pins(0);
    Ok(())
}

/// How many wrong PINs were entered since the last right one.
pub fn wrong_pins() -> u32 {
    get(WRONG_PINS).and_then(|count| count.parse().ok()).unwrap_or_default()
}

/// Keeps how many wrong PINs were entered.
pub fn set_wrong_pins(count: u32) {
    set(WRONG_PINS, Some(count.to_string()).filter(|_| count > 0).as_deref());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It runs before the program, and chooses the same language and charger.
    #[test]
    fn the_first_script_reads_what_is_kept_here() {
        let script = include_str!("../boot.js");
        for key in [CHARGER, LANGUAGE] {
            assert!(script.contains(&format!("saved('{key}')")), "{key}");
        }
    }
}
