//! Memos of few types.
//!
//! Every distinct closure that a memo or a view holds is compiled again together with all the
//! machinery around it. Here closures are boxed first, so that a text is a text wherever it
//! comes from. For the same reason no view is built again while the page runs: what does not
//! belong on the screen now is there and `hidden`.

use leptos::prelude::*;

use crate::format::Quantity;

type Boxed<T> = Box<dyn Fn() -> T + Send + Sync>;

/// A memo of a text.
pub fn text(value: impl Fn() -> String + Send + Sync + 'static) -> Memo<String> {
    fn memo(value: Boxed<String>) -> Memo<String> {
        Memo::new(move |_| value())
    }
    memo(Box::new(value))
}

/// A memo of a condition.
pub fn flag(value: impl Fn() -> bool + Send + Sync + 'static) -> Memo<bool> {
    fn memo(value: Boxed<bool>) -> Memo<bool> {
        Memo::new(move |_| value())
    }
    memo(Box::new(value))
}

/// A memo of a number that may be missing.
pub fn number(value: impl Fn() -> Option<f64> + Send + Sync + 'static) -> Memo<Option<f64>> {
    fn memo(value: Boxed<Option<f64>>) -> Memo<Option<f64>> {
        Memo::new(move |_| value())
    }
    memo(Box::new(value))
}

/// A memo of a number with its unit.
pub fn quantity(value: impl Fn() -> Quantity + Send + Sync + 'static) -> Memo<Quantity> {
    fn memo(value: Boxed<Quantity>) -> Memo<Quantity> {
        Memo::new(move |_| value())
    }
    memo(Box::new(value))
}

/// `flag` as the value of an attribute that is there either way: `true` or `false`.
pub fn bool_attribute(flag: Memo<bool>) -> Memo<String> {
    text(move || flag.get().to_string())
}
