//! The scenarios of the demo, and the way out of it.

use leptos::prelude::*;
use web_sys::Element;

use crate::app::App;
use crate::endpoint::{DEMO, Endpoint};
use crate::words::demo as words;
use crate::{api, browser, memo};

/// The address of the demo in its usual scenario.
pub const ANY: &str = "?demo";

/// The element with the scenarios.
const LIST: &str = "demo-scenarios";

/// The card; hidden outside the demo.
#[component]
pub fn DemoChoice() -> impl IntoView {
    let app = App::get();
    let chosen = memo::text(move || {
        app.endpoint.with(|endpoint| match &**endpoint {
            Endpoint::Demo(scenario) => scenario.clone(),
            _ => String::new(),
        })
    });
    let is_real = memo::flag(move || !app.endpoint.get().is_demo());
    Effect::new(move |filled: Option<bool>| {
        // The demo is there when something has been asked of it.
        app.link.track();
        filled.unwrap_or(false) || fill(&chosen.get())
    });
    view! {
        <section class="card" data-testid="demo" hidden=is_real>
            <h2 class="card__head">{words::title()}</h2>
            <div class="notice__actions" id=LIST></div>
            <div class="notice__actions">
                <a class="button button--main" href=browser::query_with(DEMO, None) data-testid="leave-demo">{words::leave()}</a>
            </div>
        </section>
    }
}

/// Fills the list, and returns whether it could. Its entries are plain elements, which weigh less
/// than views.
fn fill(chosen: &str) -> bool {
    let names = api::scenarios();
    let Some(list) = browser::element(LIST) else { return false };
    for name in &names {
        entry(&list, name, name == chosen);
    }
    !names.is_empty()
}

fn entry(list: &Element, name: &str, is_chosen: bool) {
    let Some(entry) = browser::append(list, "a", "button", name) else { return };
    let address = browser::query_with(DEMO, Some(name)).unwrap_or_default();
    // Constant names cannot fail.
    let _ = entry.set_attribute("href", &address);
    if is_chosen {
        let _ = entry.set_attribute("aria-current", "true");
    }
}
