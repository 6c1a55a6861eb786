//! All values of the charger, in the groups in which it reports them.

use leptos::prelude::*;
use nrgkick_model::field::{FIELDS, Field};

use crate::part::Row;
use crate::words;

/// Every row of the table.
#[component]
pub fn Details() -> impl IntoView {
    let same_group =
        |a: &Field, b: &Field| a.document() == b.document() && a.section() == b.section();
    let groups: Vec<_> = FIELDS.chunk_by(same_group).map(group).collect();
    view! {
        <h1 class="aside">{words::overview::details()}</h1>
        <div class="details">{groups}</div>
    }
}

fn group(rows: &'static [Field]) -> impl IntoView {
    let heading = rows.first().map(words::heading);
    let rows: Vec<_> = rows.iter().map(|field| view! { <Row field /> }).collect();
    view! {
        <section class="card details__group">
            <h2 class="card__head">{heading}</h2>
            <dl>{rows}</dl>
        </section>
    }
}
