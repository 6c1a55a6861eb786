//! The one poller of this page, and the only writer of its link.

use gateway_api::link::POLL_PAUSE;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{Page, Seen};
use crate::{api, browser, pace};

/// Starts polling, for as long as the page lives.
pub fn start(page: Page) {
    pace::start(page.ui, page.link);
    spawn_local(run(page));
}

async fn run(page: Page) {
    loop {
        if !browser::is_visible() {
            pace::pause(None).await;
            pace::change(page.link, |link| link.aged(browser::now()));
            continue;
        }
        let asked = browser::now();
        let answer = api::custom_api_status().await;
        let now = browser::now();
        page.ui.update(|ui| ui.now = now);
        pace::change(page.link, |link| match answer {
            Ok(status) => {
                link.answered(Seen { cycle: now.since(asked) + POLL_PAUSE, status, at: asked })
            }
            Err(trouble) => link.missed(now, trouble),
        });
        pace::pause(Some(POLL_PAUSE)).await;
    }
}
