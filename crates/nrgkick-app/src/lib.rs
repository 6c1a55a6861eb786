//! The pages: one charger, live, in a browser; and in [`sources`] what `custom-api` tells it.
//!
//! The modules:
//!
//! 1. [`discovery`] finds the [`endpoint`] of the charger: the gateway that served the page, or an
//!    address that the user gave. [`store`] keeps the user's choices.
//! 2. [`poll`] is the only reader of the charger's documents and the only writer of the one
//!    [`Link`](gateway_api::link::Link) signal; [`poll_clock`] sets its pace, and [`stream`] says
//!    when events take the place of polls. [`mod@send`] hands changes to [`follow`], which brings
//!    each to its outcome; a control's [`writer`] keeps the progress. Both go through [`api`], the
//!    only module that fetches.
//! 3. [`shared`] holds the signals that both pages have, [`app`] those of the panel.
//! 4. [`page`] and [`part`] show them. Frame and overview are [`markup`] in `index.html`, whose slots
//!    one effect fills from a [`scene`]. Code that the overview does not need comes
//!    [`later`](page::later) with its [`styles`], in views whose values are memos over the link. No
//!    effect writes a signal. [`shell`] shows all of it again in other words.
//!    What the page can do without begins last: [`update`] asks for a newer build, [`home_screen`] links
//!    the manifest.
//!    [`chooser`] is what the list of several chargers knows of each, and [`saved_chargers`] the list
//!    itself where no gateway has one. On a wall the page is a display: [`hands`] says what may be
//!    touched, [`kiosk`] is what is seen of it.
//!    [`record`] is what the screen with the charges knows of them.
//! 5. [`sentence`], [`binding`], [`curve`], [`trial`], [`indent`], [`scrub`], [`mod@format`], [`parse_input`] and
//!    [`qr`] are plain logic with native tests; [`words`] holds the texts, and [`translation`] loads
//!    them.
//!
//! No two modules use one another.
//!
//! Not here: the meaning of the charger's documents (`nrgkick-model`), and when data is stale
//! (`gateway-api`).

pub mod address;
pub mod api;
pub mod app;
pub mod binding;
pub mod browser;
pub mod chooser;
mod chunk;
pub mod curve;
pub mod discovery;
pub mod draft;
pub mod endpoint;
pub mod event;
pub mod follow;
pub mod format;
pub mod hands;
pub mod home_screen;
pub mod indent;
pub mod kiosk;
pub mod later_part;
pub mod markup;
pub mod memo;
pub mod notify;
pub mod page;
pub mod parse_input;
pub mod part;
pub mod poll;
pub mod poll_clock;
pub mod qr;
pub mod record;
pub mod request_error;
pub mod route;
pub mod saved_chargers;
pub mod scene;
pub mod scrub;
pub mod send;
pub mod sentence;
pub mod shared;
pub mod shell;
pub mod sources;
pub mod store;
pub mod stream;
pub mod styles;
pub mod theme;
pub mod timer;
pub mod translation;
pub mod trial;
pub mod ui;
pub mod update;
pub mod words;
pub mod writer;

use app::App;

/// Starts the panel.
pub fn mount() {
    shell::for_ever(|| {
        let app = App::start();
        page::start(app);
        poll::start(app, page::later::fetch_all);
    });
    translation::start();
}
