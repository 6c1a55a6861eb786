//! The top of every screen of the charger.

use leptos::prelude::*;

use super::{Masthead, Tabs};
use crate::app::App;
use crate::route::Route;
use crate::{format, memo};

/// Name of the charger, age of the data, navigation.
#[component]
pub fn Top() -> impl IntoView {
    let app = App::get();
    let name = memo::text(move || {
        app.with_last(|snapshot| Some(format::short(snapshot.readings().display_name()?)))
            .unwrap_or_else(|| "NRGkick Web".to_owned())
    });
    let badge = app.badge(app.age());
    let home = Route::Overview.hash();
    view! { <Masthead name state=app.link_name() badge home navigation=view! { <Tabs /> } /> }
}
