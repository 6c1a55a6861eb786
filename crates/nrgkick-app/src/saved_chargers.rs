//! The list of chargers that this device keeps where no gateway has one: name and address of each.
//!
//! Plain logic over texts. A password is never part of it. Not here: keeping it
//! ([`store`](crate::store)).

use nrgkick_model::text::clean;

use crate::words::chargers as words;
use crate::{address, format};

/// The most chargers in the list; each is asked while it is shown.
const MOST: usize = 32;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 200;

/// Between address and name in what is kept. No name has it.
const BREAK: char = '\t';

/// A charger in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCharger {
    /// Its origin, which is in the list once.
    pub origin: String,
    /// The name that the user gave it; empty where none was given.
    pub name: String,
}

impl SavedCharger {
    /// The name, or else the address.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.origin } else { &self.name }
    }
}

/// The list in `text`. What is no charger is left out.
pub fn parse(text: &str) -> Vec<SavedCharger> {
    let mut list: Vec<SavedCharger> = Vec::new();
    for line in text.lines() {
        let (origin, name) = line.split_once(BREAK).unwrap_or((line, ""));
        let Ok(origin) = address::origin(origin) else { continue };
        if list.iter().all(|known| known.origin != origin) && list.len() < MOST {
            list.push(SavedCharger { origin, name: name_of(name) });
        }
    }
    list
}

/// `list` as [`parse`] reads it, one charger a line.
pub fn write(list: &[SavedCharger]) -> String {
    let lines: Vec<_> =
        list.iter().map(|charger| format!("{}{BREAK}{}", charger.origin, charger.name)).collect();
    lines.join("\n")
}

/// What a user typed as a charger of `list`, in place of the one at `instead`.
///
/// # Errors
/// A sentence that names what is wrong.
pub fn typed(
    list: &[SavedCharger],
    instead: Option<&str>,
    name: &str,
    address: &str,
) -> Result<SavedCharger, String> {
    let origin = address::origin(address)?;
    let name = name_of(name);
    let others = || list.iter().filter(|other| Some(&*other.origin) != instead);
    if let Some(same) = others().find(|other| other.origin == origin) {
        return Err(words::twice_address(&format::short(same.label())));
    }
    if !name.is_empty() && others().any(|other| other.name == name) {
        return Err(words::twice_name(&format::short(&name)));
    }
    if instead.is_none() && list.len() >= MOST {
        return Err(words::full(&MOST.to_string()));
    }
    Ok(SavedCharger { origin, name })
}

/// A name without what nobody sees, and without what would turn the text around it.
fn name_of(typed: &str) -> String {
    let cleaned: String = clean(typed).trim().chars().take(LONGEST_NAME).collect();
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn charger(origin: &str, name: &str) -> SavedCharger {
        SavedCharger { origin: origin.into(), name: name.into() }
    }

    #[test]
    fn what_is_written_is_read_again_and_what_is_broken_is_left_out() {
        let list = [
            charger("http://192.168.1.50", "Garage, links"),
            charger("http://192.168.1.51:8080", ""),
            charger("http://nrgkick.local", "שלום 🔌⚡️"),
        ];
        assert_eq!(parse(&write(&list)), list);
        let broken = "not an address\tGarage\n\nhttp://192.168.1.50\tA\n192.168.1.50/\tB\n\tC";
        assert_eq!(parse(broken), [charger("http://192.168.1.50", "A")]);
        assert_eq!(parse(""), []);
        let many: String = (1..100).map(|host| format!("http://192.168.1.{host}\n")).collect();
        assert_eq!(parse(&many).len(), MOST);
    }

    #[test]
    fn a_name_loses_what_nobody_sees_and_keeps_the_rest() {
        let name = |typed: &str| super::typed(&[], None, typed, "192.168.1.50").unwrap().name;
        assert_eq!(name(" Garage\n\t\u{202e}links\u{202c} "), "Garagelinks");
        assert_eq!(name("חניה 🔌⚡️"), "חניה 🔌⚡️");
        assert_eq!(name(&"⚡".repeat(300)), "⚡".repeat(LONGEST_NAME));
        let long = charger("http://192.168.1.50", &name(&"שׁ⚡".repeat(100)));
        assert_eq!(parse(&write(std::slice::from_ref(&long))), [long]);
    }

    #[test]
    fn an_address_or_a_name_is_there_once() {
        let list = [charger("http://192.168.1.50", "Garage"), charger("http://192.168.1.51", "")];
        let add = |name: &str, address: &str| typed(&list, None, name, address);
        assert!(add("Yard", "HTTP://192.168.1.50:80/").unwrap_err().contains("Garage"));
        assert!(add("", "192.168.1.51").unwrap_err().contains("192.168.1.51"), "by its address");
        assert!(add("Garage", "192.168.1.52").unwrap_err().contains("Garage"));
        assert!(add("Yard", "192.168.1.500").unwrap_err().contains("192.168.1.500"));
        assert!(add("", "192.168.1.52").is_ok(), "two without a name have their addresses");
        let same = typed(&list, Some("http://192.168.1.50"), "Garage", "192.168.1.50").unwrap();
        assert_eq!(same, list[0], "it is not in its own way");
    }

    #[test]
    fn the_list_has_an_end() {
        let list: Vec<_> =
            (0..MOST).map(|host| charger(&format!("http://192.168.1.{host}"), "")).collect();
        assert!(typed(&list, None, "", "192.168.2.1").is_err());
        assert!(typed(&list, Some("http://192.168.1.1"), "Yard", "192.168.1.1").is_ok());
    }
}
