//! Every value with its source, age and last error.

use std::sync::Arc;
use std::time::Duration;

use gateway_api::custom_api::ValueStatus;
use leptos::prelude::*;

use super::layout::{Group, groups};
use super::{Day, Page, Received, freshness_text, value_text};
use crate::memo;
use crate::part::Reading;

/// One sheet for each device. They are rebuilt only when the configuration changes.
#[component]
pub fn Values() -> impl IntoView {
    let page = Page::get();
    let sheets: Memo<Arc<Vec<Group>>> = Memo::new(move |_| {
        let received = |received: &Received| Arc::new(groups(&received.status));
        page.link.with(|link| link.snapshot().map(received).unwrap_or_default())
    });
    view! {
        <div class="details">
            {move || sheets.get().iter().map(|group| sheet(page, group)).collect_view()}
        </div>
    }
}

fn sheet(page: Page, group: &Group) -> impl IntoView + use<> {
    let rows: Vec<_> = group.rows.iter().map(|row| value(page, *row)).collect();
    view! {
        <section class="card details__group">
            <h2 class="card__head">{group.title.clone()}</h2>
            <p class="hint sources__about">{group.about.clone()}</p>
            <dl>{rows}</dl>
        </section>
    }
}

/// The value at index `row` of the last answer.
fn value(page: Page, row: usize) -> impl IntoView {
    let text = move |words: fn(&ValueStatus) -> String| {
        page.text(move |status| status.sources.get(row).map(words).unwrap_or_default())
    };
    let text_with_age = move |words: fn(&ValueStatus, Duration) -> String| {
        page.text_with_age(move |status, since| {
            status.sources.get(row).map(|value| words(value, since)).unwrap_or_default()
        })
    };
    let quantity = memo::quantity(move || {
        let value = |value: &ValueStatus| value_text::quantity(value);
        page.link
            .with(|link| link.snapshot()?.status.sources.get(row).map(value))
            .unwrap_or_else(crate::format::Quantity::none)
    });
    let error = page.text_with_age(move |status, since| {
        let value = status.sources.get(row);
        value
            .map(|value| freshness_text::last_error(value, &status.house, since))
            .unwrap_or_default()
    });
    view! {
        <div
            class="details__row"
            data-value=text(|value| value.name.clone())
            data-freshness=text(|value| freshness_text::attribute(value.freshness).to_owned())
        >
            <dt class="details__label">{text(value_text::label)}</dt>
            <dd class="details__value"><Reading quantity /></dd>
            <dd class="details__help">{text(value_text::about)}</dd>
            <dd class="details__help">{text(value_text::source)}</dd>
            <dd class="details__help sources__standing">{text_with_age(freshness_text::describe)}</dd>
            <dd class="details__help sources__error" hidden=memo::flag(move || error.get().is_empty())>
                {error}
            </dd>
            <Day row />
        </div>
    }
}
