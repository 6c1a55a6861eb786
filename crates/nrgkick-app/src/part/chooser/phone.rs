//! The charger that the page shows, as a link and a code for a phone.

use leptos::prelude::*;

use crate::app::App;
use crate::chooser::{Board, link};
use crate::endpoint::{DEMO, Endpoint};
use crate::part::QrPicture;
use crate::words::chargers as words;
use crate::{browser, memo};

/// The card. Where a phone cannot open the link it says what to do instead.
#[component]
pub fn Phone() -> impl IntoView {
    let board = expect_context::<Board>();
    let app = App::get();
    let page = browser::address().unwrap_or_default();
    let only_here = {
        let origin = browser::origin().unwrap_or_default();
        memo::text(move || only_here(app, &origin))
    };
    let target = memo::text(move || target(app, board, &page));
    let text =
        memo::text(
            move || {
                if only_here.with(String::is_empty) { target.get() } else { String::new() }
            },
        );
    let why = memo::text(move || match only_here.get() {
        address if address.is_empty() => String::new(),
        address => words::phone_here(&address),
    });
    let has_code = memo::flag(move || text.with(String::is_empty));
    view! {
        <section class="card chooser__phone" id="phone-card" tabindex="-1">
            <h2 class="card__head">{words::on_phone()}</h2>
            <QrPicture text label=memo::text(move || words::phone_label(&text.get())) />
            <p hidden=has_code>
                <a class="chooser__target" data-testid="phone-link" href=text>{text}</a>
            </p>
            <p class="hint" hidden=has_code>{words::phone_about()}</p>
            <p data-testid="phone-here">{why}</p>
        </section>
    }
}

/// The address that no other device can open, of page or charger; empty where there is none.
fn only_here(app: App, origin: &str) -> String {
    let charger = app.endpoint.with(|endpoint| match &**endpoint {
        Endpoint::Direct(direct) => Some(direct.origin.clone()),
        Endpoint::Gateway(gateway) if !gateway.is_own() => Some(gateway.base.clone()),
        _ => None,
    });
    let all = [Some(origin.to_owned()), charger];
    all.into_iter().flatten().find(|origin| link::is_this_device(origin)).unwrap_or_default()
}

/// The link; empty while no charger is known.
fn target(app: App, board: Board, page: &str) -> String {
    app.endpoint.with(|endpoint| match &**endpoint {
        Endpoint::Searching | Endpoint::NotSet(_) => String::new(),
        Endpoint::Demo(scenario) => link::with(page, DEMO, scenario),
        Endpoint::Gateway(gateway) if gateway.is_own() && gateway.info.chargers <= 1 => {
            page.to_owned()
        }
        // The first has no name until the list has come.
        _ => board.shown().map_or_else(|| page.to_owned(), |key| link::with(page, "charger", &key)),
    })
}
