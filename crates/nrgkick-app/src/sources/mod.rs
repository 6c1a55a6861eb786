//! The page of `custom-api`: the values that the charger would get now, each with its source and
//! age, and the last requests of the charger.
//!
//! A second program of this crate, made of the same parts; the panel does not carry its weight.
//! Here: the last answer ([`received`]), the poller ([`poll`]), plain logic with native tests
//! ([`layout`], [`sentence`], [`power`], [`day`], [`requests`], [`value_text`], [`freshness_text`],
//! [`advice`]) and the sheets of the one screen, with the picture of the powers ([`flow`]).
//!
//! The editor of the configuration comes later ([`edit`]).
//!
//! Not here: the meaning of values (`nrgkick_model::custom_api`).

pub mod advice;
pub mod configuration;
pub mod day;
pub mod day_view;
pub mod documents;
pub mod edit;
pub mod flow;
pub mod frame;
pub mod freshness_text;
pub mod layout;
pub mod overview;
pub mod poll;
pub mod power;
pub mod received;
pub mod requests;
pub mod sentence;
pub mod value_text;
pub mod values;

use leptos::prelude::*;

use crate::{shell, translation};

pub use configuration::Configuration;
pub use day_view::Day;
pub use documents::Documents;
pub use flow::Flow;
pub use frame::Frame;
pub use overview::Overview;
pub use received::{Page, Received};
pub use values::Values;

/// Starts this page.
pub fn mount() {
    let page = shell::for_ever(|| {
        let page = Page::with(());
        page.restore_theme();
        poll::start(page);
        page
    });
    shell::set_view(move || {
        provide_context(page);
        view! { <Frame /> }
    });
    translation::start();
}
