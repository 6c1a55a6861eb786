//! The one poller of this page, and the only writer of its link.

use gateway_api::link::POLL_PAUSE;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Page, Received};
use crate::{api, browser, poll_clock};

/// Starts polling, for as long as the page lives.
pub fn start(page: Page) {
    poll_clock::start(page);
    spawn_local(run(page));
}

async fn run(page: Page) {
    loop {
        poll_clock::visible(page).await;
        let asked = browser::now();
        let answer = api::custom_api_status().await;
        let now = browser::now();
        page.ui.update(|ui| ui.now = now);
        page.change(|link| match answer {
            Ok(status) => {
                link.answered(Received { cycle: now.since(asked) + POLL_PAUSE, status, at: asked })
            }
            Err(error) => link.missed(now, error),
        });
        poll_clock::pause(Some(POLL_PAUSE)).await;
    }
}
