//! The languages, and which one is used.

use super::{LANGUAGES, SOURCE};

/// A language that the page has words in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    code: &'static str,
    name: &'static str,
}

impl Language {
    /// All languages.
    pub fn all() -> impl Iterator<Item = Self> {
        LANGUAGES.into_iter().map(|(code, name)| Self { code, name })
    }

    /// The language of `tag`, such as `de-AT`; `None` where there are no words in it.
    pub fn of(tag: &str) -> Option<Self> {
        let code = tag.split(['-', '_']).next()?;
        Self::all().find(|language| language.code.eq_ignore_ascii_case(code))
    }

    /// The language that was `asked` for in the address bar, else the one that was `saved`, else
    /// the first of the browser's; English where none of them has words.
    pub fn choose<'a>(
        asked: Option<&'a str>,
        saved: Option<&'a str>,
        browser: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        asked.into_iter().chain(saved).chain(browser).find_map(Self::of).unwrap_or_default()
    }

    /// The code, as in the name of the file.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// The name in the language itself.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl Default for Language {
    /// English.
    fn default() -> Self {
        let (code, name) = LANGUAGES[SOURCE];
        Self { code, name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_bar_comes_first_then_the_choice_then_the_browser() {
        let chosen = |asked, saved, browser: &[&'static str]| {
            Language::choose(asked, saved, browser.iter().copied()).code()
        };
        assert_eq!(chosen(None, None, &["pt-BR", "de-CH", "fr"]), "de");
        assert_eq!(chosen(None, Some("it"), &["de"]), "it");
        assert_eq!(chosen(Some("NL"), Some("it"), &["de"]), "nl");
        assert_eq!(chosen(Some("xx"), None, &["fr-CA"]), "fr", "there are no words in xx");
        assert_eq!(chosen(Some(""), Some(""), &["", "pt"]), "en");
    }

    #[test]
    fn english_is_one_of_the_languages() {
        assert!(Language::all().any(|language| language == Language::default()));
        assert_eq!(Language::of("en-GB"), Some(Language::default()));
        assert_eq!(Language::of("eng"), None);
    }
}
