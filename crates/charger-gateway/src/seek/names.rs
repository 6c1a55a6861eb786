//! The name of a charger that was found, as it stands in `/c/NAME/…`.

use crate::args::{AUTO, UNNAMED};

/// The longest that a name can be, in bytes.
const LONGEST: usize = 32;

/// A name made of what its user calls it, which differs from all that are `taken`.
pub(super) fn entry_name(device: &str, taken: &[String]) -> String {
    let mut name = String::new();
    for character in device.chars().take(LONGEST) {
        if character.is_ascii_alphanumeric() {
            name.push(character.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
    }
    let name = name.trim_end_matches('-');
    let name = if name.is_empty() { UNNAMED } else { name };
    let is_free = |name: &str| name != AUTO && taken.iter().all(|taken| taken != name);
    if is_free(name) {
        return name.to_owned();
    }
    let numbered = |number: usize| {
        let suffix = format!("-{number}");
        let end = name.len().min(LONGEST - suffix.len());
        format!("{}{suffix}", name.get(..end).unwrap_or(UNNAMED))
    };
    // Of so many names one is not taken.
    (2..taken.len() + 4).map(numbered).find(|name| is_free(name)).unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::NamedAddress;

    #[test]
    fn every_name_is_one_that_an_owner_could_have_given() {
        for (device, expected) in [
            ("Garage", "garage"),
            ("NRGkick 🔌⚡️", "nrgkick"),
            ("Tür links, 2. OG", "t-r-links-2-og"),
            ("🔌", "charger"),
            ("", "charger"),
            ("../../etc/passwd", "etc-passwd"),
            ("<b>=\"x\"", "b-x"),
            ("AUTO", "auto-2"),
        ] {
            let name = entry_name(device, &[]);
            assert_eq!(name, expected);
            assert!(format!("{name}=x").parse::<NamedAddress>().is_ok(), "{name}");
        }
        let long = entry_name(&"x".repeat(300), &[]);
        assert_eq!(long.len(), 32);
        assert_eq!(entry_name(&"x".repeat(300), &[long]), format!("{}-2", "x".repeat(30)));
    }

    #[test]
    fn two_chargers_of_one_name_are_told_apart() {
        let mut taken = Vec::new();
        for expected in ["nrgkick", "nrgkick-2", "nrgkick-3"] {
            let name = entry_name("NRGkick", &taken);
            assert_eq!(name, expected);
            taken.push(name);
        }
    }
}
