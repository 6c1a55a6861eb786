//! All values of the charger, in the groups in which it reports them.

use leptos::prelude::*;
use nrgkick_model::field::{FIELDS, Field, FieldId};

use crate::part::{MapLink, Row};
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

fn group(group: &'static [Field]) -> impl IntoView {
    let heading = group.first().map(words::heading);
    let rows: Vec<_> = group.iter().map(|field| view! { <Row field /> }).collect();
    let is_position = group.iter().any(|field| field.id == FieldId::Latitude);
    view! {
        <section class="card details__group">
            <h2 class="card__head">{heading}</h2>
            <dl>{rows}</dl>
            {is_position.then(|| view! { <MapLink /> })}
        </section>
    }
}
