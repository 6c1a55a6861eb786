//! JSON as people read it: what came, in lines, and nothing else changed.
//!
//! A parser would write numbers and doubled keys in its own way, and show nothing of half a
//! document.

/// The spaces of one level.
const STEP: usize = 2;

/// The deepest level that gets spaces of its own; the charger's documents have three.
const DEEPEST: usize = 20;

/// `text` with a line for each value. What is no JSON, or half of it, is still there.
pub fn indent(text: &str) -> String {
    let mut lines = String::with_capacity(text.len() * 2);
    let mut depth = 0_usize;
    let mut signs = text.trim().chars().peekable();
    // Within a string, and within it behind a backslash.
    let (mut is_text, mut is_escaped) = (false, false);
    while let Some(sign) = signs.next() {
        if is_text {
            is_text = is_escaped || sign != '"';
            is_escaped = !is_escaped && sign == '\\';
            lines.push(sign);
            continue;
        }
        match sign {
            '{' | '[' => {
                while signs.next_if(|sign| sign.is_ascii_whitespace()).is_some() {}
                lines.push(sign);
                match signs.next_if(|end| ['}', ']'].contains(end)) {
                    Some(end) => lines.push(end),
                    None => {
                        depth += 1;
                        line(&mut lines, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut lines, depth);
                lines.push(sign);
            }
            ',' => {
                lines.push(sign);
                line(&mut lines, depth);
            }
            ':' => lines.push_str(": "),
            sign if sign.is_ascii_whitespace() => {}
            sign => {
                is_text = sign == '"';
                lines.push(sign);
            }
        }
    }
    lines
}

fn line(lines: &mut String, depth: usize) {
    lines.push('\n');
    lines.extend(std::iter::repeat_n(' ', depth.min(DEEPEST) * STEP));
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn every_value_has_a_line_and_stays_as_it_came() {
        let text = r#"{"a":{"b":1.50,"b":[1, 2]},"c":"x,\"{y\\","d":{},"e":[ ]}"#;
        let lines = indent(text);
        assert_eq!(
            lines,
            "{\n  \"a\": {\n    \"b\": 1.50,\n    \"b\": [\n      1,\n      2\n    ]\n  },\n  \
             \"c\": \"x,\\\"{y\\\\\",\n  \"d\": {},\n  \"e\": []\n}"
        );
        assert_eq!(indent(&lines), lines, "a second time changes nothing");
    }

    #[test]
    fn the_meaning_is_the_same() {
        let value = json!({"a": [1, -2.5e3, true, null, "ü: [\n]"], "b": {"c": {}}});
        let again: Value = serde_json::from_str(&indent(&value.to_string())).unwrap();
        assert_eq!(again, value);
    }

    #[test]
    fn what_is_no_json_is_still_there() {
        for text in ["", "]", "{\"a", "}}}}", "\"\\", "[[[["] {
            let kept = |text: &str| text.chars().filter(|sign| !sign.is_whitespace()).count();
            assert_eq!(kept(&indent(text)), kept(text), "{text}");
        }
        assert!(indent(&"[".repeat(50_000)).len() < 3_000_000, "bounded");
    }
}
