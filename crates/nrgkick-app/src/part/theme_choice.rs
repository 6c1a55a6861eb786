//! The colours of the page.

use leptos::prelude::*;

use crate::app::App;
use crate::theme::{self, Theme};
use crate::{live, store};

/// Light, dark, or as the device says.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let app = App::get();
    view! {
        <div class="choice" role="group" aria-labelledby="theme">
            {Theme::ALL.map(|theme| choice(app, theme))}
        </div>
    }
}

fn choice(app: App, theme: Theme) -> impl IntoView {
    let label = match theme {
        Theme::Auto => "Automatic",
        Theme::Light => "Light",
        Theme::Dark => "Dark",
    };
    let choose = move |_| {
        store::set_theme(theme.name());
        theme::choose(app, theme);
    };
    view! {
        <button
            type="button"
            class="choice__item"
            data-testid=format!("theme-{}", theme.name())
            aria-pressed=live::word(live::flag(move || app.ui.get().theme == theme))
            on:click=choose
        >
            {label}
        </button>
    }
}
