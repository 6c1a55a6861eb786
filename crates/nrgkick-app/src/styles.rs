//! Style sheets that come with the chunks whose views need them.
//!
//! A sheet is a rule of the page's own sheet: that needs no request, and the page's
//! Content-Security-Policy, which allows no style that is written into the document, allows it.
//!
//! Not here: the sheets, which are in `style/later`.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::CssStyleSheet;

use crate::browser;

thread_local! {
    static ADDED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// Adds `sheet` behind all rules of the page, unless it is there.
pub fn add(sheet: &'static str) {
    let is_there = ADDED.with_borrow(|added| added.contains(&sheet));
    if !is_there && insert(sheet).is_some() {
        ADDED.with_borrow_mut(|added| added.push(sheet));
    }
}

fn insert(sheet: &str) -> Option<()> {
    let page: CssStyleSheet = browser::document()?.style_sheets().get(0)?.dyn_into().ok()?;
    let end = page.css_rules().ok()?.length();
    page.insert_rule_with_index(&format!("@media all{{{sheet}}}"), end).ok()?;
    Some(())
}
