//! The pages: one charger, live, in a browser; and in [`sources`] what `custom-api` tells it.
//!
//! How it hangs together:
//!
//! 1. [`discovery`] finds out at which [`endpoint`] the charger is: behind the gateway that served the
//!    page, or at an address that the user gave. [`store`] keeps what the user chose.
//! 2. [`poll`] is the only reader of the charger's documents and the only writer of the one
//!    [`Link`](gateway_api::link::Link) signal, when the [`poll_clock`] says so; [`mod@send`]
//!    hands changes to [`follow`], which brings each to its outcome; a control's [`writer`] keeps
//!    where it stands. Both go through [`api`], the only file that fetches.
//! 3. [`page`] and [`part`] show it. A value on the screen is a memo over the link; no effect
//!    writes a signal.
//!    What the overview can do without comes [`later`](page::later).
//! 4. [`sentence`], [`mod@format`] and [`parse_input`] are plain logic with native tests; [`words`] holds
//!    what the page says.
//!
//! Not here: what the charger's documents mean and when data is stale; that is `nrgkick-model`.

pub mod address;
pub mod api;
pub mod app;
pub mod browser;
mod chunk;
pub mod discovery;
pub mod endpoint;
pub mod event;
pub mod follow;
pub mod format;
pub mod memo;
pub mod notify;
pub mod page;
pub mod parse_input;
pub mod part;
pub mod poll;
pub mod poll_clock;
pub mod request_error;
pub mod route;
pub mod send;
pub mod sentence;
pub mod shared;
pub mod sources;
pub mod store;
pub mod theme;
pub mod timer;
pub mod ui;
pub mod words;
pub mod writer;

use leptos::prelude::*;

use app::App;
use page::Frame;

/// Starts the panel.
pub fn mount() {
    replace_shell(|| {
        let app = App::start();
        provide_context(app);
        poll::start(app, page::later::fetch_all);
        view! { <Frame /> }
    });
}

/// Puts `page` in place of the shell that its HTML shows until now.
fn replace_shell<N: IntoView + 'static>(page: impl FnOnce() -> N + 'static) {
    if let Some(root) = browser::element("app") {
        root.set_inner_html("");
        mount_to(root, page).forget();
    }
}
