//! Taking a value or a section out, with the comments that stand right above it.

use toml_edit::{DocumentMut, Item, RawString};

use super::spot::{Spot, next_section};

/// Takes it out. Comments above an empty line before it, such as the head of the file, stay.
///
/// # Errors
/// The message where there is nothing.
pub(super) fn remove(document: &mut DocumentMut, at: &str) -> Result<(), String> {
    let spot = Spot::parse(at)?;
    if spot.find(document).is_none() {
        return Err(format!("there is no {at}"));
    }
    let (table, key) = spot.around(document)?;
    let decor =
        table.key(key).and_then(|key| key.leaf_decor().prefix()).and_then(RawString::as_str);
    let mut prefix = decor.unwrap_or_default().to_owned();
    let next = {
        let mut after = table.iter().skip_while(|(other, _)| *other != key).skip(1);
        after.find(|(_, item)| item.is_value()).map(|(next, _)| next.to_owned())
    };
    let removed = table.remove(key);
    let mut after = None;
    match &removed {
        Some(Item::Table(section)) => {
            let decor = section.decor().prefix().and_then(RawString::as_str);
            prefix = decor.unwrap_or_default().to_owned();
            after = section.position();
        }
        _ => {
            if let (Some(head), Some(next)) = (head(&prefix), &next)
                && let Some(mut key) = table.key_mut(next)
            {
                let decor = key.leaf_decor_mut();
                let own = decor.prefix().and_then(RawString::as_str).unwrap_or_default();
                let both = format!("{head}{own}");
                decor.set_prefix(both);
                return Ok(());
            }
        }
    }
    if let Some(head) = head(&prefix) {
        hand_on(document, head, after.unwrap_or_default());
    }
    Ok(())
}

/// Returns what stands above the last empty line, with it; `None` without a comment there.
pub(super) fn head(prefix: &str) -> Option<&str> {
    let (head, _) = prefix.rsplit_once("\n\n")?;
    head.contains('#').then(|| &prefix[..head.len() + 2])
}

/// Puts comments before the first section after a position, or at the end.
fn hand_on(document: &mut DocumentMut, head: &str, position: isize) {
    match next_section(document, position) {
        Some(table) => {
            let own = table.decor().prefix().and_then(RawString::as_str).unwrap_or("\n");
            let both = format!("{head}{}", own.trim_start_matches('\n'));
            table.decor_mut().set_prefix(both);
        }
        None => {
            let own = document.trailing().as_str().unwrap_or_default();
            let both = format!("{head}{own}");
            document.set_trailing(both);
        }
    }
}
