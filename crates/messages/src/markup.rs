//! The words in the markup of a page.

use crate::Catalogue;

/// The attribute that names the text of an element.
const TEXT: &str = "data-word";
/// The attribute that names the `aria-label` of an element.
const LABEL: &str = "data-word-label";

/// Writes the words of `source` into `html`: into an empty element with `data-word="KEY"` its text,
/// and into one with `data-word-label="KEY"` its `aria-label`. In place of the key stands then its
/// number, by which a program finds the word in a [`Pack`](crate::Pack) of any language. Values may be
/// without quotes.
///
/// # Errors
/// The key that `source` lacks, or whose text has a placeholder.
pub fn write_words(html: &str, source: &Catalogue) -> Result<String, String> {
    let mut written = String::with_capacity(html.len() + html.len() / 8);
    let mut rest = html;
    while let Some(found) = next(rest) {
        let Found { is_label, start, end, key } = found;
        let place = source.entries().position(|(known, _)| known == key);
        let Some((place, text)) = place.zip(source.get(key)) else {
            return Err(format!("the markup names the word {key}, which there is not"));
        };
        if text.contains('{') {
            return Err(format!("the markup names the word {key}, which has a placeholder"));
        }
        let text = escaped(text);
        written.push_str(&rest[..start]);
        if is_label {
            written.push_str(&format!("{LABEL}=\"{place}\" aria-label=\"{text}\""));
            rest = &rest[end..];
        } else {
            // Between the tags.
            let close = rest[end..].find('>').map_or(rest.len(), |at| end + at + 1);
            written.push_str(&format!("{TEXT}=\"{place}\"{}{text}", &rest[end..close]));
            rest = &rest[close..];
        }
    }
    Ok(written + rest)
}

struct Found<'a> {
    is_label: bool,
    start: usize,
    end: usize,
    key: &'a str,
}

/// The next attribute that names a word.
fn next(html: &str) -> Option<Found<'_>> {
    let start = html.find(&format!(" {TEXT}"))? + 1;
    let is_label = html[start..].starts_with(LABEL);
    let name = if is_label { LABEL } else { TEXT };
    let value = start + name.len() + 1;
    let quoted = html[value..].starts_with('"');
    let key = html[value + usize::from(quoted)..]
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .next()?;
    Some(Found { is_label, start, end: value + key.len() + 2 * usize::from(quoted), key })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(html: &str) -> Result<String, String> {
        let source = r#"{"a.x": "One & \"two\"", "b.y": "Two", "c.z": "{n} three"}"#;
        write_words(html, &Catalogue::parse(source).unwrap())
    }

    #[test]
    fn words_come_into_text_and_label_with_quotes_and_without() {
        let wanted = r#"<p class="k" data-word="1" id=i>Two</p><b data-word-label="0" aria-label="One &amp; &quot;two&quot;">−</b>"#;
        for html in [
            r#"<p class="k" data-word="b.y" id=i></p><b data-word-label="a.x">−</b>"#,
            r#"<p class="k" data-word=b.y id=i></p><b data-word-label=a.x>−</b>"#,
        ] {
            assert_eq!(written(html).unwrap(), wanted);
        }
        assert_eq!(written("<p>no words</p>").unwrap(), "<p>no words</p>");
    }

    #[test]
    fn a_word_that_there_is_not_or_that_has_to_be_filled_is_named() {
        assert!(written(r#"<p data-word="a.q"></p>"#).unwrap_err().contains("a.q"));
        assert!(written(r#"<p data-word="c.z"></p>"#).unwrap_err().contains("placeholder"));
    }
}
