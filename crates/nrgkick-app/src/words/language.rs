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
    fn a_language_is_found_by_its_code_whatever_the_country() {
        let code = |tag| Language::of(tag).map(Language::code);
        for (tag, wanted) in [("de-CH", "de"), ("NL", "nl"), ("fr-CA", "fr"), ("it_IT", "it")] {
            assert_eq!(code(tag), Some(wanted), "{tag}");
        }
        for tag in ["", "xx", "pt-BR", "eng", "-de"] {
            assert_eq!(code(tag), None, "{tag}");
        }
    }

    #[test]
    fn english_is_one_of_the_languages() {
        assert!(Language::all().any(|language| language == Language::default()));
        assert_eq!(Language::of("en-GB"), Some(Language::default()));
    }
}
