//! What a page's own `link` elements say that it will want at once, as a header (RFC 8288): a browser
//! asks for it as soon as the head of the answer has come, and not when it has read so far.

use http::HeaderValue;

/// The header for the page `html`; `None` without such elements.
pub(super) fn header(html: &[u8]) -> Option<HeaderValue> {
    let html = String::from_utf8_lossy(html);
    let links: Vec<_> = html.split("<link ").skip(1).filter_map(link).collect();
    if links.is_empty() { None } else { HeaderValue::try_from(links.join(", ")).ok() }
}

/// One element, from its attributes on.
fn link(text: &str) -> Option<String> {
    let (tag, _) = text.split_once('>')?;
    let attributes: Vec<(&str, &str)> = tag
        .split_ascii_whitespace()
        .map(|one| one.trim_end_matches('/').split_once('=').unwrap_or((one, "")))
        .map(|(name, value)| (name, value.trim_matches(['"', '\''])))
        .collect();
    let value =
        |name: &str| attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let rel = value("rel").filter(|rel| ["preload", "modulepreload"].contains(rel))?;
    let mut link = format!("<{}>; rel={rel}", value("href")?);
    for name in ["as", "type"] {
        if let Some(value) = value(name) {
            link += &format!("; {name}=\"{value}\"");
        }
    }
    if value("crossorigin").is_some() {
        link += "; crossorigin";
    }
    Some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_at_once_is_in_the_head() {
        let html = b"<head><link rel=\"icon\" href=\"data:,a b\"><link crossorigin href=./a.js \
            rel=modulepreload><link as=fetch crossorigin href=./a_bg.wasm rel=preload \
            type=application/wasm><link rel=stylesheet href=a.css></head>";
        let expected = "<./a.js>; rel=modulepreload; crossorigin, \
            <./a_bg.wasm>; rel=preload; as=\"fetch\"; type=\"application/wasm\"; crossorigin";
        assert_eq!(header(html).unwrap(), expected);
        assert_eq!(header(b"<p>no <link rel=icon href=x></p>"), None);
        assert_eq!(header(b"<link rel=preload"), None);
    }
}
