//! Escapes log events: text from outside cannot begin a line or control a terminal.

/// Escapes every control character, line separator and character that changes the direction of
/// text. With `has_colours` the escape character stays: the formatter writes it for its own
/// colours, and has already escaped it in text from outside.
pub(super) fn one_line(event: &str, has_colours: bool) -> String {
    let text = event.strip_suffix('\n').unwrap_or(event);
    let mut line = String::with_capacity(text.len() + 1);
    for character in text.chars() {
        if steers(character) && !(has_colours && character == '\u{1b}') {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line.push('\n');
    line
}

fn steers(character: char) -> bool {
    let is_separator = matches!(character, '\u{2028}' | '\u{2029}');
    let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || is_separator || turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_stays_one_line() {
        for (event, line) in [
            ("plain ünïcödé\n", "plain ünïcödé\n"),
            ("a\n2026 ERROR forged\r\n", "a\\n2026 ERROR forged\\r\n"),
            ("a\u{1b}[2J\u{9b}1A\0\u{7f}\t\n", "a\\u{1b}[2J\\u{9b}1A\\u{0}\\u{7f}\\t\n"),
            ("a\u{2028}b\u{202e}c", "a\\u{2028}b\\u{202e}c\n"),
            ("", "\n"),
        ] {
            assert_eq!(one_line(event, false), line);
        }
        assert_eq!(
            one_line("\u{1b}[32mINFO\u{1b}[0m a\nb\n", true),
            "\u{1b}[32mINFO\u{1b}[0m a\\nb\n"
        );
    }
}
