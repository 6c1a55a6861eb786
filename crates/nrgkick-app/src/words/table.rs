//! The messages in use.

use std::cell::Cell;

use messages::Pack;
use serde_json::Value;

use super::{COUNT, ENGLISH, Language, VERSION, locale};

/// Shown in place of a message that has not come.
const AWAITED: &str = "…";

thread_local! {
    static TEXTS: Cell<&'static [&'static str]> = Cell::new(english());
    static LANGUAGE: Cell<Option<Language>> = const { Cell::new(None) };
}

pub(super) fn get(index: usize) -> &'static str {
    found(index).unwrap_or(AWAITED)
}

pub(super) fn found(index: usize) -> Option<&'static str> {
    TEXTS.get().get(index).copied().filter(|text| !text.is_empty())
}

/// The messages of the program itself.
fn english() -> &'static [&'static str] {
    ENGLISH.split('\n').collect::<Vec<_>>().leak()
}

/// The language of the messages in use; `None` before the first has come.
pub fn language() -> Option<Language> {
    LANGUAGE.get()
}

/// Reads a file of messages; those that another file holds are empty. `None` if it is something
/// else, cut off, or of another version of the page.
pub fn parse(file: Value) -> Option<Vec<String>> {
    Pack::read(file, VERSION, COUNT)
}

/// Uses `texts`, which are all the messages in their order or a part of them. Those of the same
/// language that came before stay. `tag` names the language and the country for its numbers.
pub fn adopt(language: Language, tag: &str, texts: &[String]) {
    let is_same = LANGUAGE.replace(Some(language)) == Some(language);
    let before = if is_same { TEXTS.get() } else { english() };
    // Kept for the life of the page: views hold them, and a language is chosen once or twice.
    let merged = before.iter().enumerate().map(|(index, before)| match texts.get(index) {
        Some(text) if !text.is_empty() => &*text.clone().leak(),
        _ => *before,
    });
    TEXTS.set(merged.collect::<Vec<_>>().leak());
    locale::adopt(tag.to_owned().leak());
}

#[cfg(test)]
mod tests {
    use super::super::{control, link, pause};
    use super::*;

    #[test]
    fn what_has_not_come_is_awaited_or_what_came_before() {
        let german = Language::of("de").unwrap();
        let mut texts = vec![String::new(); COUNT];
        let place = english().iter().position(|text| *text == pause::paused()).unwrap();
        texts[place] = "Pausiert".to_owned();
        adopt(german, "de-AT", &texts);
        assert_eq!((pause::paused(), link::lost()), ("Pausiert", "Lost"));
        assert_eq!(language(), Some(german));
        let mut more = vec![String::new(); COUNT];
        more[place + 1] = "Später".to_owned();
        adopt(german, "de-AT", &more);
        assert_eq!((pause::paused(), pause::paused_why()), ("Pausiert", "Später"));
        adopt(Language::default(), "en", &[]);
        assert_eq!((pause::paused(), control::switch()), ("Paused", "Switch"));
    }

    #[test]
    fn a_file_of_another_version_is_refused() {
        assert_eq!(parse(serde_json::json!(["0", "x"])), None);
        assert_eq!(parse(Value::Null), None);
    }
}
