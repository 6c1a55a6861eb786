//! One value of the details.

use leptos::prelude::*;
use nrgkick_model::field::Field;

use super::Reading;
use crate::app::App;
use crate::{format, memo, words};

/// A row of the table: label, value, unit, and the explanation.
#[component]
pub fn Row(
    /// The row.
    field: &'static Field,
) -> impl IntoView {
    let app = App::get();
    let quantity = memo::quantity(move || {
        app.link.with(|link| {
            let scalar = link.current().and_then(|snapshot| snapshot.get(field.id));
            format::reading(field, scalar)
        })
    });
    let words = memo::text(move || {
        let words = app.link.with(|link| {
            let snapshot = link.current()?;
            Some(app.register_errors.with(|errors| format::as_read(field, snapshot, errors)))
        });
        words.unwrap_or_default()
    });
    view! {
        <div class="details__row" data-field=field.path>
            <dt class="details__label">{words::label(field)}</dt>
            <dd class="details__value"><Reading quantity /></dd>
            <dd class="details__help">{words::about(field)}</dd>
            <dd class="details__words reading">{words}</dd>
        </div>
    }
}
