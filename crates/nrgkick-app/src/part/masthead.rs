//! The top of every screen: the name of the source, the age of its data, the navigation.

use leptos::prelude::*;

use crate::words::link;

/// Name, age of the data, navigation.
#[component]
pub fn Masthead<N: IntoView + 'static>(
    /// The name of the source.
    name: Memo<String>,
    /// The link state's name in the style sheet.
    state: Memo<String>,
    /// The age in words.
    badge: Memo<String>,
    /// The target of the name's link.
    home: &'static str,
    /// The navigation; `()` for a page with one screen.
    navigation: N,
) -> impl IntoView {
    view! {
        <header class="top">
            <a class="top__name" href=home>
                <svg class="top__mark" viewBox="0 0 24 24" aria-hidden="true">
                    <rect class="top__tile" width="24" height="24" rx="6.5"></rect>
                    <path class="top__cable" d="M5 19V9.2a3 3 0 0 1 6 0v5.6a3 3 0 0 0 6 0V10"></path>
                    <path class="top__cable top__plug" d="M14.4 7.3h5.2v.8a2.6 2.6 0 0 1-5.2 0zm1-.8V4.4m3.2 2.1V4.4"></path>
                </svg>
                <span class="top__text" data-testid="name">{name}</span>
            </a>
            <span class="link" data-testid="link" data-link=state>
                <span class="aside">{link::data_from()} " "</span>
                <span data-testid="age">{badge}</span>
            </span>
            {navigation}
        </header>
    }
}
