//! How a link stands, as every page that polls shows it: whose state, which age, which hue.

use gateway_api::link::{Aged, Link, LinkState};
use leptos::prelude::*;

use crate::app::Ui;
use crate::sentence::Tone;
use crate::{format, live};

/// The word for whether there is an answer.
pub fn state<E, D>(link: RwSignal<Link<E, D>>) -> Memo<String>
where
    E: Send + Sync + 'static,
    D: Aged + Send + Sync + 'static,
{
    live::text(move || link.with(Link::state).name().to_owned())
}

/// The age of the data in words; empty before the first.
pub fn age<E, D>(link: RwSignal<Link<E, D>>, ui: RwSignal<Ui>) -> Memo<String>
where
    E: Send + Sync + 'static,
    D: Aged + Send + Sync + 'static,
{
    live::text(move || {
        let now = ui.get().now;
        let age = link.with(|link| link.snapshot()?.age(now));
        age.map(|age| format::age(age.as_secs())).unwrap_or_default()
    })
}

/// What stands beside the name: the `age`, or why there is none.
pub fn badge<E, D>(link: RwSignal<Link<E, D>>, age: Memo<String>) -> Memo<String>
where
    E: Send + Sync + 'static,
    D: Aged + Send + Sync + 'static,
{
    live::text(move || {
        if link.with(|link| link.state() == LinkState::Lost) {
            return "Lost".to_owned();
        }
        age.with(|age| if age.is_empty() { "Connecting".to_owned() } else { age.clone() })
    })
}

/// Whether the data still stands for what is.
pub fn kept<E, D>(link: RwSignal<Link<E, D>>) -> Memo<bool>
where
    E: Send + Sync + 'static,
    D: Aged + Send + Sync + 'static,
{
    live::flag(move || link.with(|link| link.current().is_some()))
}

/// The hue of what is in the way of an answer.
pub fn tone<E, D>(link: RwSignal<Link<E, D>>) -> Memo<String>
where
    E: Send + Sync + 'static,
    D: Aged + Send + Sync + 'static,
{
    live::text(move || {
        let stale = link.with(|link| link.state() == LinkState::Stale);
        if stale { Tone::Idle } else { Tone::Error }.name().to_owned()
    })
}
