//! What the address bar asks of a display, and what of it is not understood.

use super::night::Night;
use crate::theme::Theme;
use crate::words::kiosk as words;

/// The parameter with the time in which a display that rests is dim.
pub(super) const NIGHT: &str = "night";

/// What a display is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Whether it may be unlocked.
    pub wants_control: bool,
    /// When it is dim.
    pub night: Night,
    /// In words, what is not understood, and what holds instead.
    pub wrong: Vec<String>,
}

impl Request {
    /// Reads the values of the parameters `kiosk`, `night` and `theme`.
    pub fn parse(mode: &str, night: Option<&str>, theme: Option<&str>) -> Self {
        let mut wrong = Vec::new();
        let wants_control = mode == "control";
        if !wants_control && !mode.is_empty() {
            wrong.push(words::unknown_mode(&short(mode)));
        }
        let parsed = night.map(|text| (text, Night::parse(text)));
        if let Some((text, None)) = parsed {
            wrong.push(words::unknown_night(&short(text)));
        }
        if let Some(theme) = theme.filter(|theme| Theme::named(theme).is_none()) {
            wrong.push(words::unknown_theme(&short(theme)));
        }
        let night = parsed.and_then(|(_, night)| night).unwrap_or_default();
        Self { wants_control, night, wrong }
    }
}

/// As much of `text` as names it.
fn short(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control()).take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_only_shows_unless_it_is_asked_for_control() {
        let shows = Request::parse("", None, None);
        assert!(!shows.wants_control && shows.wrong.is_empty());
        let controls = Request::parse("control", Some("off"), Some("dark"));
        assert!(controls.wants_control && controls.wrong.is_empty());
        assert_eq!(controls.night, Night::Never);
    }

    #[test]
    fn what_is_not_understood_is_named_and_gives_nothing_away() {
        for mode in ["nonsense", "Control", "control ", "1", "true"] {
            let request = Request::parse(mode, None, None);
            assert!(!request.wants_control, "{mode}");
            assert!(request.wrong[0].contains(&format!("“kiosk={mode}”")), "{:?}", request.wrong);
        }
        let request = Request::parse("control", Some("9 pm"), Some("purple"));
        assert_eq!(request.night, Night::default());
        assert_eq!(request.wrong.len(), 2);
        assert!(request.wrong[0].contains("“night=9 pm”"), "{:?}", request.wrong);
        assert!(request.wrong[1].contains("“theme=purple”"), "{:?}", request.wrong);
        let long = Request::parse(&"\u{202e}\n🔌".repeat(500), None, None);
        assert!(long.wrong[0].chars().count() < 150, "{:?}", long.wrong);
    }
}
