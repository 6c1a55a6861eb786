//! Checks of messages, for the build and for translators.

use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::piece::{Piece, forms, pieces};

/// The kind of value that a placeholder takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A number that chooses a form.
    Count,
}

/// A message that is not in the form that the pages understand.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// A brace that opens or closes nothing, or something else than a placeholder in braces.
    #[error("“{0}” is no placeholder")]
    Placeholder(String),
    /// A form of a plural that is not `SELECTOR {TEXT}`.
    #[error("“{0}” is no list of plural forms")]
    Forms(String),
    /// A selector that is neither a category of plurals nor `=NUMBER`.
    #[error("“{0}” is no plural form; there are zero, one, two, few, many, other and =NUMBER")]
    Selector(String),
    /// A plural without the form for all other numbers.
    #[error("the plural of “{0}” has no form for other")]
    NoOther(String),
}

/// Returns the placeholders of `message` with their kinds.
///
/// # Errors
/// [`MessageError`] with the part that is wrong.
pub fn placeholders(message: &str) -> Result<BTreeMap<&str, Kind>, MessageError> {
    let mut found = BTreeMap::new();
    collect(message, &mut found)?;
    Ok(found)
}

fn collect<'a>(message: &'a str, found: &mut BTreeMap<&'a str, Kind>) -> Result<(), MessageError> {
    for piece in pieces(message) {
        match piece {
            Piece::Text(_) => {}
            Piece::Name(name) => {
                found.entry(name).or_insert(Kind::Text);
            }
            Piece::Plural(name, all) => {
                found.insert(name, Kind::Count);
                let mut has_other = false;
                for form in forms(all) {
                    let (selector, text) = form.ok_or_else(|| MessageError::Forms(all.into()))?;
                    if !is_selector(selector) {
                        return Err(MessageError::Selector(selector.into()));
                    }
                    has_other |= selector == "other";
                    collect(text, found)?;
                }
                if !has_other {
                    return Err(MessageError::NoOther(name.into()));
                }
            }
            Piece::Broken(text) => return Err(MessageError::Placeholder(text.into())),
        }
    }
    Ok(())
}

fn is_selector(selector: &str) -> bool {
    match selector.strip_prefix('=') {
        Some(number) => !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()),
        None => ["zero", "one", "two", "few", "many", "other"].contains(&selector),
    }
}

/// Returns what a translation lacks against the `source`: keys that are missing or unknown, empty
/// messages, broken ones, other placeholders. Each with its key, in the order of the source.
pub fn problems(translation: &Catalogue, source: &Catalogue) -> Vec<String> {
    let mut problems = Vec::new();
    for (key, original) in source.entries() {
        match (translation.get(key), placeholders(original)) {
            (None, _) => problems.push(format!("{key}: is missing")),
            (Some(text), _) if text.trim().is_empty() => problems.push(format!("{key}: is empty")),
            (_, Err(error)) => problems.push(format!("{key}: in the source, {error}")),
            (Some(text), Ok(wanted)) => match placeholders(text) {
                Err(error) => problems.push(format!("{key}: {error}")),
                Ok(found) if found != wanted => problems.push(format!(
                    "{key}: has the placeholders {:?}, the source has {:?}",
                    found.keys(),
                    wanted.keys()
                )),
                Ok(_) => {}
            },
        }
    }
    let unknown = translation.entries().filter(|(key, _)| source.get(key).is_none());
    problems.extend(unknown.map(|(key, _)| format!("{key}: is not in the source")));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_in_forms_too() {
        let found = placeholders("{a} {n, plural, one {# {b}} other {#}}").unwrap();
        let expected = [("a", Kind::Text), ("b", Kind::Text), ("n", Kind::Count)];
        assert_eq!(found.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (message, part) in [
            ("{", "“{” is no placeholder"),
            ("a } b", "“} b” is no placeholder"),
            ("{n, plural, one {x}}", "the plural of “n” has no form for other"),
            ("{n, plural, few}", "is no list of plural forms"),
            ("{n, plural, lots {x} other {y}}", "“lots” is no plural form"),
            ("{n, plural, = {x} other {y}}", "“=” is no plural form"),
        ] {
            let error = placeholders(message).unwrap_err().to_string();
            assert!(error.contains(part), "{message}: {error}");
        }
    }

    #[test]
    fn a_translation_lacks_nothing_or_says_what() {
        let parse = |text| Catalogue::parse(text).unwrap();
        let source = parse(r#"{"a": "A", "b": "{x} b", "c": "C", "d": "D"}"#);
        assert_eq!(problems(&source, &source), Vec::<String>::new());
        let other = parse(r#"{"b": "{y} b", "c": " ", "d": "{", "e": "E"}"#);
        let found = problems(&other, &source);
        let starts = ["a: is missing", "b: has the", "c: is empty", "d: “{” is", "e: is not in"];
        assert_eq!(found.len(), starts.len(), "{found:?}");
        for (found, start) in found.iter().zip(starts) {
            assert!(found.starts_with(start), "{found}");
        }
    }
}
