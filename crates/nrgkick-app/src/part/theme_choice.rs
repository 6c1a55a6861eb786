//! The colours of the page.

use leptos::prelude::*;

use crate::theme::{self, Theme};
use crate::ui::{self, Ui};
use crate::words::common as words;
use crate::{browser, memo, store};

/// Light, dark, or the device's setting.
#[component]
pub fn ThemeChoice(
    /// The signal with the choice.
    ui: RwSignal<Ui>,
) -> impl IntoView {
    view! {
        <div class="choice" role="group" aria-labelledby="theme">
            {Theme::ALL.map(|theme| choice(ui, theme))}
        </div>
    }
}

fn choice(ui: RwSignal<Ui>, theme: Theme) -> impl IntoView {
    let label = match theme {
        Theme::Auto => words::automatic(),
        Theme::Light => words::light(),
        Theme::Dark => words::dark(),
    };
    let choose = move |_| {
        store::set_theme(theme.name());
        // It would override the choice after a reload.
        browser::take_parameter(theme::PARAMETER);
        ui::set_theme(ui, theme);
    };
    view! {
        <button
            type="button"
            class="choice__item"
            data-testid=format!("theme-{}", theme.name())
            aria-pressed=memo::bool_attribute(memo::flag(move || ui.get().theme == theme))
            on:click=choose
        >
            {label}
        </button>
    }
}
