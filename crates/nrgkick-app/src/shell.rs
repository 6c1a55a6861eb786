//! The page in its place in the document, and again in other words.
//!
//! The signals of a page outlive what is shown, so that nothing but the focus is lost when the words
//! change; the focus goes back to the element with the same id.

use std::any::Any;
use std::cell::RefCell;

use any_spawner::Executor;
use leptos::prelude::*;

use crate::browser;

/// The element that the page's HTML fills until the page is there.
const ROOT: &str = "app";

thread_local! {
    static VIEW: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
    static SHOWN: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
    /// The id of the element that gets the focus back.
    static FOCUS: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `start`, whose signals and listeners live as long as the page.
pub fn for_ever<T>(start: impl FnOnce() -> T) -> T {
    // Tasks are started before anything is mounted, which would do this too.
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let started = owner.with(start);
    std::mem::forget(owner);
    started
}

/// The page is `view`, which is shown in place of what its HTML shows until now.
pub fn set<N: IntoView + 'static>(view: impl Fn() -> N + Clone + 'static) {
    VIEW.set(Some(Box::new(move || {
        if let Some(root) = browser::element(ROOT) {
            root.set_inner_html("");
            keep(mount_to(root, view.clone()));
        }
    })));
}

/// Shows the page unless it is shown.
pub fn show_first() {
    if SHOWN.with_borrow(Vec::is_empty) {
        show_again();
    }
}

/// Shows the page, with the words that are in use by now.
pub fn show_again() {
    FOCUS.set(browser::focused());
    drop(SHOWN.take());
    VIEW.with_borrow(|view| view.iter().for_each(|view| view()));
}

/// Keeps what is mounted until the page is shown again. The element that had the focus may be a part
/// of it, and gets it back unless another one has it by now.
pub fn keep(mounted: impl Any) {
    SHOWN.with_borrow_mut(|shown| shown.push(Box::new(mounted)));
    let is_there = |id: &mut String| browser::element(id).is_some() && browser::focused().is_none();
    if let Some(id) = FOCUS.with_borrow_mut(|focus| focus.take_if(is_there)) {
        browser::focus(&id);
    }
}
