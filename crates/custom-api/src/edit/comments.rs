//! The comments of a TOML text, to see that none is lost.

/// Returns all comments, in order, without spaces at their ends.
pub(super) fn comments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let mark = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|mark| rest.starts_with(mark));
        at += match (mark, rest.chars().next()) {
            (Some(mark), _) => string_length(rest, mark),
            (None, Some('#')) => {
                let comment = rest.lines().next().unwrap_or_default();
                found.push(comment.trim_end());
                comment.len()
            }
            (None, first) => first.map_or(1, char::len_utf8),
        };
    }
    found
}

/// Returns the bytes of the string that begins with `mark`, or of all where it does not end.
fn string_length(text: &str, mark: &str) -> usize {
    let mut at = mark.len();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(mark) {
            return at + mark.len();
        }
        let is_escape = mark.starts_with('"') && rest.starts_with('\\');
        at += rest.chars().take(if is_escape { 2 } else { 1 }).map(char::len_utf8).sum::<usize>();
    }
    text.len()
}

/// Returns the comments of `before` that `after` does not have.
pub(super) fn lost(before: &str, after: &str) -> Vec<String> {
    let mut there = comments(after);
    let mut is_lost = |comment: &&str| match there.iter().position(|other| other == comment) {
        Some(at) => {
            there.swap_remove(at);
            false
        }
        None => true,
    };
    comments(before).into_iter().filter(|comment| is_lost(comment)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_in_a_text_is_no_comment() {
        let text = "# a\nb = \"# no \\\" # no\" # c \nd = '# no'\ne = '''\n# no ' # no'''\n\
                    f = \"\"\"\n# no \\\"\"\" # no\"\"\" # ü";
        assert_eq!(comments(text), ["# a", "# c", "# ü"]);
        assert_eq!(lost("# a # b\n# c\n# c", "# c"), ["# a # b", "# c"]);
    }
}
