//! What a browser needs to put the page on a home screen.
//!
//! Linked once the page has nothing better to do, so that no first load waits for it. The manifest
//! names no start: by its rules that is the address that was open, so what is installed opens the
//! same charger, in the same language.

use crate::browser;

/// The kinds of links, and the files beside the page. iOS takes a picture without corners of its own.
const LINKS: [(&str, &str); 2] =
    [("manifest", "icon/manifest.webmanifest"), ("apple-touch-icon", "icon/touch-180.png")];

/// Links the manifest and the icon.
pub fn offer() {
    let Some(document) = browser::document() else { return };
    let Ok(Some(head)) = document.query_selector("head") else { return };
    for (kind, file) in LINKS {
        if let Some(link) = browser::append(&head, "link", "", "") {
            // Constant names cannot fail.
            let _ = link.set_attribute("rel", kind);
            let _ = link.set_attribute("href", file);
        }
    }
}
