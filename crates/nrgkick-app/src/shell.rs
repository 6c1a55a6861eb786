//! The page in its place in the document, and again in other words.
//!
//! The signals of a page outlive what is shown, so that nothing but the focus is lost when the words
//! change; the focus goes back to the element with the same id.

use std::any::Any;
use std::cell::{Cell, RefCell};

use any_spawner::Executor;
use leptos::prelude::*;

use crate::browser;

/// The element that holds the page, where that is a view.
const ROOT: &str = "app";

thread_local! {
    static PAGE: RefCell<Option<Box<dyn Fn()>>> = const { RefCell::new(None) };
    static IS_SHOWN: Cell<bool> = const { Cell::new(false) };
    static MOUNTED: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
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

/// The page is shown by `show`, which is called again when the words change.
pub fn set(show: impl Fn() + 'static) {
    PAGE.set(Some(Box::new(show)));
}

/// The page is `view`, in place of what its HTML shows until now.
pub fn set_view<N: IntoView + 'static>(view: impl Fn() -> N + Clone + 'static) {
    set(move || {
        if let Some(root) = browser::element(ROOT) {
            root.set_inner_html("");
            keep(mount_to(root, view.clone()));
        }
    });
}

/// Whether the page is shown, with words or without.
pub fn is_shown() -> bool {
    IS_SHOWN.get()
}

/// Shows the page unless it is shown.
pub fn show_first() {
    if !is_shown() {
        show_again();
    }
}

/// Shows the page, with the words that are in use by now.
pub fn show_again() {
    IS_SHOWN.set(true);
    FOCUS.set(browser::focused());
    drop(MOUNTED.take());
    PAGE.with_borrow(|show| show.iter().for_each(|show| show()));
}

/// Keeps what is mounted until the page is shown again. The element that had the focus may be a part
/// of it, and gets it back unless another one has it by now.
pub fn keep(mounted: impl Any) {
    MOUNTED.with_borrow_mut(|all| all.push(Box::new(mounted)));
    let is_there = |id: &mut String| browser::element(id).is_some() && browser::focused().is_none();
    if let Some(id) = FOCUS.with_borrow_mut(|focus| focus.take_if(is_there)) {
        browser::focus(&id);
    }
}
