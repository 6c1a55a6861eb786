//! A bar of two lengths.

use leptos::prelude::*;

use crate::memo;
use nrgkick_model::number::{fixed, within};

/// A bar: pale up to the offered share, strong up to the actual one. Shares from 0 to 1; hidden
/// from screen readers, as the numbers stand beside it.
#[component]
pub fn ShareBar(
    /// The pale length.
    offered: Memo<Option<f64>>,
    /// The strong length.
    actual: Memo<Option<f64>>,
) -> impl IntoView {
    view! {
        <svg class="lane" aria-hidden="true">
            <rect class="lane__offered" height="100%" width=width(offered)></rect>
            <rect class="lane__actual" height="100%" width=width(actual)></rect>
        </svg>
    }
}

fn width(share: Memo<Option<f64>>) -> Memo<String> {
    memo::text(move || fixed(within(share.get().unwrap_or(0.0), 0.0, 1.0) * 100.0, 1) + "%")
}
