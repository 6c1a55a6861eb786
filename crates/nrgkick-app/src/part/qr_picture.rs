//! A QR code as a picture.

use leptos::prelude::*;

use crate::{memo, qr};

/// `text` as a QR code, which is read aloud as `label`; hidden where it is too long for one, and
/// while it is empty.
///
/// What it holds can be read with any camera; see [`qr`](crate::qr).
#[component]
pub fn QrPicture(
    /// What the code holds.
    text: Memo<String>,
    /// The text alternative.
    label: Memo<String>,
) -> impl IntoView {
    let svg = memo::text(move || {
        text.with(|text| qr::qr_svg(text).filter(|_| !text.is_empty())).unwrap_or_default()
    });
    view! {
        <div
            class="qr-picture" role="img" data-testid="qr" aria-label=label
            hidden=memo::flag(move || svg.with(String::is_empty)) inner_html=svg
        ></div>
    }
}
