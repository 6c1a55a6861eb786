//! The head of a file: comments that stay first when the first line below them is another one.

use toml_edit::{DocumentMut, Item, RawString};

use super::remove::head;
use super::spot::next_section;

/// `true` if there is a line above all sections.
pub(super) fn has_top(document: &DocumentMut) -> bool {
    document.iter().any(|(_, item)| item.is_value())
}

/// Moves the head from the first section to the first line above it, which is new.
pub(super) fn move_up(document: &mut DocumentMut) {
    let first = document.iter().find(|(_, item)| Item::is_value(item));
    let Some(first) = first.map(|(key, _)| key.to_owned()) else { return };
    let Some(section) = next_section(document, isize::MIN) else { return };
    let prefix =
        section.decor().prefix().and_then(RawString::as_str).unwrap_or_default().to_owned();
    let head = head(&prefix).unwrap_or_default();
    section.decor_mut().set_prefix(format!("\n{}", prefix[head.len()..].trim_start_matches('\n')));
    if let Some(mut key) = document.key_mut(&first) {
        key.leaf_decor_mut().set_prefix(head);
    }
}
