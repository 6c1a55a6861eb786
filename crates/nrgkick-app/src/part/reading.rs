//! A value with its unit.

use leptos::prelude::*;

use crate::format::Quantity;
use crate::memo;

/// A number and its unit, the unit set smaller. Greyed by the style sheet when it is old.
#[component]
pub fn Reading(
    /// The value.
    quantity: Memo<Quantity>,
    /// The element's `data-testid`; may be empty.
    #[prop(optional)]
    testid: &'static str,
) -> impl IntoView {
    let number = memo::text(move || quantity.with(|quantity| quantity.number.clone()));
    let unit = memo::text(move || match quantity.with(|quantity| quantity.unit) {
        "" => String::new(),
        unit => format!("\u{202f}{unit}"),
    });
    view! {
        <span class="reading" data-testid=testid>
            {number}
            <span class="unit">{unit}</span>
        </span>
    }
}
