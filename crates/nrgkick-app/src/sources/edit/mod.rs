//! The editor of the configuration: a chunk of its own, where the server was started with `--edit`.
//!
//! The text of the file is the truth: every change goes through the server, which makes it in the
//! text and says how it reads it. Here: what the editor knows ([`state`]), plain logic with native
//! tests ([`plain`]), and its sheets.
//!
//! Not here: the configuration's rules and files, which are the server's.

#![cfg_attr(
    feature = "split-sources",
    allow(unsafe_code, reason = "what the macro writes for a chunk")
)]

pub mod begin;
pub mod file;
pub mod plain;
pub mod state;
pub mod tried;
pub mod values;

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::chunk::chunk;
use crate::words::sources as words;
use crate::{browser, notify, shell, styles};

use begin::Begin;
use file::{Actions, File};
use tried::Tried;
use values::DraftValues;

/// The address of the editor.
pub const HASH: &str = "#/edit";
/// The element that it comes into.
pub const PLACE: &str = "later-edit";

/// The pause before the chunk is asked for again when it did not come.
const RETRY: Duration = Duration::from_secs(5);

chunk!(
    in "split-sources", edit,
    fn show_edit(place: web_sys::HtmlElement) {
        styles::add(styles::EDIT);
        shell::keep(mount_to(place, || view! { <Sheets /> }));
    }
);

/// Brings the editor into its place, unless it is there.
pub fn bring() {
    spawn_local(async {
        loop {
            let Some(place) = browser::element(PLACE) else { return };
            if place.child_element_count() > 0 || show_edit(place).await.is_ok() {
                return;
            }
            notify::sleep(RETRY).await;
        }
    });
}

/// All sheets of the editor.
#[component]
fn Sheets() -> impl IntoView {
    view! {
        <div class="sources edit">
            <div>
                <h1>{words::edit()}</h1>
                <p><a class="button" href="#/" data-testid="edit-back">{words::edit_back()}</a></p>
            </div>
            <Begin />
            <DraftValues />
            <Actions />
            <Tried />
            <File />
        </div>
    }
}
