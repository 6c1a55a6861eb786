//! Lazy loading: screens and controls whose code comes after the overview, in chunks.
//!
//! A chunk is fetched when it is wanted, and at the latest when the first poll is over and the
//! network has nothing else to do. It is instantiated once; a chunk that does not come says so
//! where it is missed and is tried again.
//!
//! Not here: what the chunks hold, which are ordinary components, and how one is cut
//! (`chunk.rs`).

#![cfg_attr(feature = "split", allow(unsafe_code, reason = "what the macro writes for a chunk"))]

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Details, Settings};
use crate::app::App;
use crate::chunk::chunk;
use crate::part::{ChargerForm, Limit, Phases};
use crate::words::overview as words;
use crate::{browser, memo, notify, send, shell, translation};

/// The pause before a chunk that did not come is asked for again.
const RETRY: Duration = Duration::from_secs(5);

chunk!(
    control => fetch_control,
    fn show_control(app: App) {
        show(Part::Control, app, || view! { <Limit /> <Phases /> });
    }
);
chunk!(
    details => fetch_details,
    fn show_details(app: App) {
        show(Part::Details, app, || view! { <Details /> });
    }
);
chunk!(
    settings => fetch_settings,
    fn show_settings(app: App) {
        show(Part::Settings, app, || view! { <Settings /> });
    }
);
chunk!(
    settings => fetch_form,
    fn show_form(app: App) {
        show(Part::Form, app, || view! { <ChargerForm /> });
    }
);

/// A part of the page that comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Energy limit and phases.
    Control,
    /// The screen with all values.
    Details,
    /// The form for the charger's address.
    Form,
    /// The screen with the settings.
    Settings,
}

impl Part {
    const fn id(self) -> &'static str {
        match self {
            Self::Control => "later-control",
            Self::Details => "later-details",
            Self::Form => "later-form",
            Self::Settings => "later-settings",
        }
    }

    /// Shows the part; `false` if its code or its words did not come.
    async fn show(self, app: App) -> bool {
        let names_values = matches!(self, Self::Details | Self::Settings);
        if names_values && translation::fetch_details().await.is_err() {
            return false;
        }
        let shown = match self {
            Self::Control => show_control(app).await,
            Self::Details => show_details(app).await,
            Self::Form => show_form(app).await,
            Self::Settings => show_settings(app).await,
        };
        shown.is_ok()
    }
}

/// A placeholder for `part`, which is loaded when it is `wanted` for the first time.
#[component]
pub fn Later(
    /// The part.
    part: Part,
    /// Whether it is wanted now.
    wanted: Memo<bool>,
) -> impl IntoView {
    let app = App::get();
    let is_missing = RwSignal::new(false);
    Effect::new(move |begun: Option<bool>| {
        let begun = begun.unwrap_or(false);
        if wanted.get() && !begun {
            spawn_local(bring(part, app, is_missing));
        }
        begun || wanted.get_untracked()
    });
    let words =
        memo::text(move || if is_missing.get() { words::part_missing() } else { "" }.to_owned());
    view! {
        <div class="later" id=part.id()></div>
        <p class="hint" role="status" data-testid="missed">{words}</p>
    }
}

async fn bring(part: Part, app: App, is_missing: RwSignal<bool>) {
    while !part.show(app).await {
        is_missing.set(true);
        notify::sleep(RETRY).await;
    }
    is_missing.set(false);
}

/// Fetches every chunk, one after the other. One that does not come is tried again when it is
/// wanted.
pub fn fetch_all() {
    spawn_local(async {
        let _ = fetch_control().await;
        let _ = send::fetch().await;
        let _ = translation::fetch_details().await;
        let _ = fetch_details().await;
        let _ = fetch_settings().await;
        let _ = fetch_form().await;
    });
}

/// Mounts `view` in the placeholder of `part`, for as long as the page lives.
fn show<N: IntoView + 'static>(part: Part, app: App, view: impl FnOnce() -> N + 'static) {
    if let Some(element) = browser::element(part.id()) {
        let page = move || {
            provide_context(app);
            view()
        };
        shell::keep(mount_to(element, page));
    }
}
