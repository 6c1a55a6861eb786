//! Sending a change, with code that may have to be fetched first.

#![cfg_attr(feature = "split", allow(unsafe_code, reason = "what the macro writes for a chunk"))]

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_split::SplitLoaderError;
use nrgkick_model::Command;

use crate::app::App;
use crate::chunk::chunk;
use crate::follow::follow_all;
use crate::words::control;
use crate::writer::Writer;

chunk!(
    sending => fetch_sending,
    fn follow(app: App, writer: Writer, command: Command) {
        spawn_local(follow_all(app, writer, command));
    }
);

/// Fetches the code that sends and follows.
///
/// # Errors
/// The chunk did not come.
pub async fn fetch() -> Result<(), SplitLoaderError> {
    fetch_sending().await
}

/// Sends `command`, after the one of `writer` that is pending. Nothing is sent while changes are
/// locked, even if the control has let it through.
pub fn send(app: App, writer: Writer, command: Command) {
    let locked = untrack(|| app.why_locked());
    if !locked.is_empty() {
        return writer.reject(locked);
    }
    if writer.enqueue(command) {
        spawn_local(begin(app, writer, command));
    }
}

async fn begin(app: App, writer: Writer, command: Command) {
    if follow(app, writer, command).await.is_err() {
        writer.finish(Err(control::not_loaded().to_owned()), true);
    }
}
