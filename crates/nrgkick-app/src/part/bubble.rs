//! The value of the current's slider above the finger that holds it.
//!
//! A finger hides the thumb and what stands below it. The slider itself says its value to those who
//! listen, so this is for eyes alone.

use nrgkick_model::number::{fixed, within};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, HtmlInputElement};

use crate::markup::on;
use crate::{browser, format};

/// The slider, by its name in the markup.
const SLIDER: &str = "current-slider";

/// The width of the thumb, px.
const THUMB: f64 = 28.0;

/// What ends a hold. Escape gives the change up, and with it what the bubble says.
const ENDS: [&str; 5] = ["pointerup", "pointercancel", "lostpointercapture", "blur", "keydown"];

/// Shows the bubble from now on while a pointer holds the slider.
pub fn start() {
    on(SLIDER, "pointerdown", |event, _| {
        if let Some((slider, bubble)) = both(event)
            && slider.get_attribute("aria-disabled").as_deref() != Some("true")
        {
            // Constant names cannot fail.
            let _ = bubble.remove_attribute("hidden");
            place(&slider, &bubble);
        }
    });
    on(SLIDER, "input", |event, _| {
        if let Some((slider, bubble)) = both(event) {
            place(&slider, &bubble);
        }
    });
    for end in ENDS {
        on(SLIDER, end, |event, _| {
            if let Some((_, bubble)) = both(event) {
                let _ = bubble.set_attribute("hidden", "");
            }
        });
    }
}

/// The slider of `event`, and the bubble beside it, which is made at the first use.
fn both(event: &Event) -> Option<(HtmlInputElement, HtmlElement)> {
    let slider: HtmlInputElement = event.current_target()?.dyn_into().ok()?;
    let row = slider.parent_element()?;
    let found = row.query_selector(".bubble").ok()?.or_else(|| make(&row))?;
    Some((slider, found.dyn_into().ok()?))
}

fn make(row: &Element) -> Option<Element> {
    let bubble = browser::append(row, "span", "bubble", "")?;
    for (name, value) in [("aria-hidden", "true"), ("data-testid", "bubble"), ("hidden", "")] {
        bubble.set_attribute(name, value).ok()?;
    }
    Some(bubble)
}

/// Writes the value of `slider` above its thumb.
fn place(slider: &HtmlInputElement, bubble: &HtmlElement) {
    let (value, min) = (slider.value_as_number(), js_sys::parse_float(&slider.min()));
    let max = js_sys::parse_float(&slider.max());
    bubble.set_text_content(Some(&format::current(Some(value)).text()));
    let share = within((value - min) / (max - min).max(0.1), 0.0, 1.0);
    let (start, width) = (f64::from(slider.offset_left()), f64::from(slider.offset_width()));
    let left = start + THUMB / 2.0 + share * (width - THUMB);
    // A property that a browser does not take leaves the bubble where it was.
    let _ = bubble.style().set_property("left", &format!("{}px", fixed(left, 1)));
}
