//! The registers on the screen with the details, in the chunk of that screen.

#![cfg_attr(feature = "split", allow(unsafe_code, reason = "what the macro writes for a chunk"))]

use std::cell::Cell;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::target::Target;
use crate::api::{self, Registers};
use crate::app::App;
use crate::chunk::chunk;
use crate::endpoint::Endpoint;
use crate::route::Route;

thread_local! {
    /// A slow answer is waited for, and not asked for beside itself.
    static IS_ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Asks for the registers while they are on the screen; they are shown when they come.
pub(super) async fn ask(target: Target<'_>) {
    let is_shown = target.app.ui.get_untracked().route == Route::Details;
    if is_shown && target.endpoint.registers().is_some() && !IS_ASKING.replace(true) {
        // Without the chunk the screen has no place for them either.
        if begin(target.app, Arc::clone(target.endpoint)).await.is_err() {
            IS_ASKING.set(false);
        }
    }
}

chunk!(
    details,
    fn begin(app: App, endpoint: Arc<Endpoint>) {
        spawn_local(async move {
            show(Target { app, endpoint: &endpoint }).await;
            IS_ASKING.set(false);
        });
    }
);

async fn show(target: Target<'_>) {
    if let Some(gateway) = target.endpoint.registers()
        && let Ok(Registers { words, errors }) = api::registers(gateway).await
        && target.is_current()
    {
        target.app.register_errors.set(errors);
        target.app.change(|link| link.map(|snapshot| snapshot.with_words(words)));
    }
}
