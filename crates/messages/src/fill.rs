//! The text of a message with its values.

use crate::piece::{Piece, forms, pieces};

/// A value for a placeholder.
#[derive(Clone, Copy, Debug)]
pub enum Argument<'a> {
    /// A text.
    Text(&'a str),
    /// A number that chooses a form: the number as shown, and its plural category.
    Count(&'a str, &'a str),
}

/// Returns `message` with `arguments` in place of its placeholders.
///
/// Never fails, as a word with a mistake is better than none: a placeholder without a value stays as
/// it is written. [`placeholders`](crate::placeholders) finds such mistakes before.
pub fn fill(message: &str, arguments: &[(&str, Argument<'_>)]) -> String {
    let mut text = String::with_capacity(message.len() + 16);
    fill_into(&mut text, message, arguments, None);
    text
}

fn fill_into(
    out: &mut String,
    message: &str,
    arguments: &[(&str, Argument<'_>)],
    number: Option<&str>,
) {
    let value = |wanted: &str| arguments.iter().find(|(name, _)| *name == wanted).map(|(_, v)| *v);
    for piece in pieces(message) {
        match piece {
            Piece::Text(text) => match number {
                None => out.push_str(text),
                Some(number) => {
                    for (index, part) in text.split('#').enumerate() {
                        out.push_str(if index > 0 { number } else { "" });
                        out.push_str(part);
                    }
                }
            },
            Piece::Name(name) => match value(name) {
                Some(Argument::Text(text) | Argument::Count(text, _)) => out.push_str(text),
                None => {
                    out.push('{');
                    out.push_str(name);
                    out.push('}');
                }
            },
            Piece::Plural(name, all) => {
                if let Some(Argument::Count(number, category)) = value(name) {
                    fill_into(out, form(all, number, category), arguments, Some(number));
                }
            }
            Piece::Broken(text) => out.push_str(text),
        }
    }
}

/// The form for exactly this number, else of its category, else of all others.
fn form<'a>(all: &'a str, number: &str, category: &str) -> &'a str {
    let find = |wanted: &dyn Fn(&str) -> bool| {
        forms(all).flatten().find_map(|(selector, text)| wanted(selector).then_some(text))
    };
    find(&|selector| selector.strip_prefix('=') == Some(number))
        .or_else(|| find(&|selector| selector == category))
        .or_else(|| find(&|selector| selector == "other"))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_take_the_places_of_their_names() {
        let arguments = [("a", Argument::Text("{b}")), ("b", Argument::Text("2"))];
        assert_eq!(fill("{b}: {a}, {c}", &arguments), "2: {b}, {c}", "a value is no message");
        assert_eq!(fill("half {", &arguments), "half {");
        assert_eq!(fill("a # b", &arguments), "a # b");
    }

    #[test]
    fn a_number_chooses_its_form() {
        let message = "{n, plural, =0 {nothing} one {# phase of {all}} other {# phases of {all}}}!";
        let said = |number, category| {
            fill(message, &[("n", Argument::Count(number, category)), ("all", Argument::Text("3"))])
        };
        assert_eq!(said("0", "other"), "nothing!");
        assert_eq!(said("1", "one"), "1 phase of 3!");
        assert_eq!(said("2", "few"), "2 phases of 3!");
    }
}
