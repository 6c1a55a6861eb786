//! The screens, and the frame around them.
//!
//! Frame and overview are in the markup; the others are views that come [`later`]. All of them are
//! there all the time, and the one that the address names is not hidden.

pub mod chargers;
pub mod charges;
pub mod curious;
pub mod details;
pub mod later;
pub mod settings;

pub use chargers::Chargers;
pub use charges::Charges;
pub use curious::Curious;
pub use details::Details;
pub use settings::Settings;

use leptos::prelude::*;

use crate::app::App;
use crate::draft::Draft;
use crate::later_part::Part;
use crate::markup::{self, Markup, Slot};
use crate::part::{current, face, frame, hero, pause, phase_table};
use crate::route::Route;
use crate::scene::Scene;
use crate::sentence::History;
use crate::{browser, shell};

/// What is seen on every screen, and which screen is.
const FRAME: &[&[Slot<Scene>]] = &[frame::FRAME, frame::SCREENS];

/// What is seen on overview and control.
const CHARGER: &[&[Slot<Scene>]] = &[
    hero::HERO,
    face::FACE,
    hero::FAULTS,
    phase_table::PHASE_TABLE,
    pause::PAUSE,
    current::CURRENT,
];

/// All slots of the markup.
#[cfg(test)]
pub const TABLES: [&[&[Slot<Scene>]]; 2] = [FRAME, CHARGER];

/// The markup, and what it depends on besides the signals.
struct Seen {
    frame: Markup<Scene>,
    charger: Markup<Scene>,
    history: History,
}

/// Fills the markup from now on. Its words are seen when they have come.
pub fn start(app: App) {
    // What it says was for the time before this.
    if let Some(late) = markup::element("late") {
        late.set_hidden(true);
    }
    let draft = Draft::new(app);
    frame::listen(app);
    hero::listen();
    pause::listen(app);
    current::listen(draft);
    Effect::new(move |seen: Option<Seen>| {
        let mut seen = seen.unwrap_or_else(|| Seen {
            frame: Markup::find(FRAME),
            charger: Markup::find(CHARGER),
            history: History::default(),
        });
        let scene = Scene::look(app, draft, &mut seen.history);
        // What is hidden does no work.
        if scene.shows_charger() {
            seen.charger.show(&scene);
        }
        seen.frame.show(&scene);
        later::bring(app, |part| is_wanted(part, &scene));
        seen
    });
    shell::set(move || {
        markup::speak();
        browser::show_words();
        // The same once more, in other words.
        app.ui.update(|_| {});
        later::show_again(app);
    });
}

fn is_wanted(part: Part, scene: &Scene) -> bool {
    match part {
        // At once where it is the screen, and else when nothing more urgent is on its way.
        Part::Control => scene.app.is_idle.get() || scene.route == Route::Control,
        Part::Details => scene.shows_details(),
        Part::Form => scene.is_form_asked,
        Part::Kiosk => scene.app.is_display(),
        Part::Settings => scene.route == Route::Settings,
        Part::Version => scene.app.is_outdated.get(),
        Part::Curious => scene.route == Route::Curious,
        Part::Chargers => scene.route == Route::Chargers,
        Part::Charges => scene.route == Route::Charges,
    }
}
