//! The screen while there is no data yet. The alert about the reason stands above it.

use leptos::prelude::*;

use crate::app::App;
use crate::endpoint::Endpoint;
use crate::memo;
use crate::words::{advice as words, link};

/// The screen without a charger.
#[component]
pub fn Waiting() -> impl IntoView {
    let app = App::get();
    let title = memo::text(move || {
        let title = match *app.endpoint.get() {
            Endpoint::NotSet(_) => link::which(),
            _ if app.advice().is_some() => link::not_connected(),
            _ => link::is_connecting(),
        };
        title.to_owned()
    });
    let text = memo::text(move || match &*app.endpoint.get() {
        Endpoint::NotSet(_) => words::enter_address().to_owned(),
        Endpoint::Direct(direct) => words::asking(&direct.origin),
        Endpoint::Searching | Endpoint::Gateway(_) | Endpoint::Demo(_) => {
            words::looking().to_owned()
        }
    });
    view! {
        <div class="empty">
            <h1 data-testid="waiting">{title}</h1>
            <p role="status">{text}</p>
        </div>
    }
}
