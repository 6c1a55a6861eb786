//! Cleans strings of a device for display and logs.

/// Removes invisible parts of `text`: it is cut at the first NUL after a character, and control
/// characters and marks that change the direction of writing are removed.
///
/// NULs before anything else are skipped, as a JSON string has no padding.
pub fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\0' if cleaned.is_empty() => {}
            '\0' => break,
            _ if character.is_control() || turns_direction(character) => {}
            _ => cleaned.push(character),
        }
    }
    cleaned
}

/// Reads the text of a register string: up to the first NUL, without 0xFF padding. A character that
/// the end of the registers cuts is removed.
pub(crate) fn from_padded(bytes: impl Iterator<Item = u8>) -> String {
    let bytes: Vec<u8> =
        bytes.take_while(|byte| *byte != 0).filter(|byte| *byte != u8::MAX).collect();
    clean(String::from_utf8_lossy(&bytes).trim_end_matches(char::REPLACEMENT_CHARACTER))
}

/// Unicode's `Bidi_Control`.
const fn turns_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_goes_and_emoji_stay() {
        for (text, cleaned) in [
            ("NRGkick 🔌⚡\u{fe0f}", "NRGkick 🔌⚡\u{fe0f}"),
            ("\0\u{7}\u{202e}garage\u{202c}WW", "garageWW"),
            ("Gar\u{1}\u{1b}[31mage\u{7f}\u{85}\n", "Gar[31mage"),
            ("a\u{2066}b\u{2069}c\u{200f}d\u{200e}e\u{61c}f", "abcdef"),
            ("👨\u{200d}👩", "👨\u{200d}👩"),
            ("old\0name", "old"),
            ("", ""),
        ] {
            assert_eq!(clean(text), cleaned, "{text:?}");
        }
    }

    #[test]
    fn padding_of_registers_goes() {
        let read = |bytes: &[u8]| from_padded(bytes.iter().copied());
        assert_eq!(read(b"garage\0old"), "garage");
        assert_eq!(read(b"garage\xff\xff\xff"), "garage");
        assert_eq!(read(b"\0garage"), "", "an empty string begins with its end");
        assert_eq!(read(&[0xff; 8]), "");
        assert_eq!(read("NRGkick 🔌".as_bytes().split_last().unwrap().1), "NRGkick ");
        assert_eq!(read(b"gar\xe4ge"), "gar\u{fffd}ge", "Latin-1 in the middle is told");
    }
}
