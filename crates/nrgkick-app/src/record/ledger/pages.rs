//! Pages of charges, joined to what is known. Both return whether what follows the page is what is to be
//! read next.

use gateway_api::record::Charge;

/// Puts an older page behind what is known.
pub(super) fn append(known: &mut Vec<Charge>, page: Vec<Charge>) -> bool {
    // A charge may have come to the front meanwhile, so that a page begins with what is known.
    known.retain(|known| page.iter().all(|charge| charge.id != known.id));
    known.extend(page);
    true
}

/// Puts the first page in the place of what is known. Where it `has_more` behind it, what is known of
/// that stays, and so does what is to be read next.
pub(super) fn renew(known: &mut Vec<Charge>, page: Vec<Charge>, has_more: bool) -> bool {
    let last = page.last().map(|last| last.start.clone()).filter(|_| has_more);
    let is_behind = |known: &Charge| {
        last.as_ref().is_some_and(|last| known.start <= *last)
            && page.iter().all(|charge| charge.id != known.id)
    };
    known.retain(is_behind);
    let is_alone = known.is_empty();
    known.splice(0..0, page);
    is_alone
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sample::charge;

    /// Charges of these hours of a day.
    fn of(hours: &[u8]) -> Vec<Charge> {
        let one = |hour: &u8| Charge {
            id: format!("{hour:016}"),
            start: format!("2026-11-29T{hour:02}:00:00Z"),
            ..charge()
        };
        hours.iter().map(one).collect()
    }

    #[test]
    fn a_new_charge_leaves_known_what_was_read_behind_the_first_page() {
        let mut known = of(&[9, 8, 7]);
        assert!(append(&mut known, of(&[6, 5, 4])));
        assert!(!renew(&mut known, of(&[10, 9, 8]), true), "after 4, as before");
        assert_eq!(known, of(&[10, 9, 8, 7, 6, 5, 4]));
    }

    #[test]
    fn a_charge_is_there_once_and_one_that_was_removed_is_gone() {
        let mut known = of(&[9, 8, 7]);
        assert!(append(&mut known, of(&[7, 6])));
        assert_eq!(known, of(&[9, 8, 7, 6]));
        assert!(renew(&mut known, of(&[9, 7]), false));
        assert_eq!(known, of(&[9, 7]));
        assert!(renew(&mut known, Vec::new(), false));
        assert!(known.is_empty());
    }
}
