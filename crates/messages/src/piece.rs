//! Cutting a message into texts and placeholders.

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A text that stands as it is; in a form of a plural, `#` in it is the number.
    Text(&'a str),
    /// The place of a value.
    Name(&'a str),
    /// The place of one of several forms, by a number.
    Plural(&'a str, &'a str),
    /// The rest of a message from a brace that begins no placeholder.
    Broken(&'a str),
}

/// The pieces of `message`, which together are all of it.
pub(crate) fn pieces(message: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = match rest.find(['{', '}']) {
            None => (Piece::Text(rest), ""),
            Some(0) => placeholder(rest),
            Some(at) => (Piece::Text(&rest[..at]), &rest[at..]),
        };
        rest = after;
        Some(piece)
    })
}

fn placeholder(text: &str) -> (Piece<'_>, &str) {
    let Some((inside, after)) = braces(text) else { return (Piece::Broken(text), "") };
    let mut parts = inside.splitn(3, ',').map(str::trim);
    let piece = match (parts.next(), parts.next(), parts.next()) {
        (Some(name), None, None) if is_name(name) => Piece::Name(name),
        (Some(name), Some("plural"), Some(forms)) if is_name(name) => Piece::Plural(name, forms),
        _ => return (Piece::Broken(text), ""),
    };
    (piece, after)
}

/// The forms of a plural: each selector with its text. `None` stands for what is no form.
pub(crate) fn forms(forms: &str) -> impl Iterator<Item = Option<(&str, &str)>> {
    let mut rest = forms.trim();
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let form = rest.find('{').and_then(|at| {
            let (inside, after) = braces(&rest[at..])?;
            Some(((rest[..at].trim(), inside), after))
        });
        rest = form.map_or("", |(_, after)| after.trim_start());
        Some(form.map(|(form, _)| form))
    })
}

/// The text between the brace that `text` begins with and the one that closes it, and what follows.
fn braces(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some((&text[1..at], &text[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_cut_into_texts_and_placeholders() {
        let cut = |message| pieces(message).collect::<Vec<_>>();
        assert_eq!(cut(""), []);
        assert_eq!(
            cut("From {age}; it's {n, plural, one {# W} other {{a} W}}."),
            [
                Piece::Text("From "),
                Piece::Name("age"),
                Piece::Text("; it's "),
                Piece::Plural("n", "one {# W} other {{a} W}"),
                Piece::Text("."),
            ]
        );
    }

    #[test]
    fn what_is_no_placeholder_is_kept_and_named() {
        for broken in
            ["{", "}", "{}", "{a b}", "{A}", "{a, date}", "{a, plural}", "{a, plural, one {"]
        {
            let last = pieces(broken).last();
            assert_eq!(last, Some(Piece::Broken(broken)), "{broken}");
        }
        assert_eq!(forms("one {a} x").collect::<Vec<_>>(), [Some(("one", "a")), None]);
    }
}
