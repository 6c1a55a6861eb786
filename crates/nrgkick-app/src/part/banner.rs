//! The panel's alert about the connection to the charger.

use leptos::prelude::*;

use super::Alert;
use crate::app::App;
use crate::memo;

/// The alert, on every screen.
#[component]
pub fn Banner() -> impl IntoView {
    let app = App::get();
    let title = memo::text(move || app.advice().map(|a| a.title.into_owned()).unwrap_or_default());
    let text = memo::text(move || app.advice().map(|a| a.text.into_owned()).unwrap_or_default());
    view! { <Alert title text tone=app.tone() age=app.age() kept=app.is_kept() /> }
}
