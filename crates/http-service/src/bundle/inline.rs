//! The scripts and styles in a page's own document, by their hashes, as a Content-Security-Policy names
//! them (CSP level 3, `hash-source`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The hashes of what is inline in a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inline {
    /// Of its scripts, each as `'sha256-…'`.
    pub(crate) scripts: Vec<String>,
    /// Of its style elements.
    pub(crate) styles: Vec<String>,
}

impl Inline {
    /// Finds the elements of `html` as a browser does: each ends at the first end tag of its name. Data
    /// in a script element, which has a type and is not run, needs no hash; nor does a script from a
    /// file.
    pub(crate) fn of(html: &[u8]) -> Self {
        let html = String::from_utf8_lossy(html);
        let is_run = |tag: &str| !tag.contains("src=") && !tag.contains("type=application/json");
        Self {
            scripts: hashes(&html, "script", |tag| is_run(&tag.replace('"', ""))),
            styles: hashes(&html, "style", |_| true),
        }
    }
}

fn hashes(html: &str, name: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let (start, end) = (format!("<{name}"), format!("</{name}"));
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once(&start) {
        let Some((tag, body)) = after.split_once('>') else { break };
        let Some((text, after)) = body.split_once(&end) else { break };
        if is_wanted(tag) && !text.trim().is_empty() {
            let hash = STANDARD.encode(Sha256::digest(text.as_bytes()));
            found.push(format!("'sha256-{hash}'"));
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hash of `alert('Hello, world.');` is the one of CSP level 3, section 8.3.
    #[test]
    fn scripts_and_styles_are_named_by_hash_and_data_is_not() {
        let html = "<style>a{}</style><script src=a.js></script>\
            <script type=\"application/json\">{}</script>\
            <body><script>alert('Hello, world.');</script></body>";
        let inline = Inline::of(html.as_bytes());
        assert_eq!(inline.scripts, ["'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"]);
        assert_eq!(inline.styles.len(), 1);
        assert_eq!(Inline::of(b"<p>nothing</p><script"), Inline::default());
    }
}
