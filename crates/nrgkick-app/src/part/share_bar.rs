//! A bar of two lengths: pale up to what is offered, strong up to what flows.

use nrgkick_model::number::{fixed, within};

/// The length of `part` of `whole`, as an attribute; nothing where either is not known.
pub fn width(part: Option<f64>, whole: Option<f64>) -> String {
    let share = part.zip(whole).map_or(0.0, |(part, whole)| part / whole);
    fixed(within(share, 0.0, 1.0) * 100.0, 1) + "%"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_ends_at_its_ends_and_is_empty_where_nothing_is_known() {
        for (part, whole, wanted) in [
            (Some(8.0), Some(16.0), "50.0%"),
            (Some(20.0), Some(16.0), "100.0%"),
            (Some(-1.0), Some(16.0), "0.0%"),
            (None, Some(16.0), "0.0%"),
            (Some(1.0), None, "0.0%"),
            (Some(0.0), Some(0.0), "0.0%"),
        ] {
            assert_eq!(width(part, whole), wanted, "{part:?} of {whole:?}");
        }
    }
}
