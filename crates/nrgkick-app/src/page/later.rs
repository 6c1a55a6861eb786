//! Lazy loading: screens and controls whose code comes after the overview, in chunks.
//!
//! A chunk is fetched when it is wanted, and at the latest when the first poll is over and the
//! network has nothing else to do. It is instantiated once; a chunk that does not come says so
//! where it is missed and is tried again.
//!
//! Not here: what the chunks hold, which are ordinary components, and how one is cut
//! (`chunk.rs`).

#![cfg_attr(feature = "split", allow(unsafe_code, reason = "what the macro writes for a chunk"))]

use std::cell::Cell;
use std::thread::LocalKey;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Chargers, Charges, Curious, Details, Settings};
use crate::app::App;
use crate::chunk::chunk;
use crate::kiosk::{self, Kiosk};
use crate::later_part::Part;
use crate::part::{ChargerForm, Limit, NewVersion, Phases, bubble};
use crate::styles::{
    BUBBLE, CHARGERS, CHARGES, CHOICE, CONTROL, CURIOUS, CURVE, DETAILS, FORM, KIOSK, QR, TRIAL,
    VERSION,
};
use crate::{home_screen, markup, notify, record, send, shell, styles, translation, update};

/// The pause before a chunk that did not come is asked for again.
const RETRY: Duration = Duration::from_secs(5);

chunk!(
    control => fetch_control,
    fn show_control(app: App) {
        show(Part::Control, app, &[CHOICE, CONTROL], || view! { <Limit /> <Phases /> });
    }
);
chunk!(
    details => fetch_details,
    fn show_details(app: App) {
        show(Part::Details, app, &[DETAILS], || view! { <Details /> });
    }
);
chunk!(
    settings => fetch_settings,
    fn show_settings(app: App) {
        show(Part::Settings, app, &[CHOICE, CURIOUS, FORM, QR, TRIAL], || view! { <Settings /> });
    }
);
chunk!(
    settings => fetch_form,
    fn show_form(app: App) {
        show(Part::Form, app, &[FORM], || view! { <ChargerForm /> });
    }
);

chunk!(
    control,
    fn show_version(app: App) {
        show(Part::Version, app, &[VERSION], || view! { <NewVersion /> });
    }
);
chunk!(
    control,
    fn begin_extras(app: App) {
        shell::for_ever(|| update::start(app));
        home_screen::offer();
        shell::for_ever(|| record::remember(app));
        styles::add(BUBBLE);
        bubble::start();
    }
);
// Not fetched before it is wanted: what few owners need.
chunk!(
    more,
    fn show_curious(app: App) {
        show(Part::Curious, app, &[CHOICE, CURIOUS, DETAILS, FORM], || view! { <Curious /> });
    }
);
chunk!(
    more,
    fn show_chargers(app: App) {
        show(Part::Chargers, app, &[FORM, QR, CHARGERS], || view! { <Chargers /> });
    }
);
chunk!(
    record,
    fn show_charges(app: App) {
        show(
            Part::Charges,
            app,
            &[CHOICE, FORM, DETAILS, CURVE, CHARGES],
            || view! { <Charges /> },
        );
    }
);
chunk!(
    kiosk,
    fn show_kiosk(app: App) {
        kiosk::start(app);
        show(Part::Kiosk, app, &[KIOSK], || view! { <Kiosk /> });
    }
);

thread_local! {
    /// By part: whether it was ever wanted, and whether it is there.
    static WANTED: Cell<[bool; Part::ALL.len()]> = Cell::default();
    static SHOWN: Cell<[bool; Part::ALL.len()]> = Cell::default();
}

fn mark(parts: &'static LocalKey<Cell<[bool; Part::ALL.len()]>>, part: Part) -> bool {
    let mut marked = parts.get();
    let before = std::mem::replace(&mut marked[part as usize], true);
    parts.set(marked);
    before
}

/// Brings every part that `wants` names for the first time.
pub fn bring(app: App, wants: impl Fn(Part) -> bool) {
    for part in Part::ALL {
        if wants(part) && !mark(&WANTED, part) {
            spawn_local(bring_part(part, app));
        }
    }
}

/// Shows the parts again that were there, in other words.
pub fn show_again(app: App) {
    for part in Part::ALL.into_iter().filter(|part| SHOWN.get()[*part as usize]) {
        spawn_local(bring_part(part, app));
    }
}

async fn bring_part(part: Part, app: App) {
    let miss = |is_missed| {
        if app.missed_parts.with_untracked(|missed| missed[part as usize] != is_missed) {
            app.missed_parts.update(|missed| missed[part as usize] = is_missed);
        }
    };
    while !show_part(part, app).await {
        miss(true);
        notify::sleep(RETRY).await;
    }
    mark(&SHOWN, part);
    miss(false);
}

/// Shows the part; `false` if its code or its words did not come.
async fn show_part(part: Part, app: App) -> bool {
    let has_own_words = !matches!(part, Part::Control | Part::Form);
    if has_own_words && translation::fetch_details().await.is_err() {
        return false;
    }
    let shown = match part {
        Part::Control => show_control(app).await,
        Part::Details => show_details(app).await,
        Part::Form => show_form(app).await,
        Part::Kiosk => show_kiosk(app).await,
        Part::Settings => show_settings(app).await,
        Part::Version => show_version(app).await,
        Part::Curious => show_curious(app).await,
        Part::Chargers => show_chargers(app).await,
        Part::Charges => show_charges(app).await,
    };
    shown.is_ok()
}

/// Fetches every chunk but those that few want, one after the other, and begins what the page can do
/// without. A chunk that does not come is tried again when it is wanted.
pub fn fetch_all(app: App) {
    spawn_local(async move {
        let _ = fetch_control().await;
        let _ = send::fetch().await;
        let _ = translation::fetch_details().await;
        let _ = fetch_details().await;
        let _ = fetch_settings().await;
        let _ = fetch_form().await;
        while begin_extras(app).await.is_err() {
            notify::sleep(RETRY).await;
        }
    });
}

/// Mounts `view` in the placeholder of `part`, for as long as the page lives.
fn show<N: IntoView + 'static>(
    part: Part,
    app: App,
    sheets: &[&'static str],
    view: impl FnOnce() -> N + 'static,
) {
    sheets.iter().for_each(|sheet| styles::add(sheet));
    if let Some(element) = markup::element(part.place()) {
        let page = move || {
            provide_context(app);
            view()
        };
        shell::keep(mount_to(element, page));
    }
}
