//! Live values of few types.
//!
//! Every distinct closure that a memo or a view holds is compiled again together with all the
//! machinery around it. Here closures are boxed first, so that a text is a text wherever it
//! comes from. For the same reason no view is built again while the page runs: what does not
//! belong on the screen now is there and `hidden`. Together this halves the page's weight.

use std::time::Duration;

use leptos::ev::MouseEvent;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::browser;
use crate::format::Quantity;

type Boxed<T> = Box<dyn Fn() -> T + Send + Sync>;

/// A text that follows what `value` reads.
pub fn text(value: impl Fn() -> String + Send + Sync + 'static) -> Memo<String> {
    fn memo(value: Boxed<String>) -> Memo<String> {
        Memo::new(move |_| value())
    }
    memo(Box::new(value))
}

/// A yes or no that follows what `value` reads.
pub fn flag(value: impl Fn() -> bool + Send + Sync + 'static) -> Memo<bool> {
    fn memo(value: Boxed<bool>) -> Memo<bool> {
        Memo::new(move |_| value())
    }
    memo(Box::new(value))
}

/// A number, where there is one, that follows what `value` reads.
pub fn number(value: impl Fn() -> Option<f64> + Send + Sync + 'static) -> Memo<Option<f64>> {
    fn memo(value: Boxed<Option<f64>>) -> Memo<Option<f64>> {
        Memo::new(move |_| value())
    }
    memo(Box::new(value))
}

/// A number with its unit that follows what `value` reads.
pub fn quantity(value: impl Fn() -> Quantity + Send + Sync + 'static) -> Memo<Quantity> {
    fn memo(value: Boxed<Quantity>) -> Memo<Quantity> {
        Memo::new(move |_| value())
    }
    memo(Box::new(value))
}

/// Calls `what` after `pause`, unless the handle is cleared before.
pub fn later(what: impl FnOnce() + 'static, pause: Duration) -> Option<TimeoutHandle> {
    fn set(what: Box<dyn FnOnce()>, pause: Duration) -> Option<TimeoutHandle> {
        set_timeout_with_handle(what, pause).ok()
    }
    set(Box::new(what), pause)
}

/// Calls `what` at every key but Escape, and `give_up` at that.
pub fn keys(
    what: impl Fn() + 'static,
    give_up: impl Fn() + 'static,
) -> Box<dyn FnMut(KeyboardEvent)> {
    Box::new(move |event| if event.key() == "Escape" { give_up() } else { what() })
}

/// Calls `what` at a click, unless `disabled`. A control that cannot be used says so and keeps the
/// focus: one that is switched off drops it, and whoever uses the keyboard starts from the top.
pub fn press(disabled: Memo<bool>, what: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| {
        if !disabled.get_untracked() {
            what();
        }
    })
}

/// Moves the focus to the screen when what holds it, the element with `id`, becomes `hidden`.
pub fn release(id: &'static str, hidden: Memo<bool>) {
    Effect::new(move |_| {
        if hidden.get() {
            browser::leave(id);
        }
    });
}

/// The words of `flag` for an attribute that wants them: `true` or `false`.
pub fn word(flag: Memo<bool>) -> Memo<String> {
    text(move || flag.get().to_string())
}
