//! Style sheets that come with the chunks whose views need them.
//!
//! A sheet is a rule of the page's own sheet: that needs no request, and the page's
//! Content-Security-Policy, which allows no style that is written into the document, allows it.
//!
//! Each sheet is data of the chunks that name it.

use std::cell::RefCell;

use wasm_bindgen::JsCast;
use web_sys::CssStyleSheet;

use crate::browser;

/// Includes `style/later/NAME.css`.
macro_rules! sheet {
    ($name:literal) => {
        include_str!(concat!("../../../style/later/", $name, ".css"))
    };
}

/// The value above a held slider.
pub const BUBBLE: &str = sheet!("bubble");
/// The list of chargers.
pub const CHARGERS: &str = sheet!("chooser");
/// The record of charges.
pub const CHARGES: &str = sheet!("charges");
/// One choice out of a few.
pub const CHOICE: &str = sheet!("choice");
/// Energy limit and phases.
pub const CONTROL: &str = sheet!("control");
/// The screen for the curious.
pub const CURIOUS: &str = sheet!("curious");
/// A curve over time.
pub const CURVE: &str = sheet!("curve");
/// All values.
pub const DETAILS: &str = sheet!("details");
/// The editor of the configuration of `custom-api`.
pub const EDIT: &str = sheet!("edit");
/// Settings, and the form for the address.
pub const FORM: &str = sheet!("form");
/// The display on the wall.
pub const KIOSK: &str = sheet!("kiosk");
/// A code for a camera.
pub const QR: &str = sheet!("qr");
/// The test of the connection.
pub const TRIAL: &str = sheet!("trial");
/// The notice of a new version.
pub const VERSION: &str = sheet!("version");

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
